"""The words of a page, where they stand on the page made level: what fields are told by."""

from collections.abc import Sequence
from typing import NamedTuple


class PageWord(NamedTuple):
    """A word of a page that is level.

    Attributes:
        text: Text without spaces, as it was read.
        confidence: Probability that it is right, 0 to 1.
        left: Left edge, in any unit that all words share.
        top: Top edge, downwards.
        right: Right edge.
        bottom: Bottom edge.
        row: Index of its row, from the top.
        cell: Index of its cell, a run of words without wide gaps, over all rows.
    """

    text: str
    confidence: float
    left: float
    top: float
    right: float
    bottom: float
    row: int
    cell: int


# Words in reading order: by rows from the top, in a row in the order in which they are read.
PageWords = Sequence[PageWord]
