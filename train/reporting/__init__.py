"""What a training run shows: progress, curves, reports."""
