"""From the words of a receipt to what they say: merchant, date, items, taxes, total, and whether they add up."""
