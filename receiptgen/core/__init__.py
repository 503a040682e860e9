"""What everything else stands on: errors, dice, rooms of plug-ins, packaged files."""
