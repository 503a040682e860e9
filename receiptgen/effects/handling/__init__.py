"""Effects on the paper."""
