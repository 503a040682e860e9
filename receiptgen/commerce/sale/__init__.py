"""A receipt as a record, and the arithmetic that its figures obey."""
