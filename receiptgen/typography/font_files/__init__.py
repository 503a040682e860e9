"""Font files: what a name stands for, how each format is opened, and which fonts a system has."""
