"""The commands, a file each; the file is the name of its command."""
