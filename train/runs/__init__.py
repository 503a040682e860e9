"""Training runs: recipe, state, loop and processes."""
