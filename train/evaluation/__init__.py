"""Evaluation on held-out lines and data sets."""
