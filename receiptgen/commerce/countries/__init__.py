"""How countries print receipts: words, taxes, currencies, numbers, names and the goods of their languages."""
