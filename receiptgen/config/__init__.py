"""From YAML text to records, every fault with its place in the file."""
