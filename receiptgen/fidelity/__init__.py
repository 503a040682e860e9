"""How close synthetic line crops come to real ones."""
