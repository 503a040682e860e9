"""From an image of a receipt to its text: ink, level rows, cells, words."""
