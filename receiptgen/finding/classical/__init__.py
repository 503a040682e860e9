"""Text found by classical computer vision: ink, letters and cells of a rectified page, without a network."""
