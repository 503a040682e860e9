"""Data sets on disk: plans, worker processes, resumable runs."""
