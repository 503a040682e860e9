"""Training runs: what a run begins with, and its way from there to its end."""
