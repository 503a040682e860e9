"""Which rows are read well enough to be printed as they were read."""

import numpy as np

from receiptgen.drafting.rows import ReceiptRow

# Mean confidence below which a row is left out: one whose values are drawn, the name of a business, and one that is
# printed as it was read; and below which it is said to be doubtful.
_DRAWN, _NAMED, _PRINTED, _DOUBTFUL = 0.45, 0.5, 0.7, 0.8
# Confidence of a word that is a guess, and the most that such words are of a row that is printed as it was read.
_GUESS, _SHARE = 0.5, 0.45
# Letters and digits of a row that says something, those of a word that is no scrap, and confidence of rows of scraps.
_LEAST, _SCRAP, _CLEAR = 2, 3, 0.9
# Roles that say nothing of what a row is: signs of money stand anywhere.
_ANYWHERE = frozenset({"currency"})


def is_readable(row: ReceiptRow) -> bool:
    """Tell whether a row is read well enough for what a template makes of it."""
    known = row.roles - _ANYWHERE
    if not known or any(role.startswith("merchant.") for role in known):
        named = bool(known & {"merchant.name", "merchant.legal_name"})
        return row.confidence >= (_NAMED if named else _PRINTED) and (named or _guessed(row) <= _SHARE)
    return row.confidence >= _DRAWN


def is_noise(row: ReceiptRow) -> bool:
    """Tell whether a row is of scraps: remains of pictures, of handwriting, of the edge of the paper."""
    signs = [sum(map(str.isalnum, word.text)) for word in row.words]
    if sum(signs) < _LEAST:
        return True
    if row.roles - _ANYWHERE or not row.text.isascii():
        return False
    return max(signs) < _SCRAP and row.confidence < _CLEAR


def is_doubtful(row: ReceiptRow) -> bool:
    """Tell whether a row that is printed as it was read is worth a look."""
    return row.confidence < _DOUBTFUL or any(word.confidence < _GUESS for word in row.words)


def _guessed(row: ReceiptRow) -> float:
    """Return the share of characters in words that are guesses."""
    sizes = np.array([len(word.text) for word in row.words], float)
    return float(sizes[[word.confidence < _GUESS for word in row.words]].sum() / sizes.sum())
