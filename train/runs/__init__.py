"""A training run: its recipe, state, loop and processes."""
