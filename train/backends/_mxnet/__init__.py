"""MXNet's side of the backends."""
