"""How close synthetic line crops and pages come to real ones."""
