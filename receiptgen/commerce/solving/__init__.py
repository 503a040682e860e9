"""Prices and sums that add up to given ones."""
