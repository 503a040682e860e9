"""Effects of scanner, camera and file."""
