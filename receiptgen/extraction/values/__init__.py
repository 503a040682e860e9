"""Numbers, dates and currencies as receipts print them, read back."""
