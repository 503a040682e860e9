"""Pages of words with roles made by hand, and what a network that is sure of them says."""

import numpy as np
from numpy.typing import NDArray

from receiptgen.extraction.labelling.page_words import PageWord
from receiptgen.extraction.labelling.roles import ROLE_NUMBERS, ROLES
from receiptgen.extraction.labelling.scored_words import ScoredWords

# Width of a letter and height of a word.
LETTER, HEIGHT = 10.0, 16.0


def placed_words(*rows: str) -> list[PageWord]:
    """Return the words of rows; two spaces part cells, and each letter is as wide as any other."""
    words: list[PageWord] = []
    cells = 0
    for row, line in enumerate(rows):
        column = 0
        for cell in line.split("  "):
            for text in cell.split():
                left, top = LETTER * column, 1.5 * HEIGHT * row
                right = left + LETTER * len(text)
                words.append(PageWord(text, 1.0, left, top, right, top + HEIGHT, row, cells))
                column += len(text) + 1
            column += 2
            cells += 1
    return words


def scored_page(*rows: str, share: float = 0.99, month_first: float = 0.5, apart: bool = True) -> ScoredWords:
    """Return words with the probabilities of their roles.

    Args:
        rows: Rows of words, each ``text~role``, or the text alone for ``other``; ``^`` stands before an item.
        share: Probability of these roles; all others are equally likely.
        month_first: Probability that a date has its month before its day.
        apart: Whether each word is a cell of its own, rather than each row.
    """
    parts = [[word.lstrip("^").partition("~") for word in line.split()] for line in rows]
    texts = [("  " if apart else " ").join(text for text, _, _ in row) for row in parts]
    roles = [role or "other" for row in parts for _, _, role in row]
    starts = [float(word.startswith("^")) for line in rows for word in line.split()]
    return scored(placed_words(*texts), shares_of(roles, share), starts, month_first)


def scored(
    words: list[PageWord], shares: NDArray[np.float64], starts: list[float] | None = None, month_first: float = 0.5
) -> ScoredWords:
    """Return words with probabilities."""
    count = len(words)
    return ScoredWords(words, shares, np.array(starts or [0.0] * count), np.full(count, month_first))


def shares_of(roles: list[str], share: float = 0.99) -> NDArray[np.float64]:
    """Return the probability of each role where one of each word is likely."""
    shares = np.full((len(roles), len(ROLES)), (1 - share) / (len(ROLES) - 1))
    shares[np.arange(len(roles)), [ROLE_NUMBERS[role] for role in roles]] = share
    return shares
