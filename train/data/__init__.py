"""Labelled lines on their way from data sets to batches."""
