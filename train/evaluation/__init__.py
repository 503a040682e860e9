"""How well data sets are read."""
