"""PyTorch's side of the backends."""
