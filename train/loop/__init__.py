"""The training loop: its steps, clock, evaluations, and what it keeps on disk."""
