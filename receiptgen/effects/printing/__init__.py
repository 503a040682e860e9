"""Effects on the printer's dots."""
