"""Fields put together of words whose roles are known, and the sums that decide and check."""
