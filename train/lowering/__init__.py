"""Networks in lower precision, and what they lose by it."""
