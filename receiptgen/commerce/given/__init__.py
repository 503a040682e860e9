"""What somebody says that a receipt is to have."""
