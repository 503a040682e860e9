"""Reporting of a training run: progress, curves, reports."""
