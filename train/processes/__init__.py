"""Several processes that train together: how they are started, and what stops them."""
