"""Who sells what, how it is served and paid."""
