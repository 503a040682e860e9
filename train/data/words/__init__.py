"""Words of drawn receipts with their roles, as a reader may have read them, on their way to batches."""
