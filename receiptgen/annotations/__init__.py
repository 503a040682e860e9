"""Labels on disk, read back."""
