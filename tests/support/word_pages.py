"""Pages of labelled words made by hand."""

from dataclasses import dataclass

import numpy as np

from receiptgen.core.errors import TrainingError
from receiptgen.extraction.labelling.page_words import PageWord
from receiptgen.extraction.labelling.roles import ROLE_NUMBERS
from receiptgen.train.data.words.labelled_words import UNKNOWN, LabelledWords

_CELLS = (("Bread", "items.name", 1), ("2.50", "items.amount", 0))
_LAST = (("Total", "label", UNKNOWN), ("5.00", "total", UNKNOWN))


def page_of(items: int, begins: str = "SHOP") -> LabelledWords:
    """Return a page with a heading, some items, and a total."""
    rows = [((begins, "merchant.name", UNKNOWN),), *[_CELLS] * items, _LAST]
    words, roles, starts = [], [], []
    for row, cells in enumerate(rows):
        for column, (text, role, start) in enumerate(cells):
            left = 60.0 * column
            words.append(PageWord(text, 0.9, left, 20.0 * row, left + 50, 20.0 * row + 15, row, len(words)))
            roles.append(ROLE_NUMBERS[role])
            starts.append(start)
    months = np.full(len(words), UNKNOWN, np.int8)
    return LabelledWords(tuple(words), np.array(roles, np.int16), np.array(starts, np.int8), months)


@dataclass(frozen=True)
class FakePages:
    """Pages of 1 to 8 items.

    Attributes:
        seed: Text of each heading.
        broken: Remainders by 5 of numbers that can't be drawn.
    """

    seed: int = 0
    broken: tuple[int, ...] = ()

    def draw(self, index: int) -> LabelledWords:
        """Return a page."""
        if index % 5 in self.broken:
            raise TrainingError("does not fit the paper")
        return page_of(1 + index % 8, "SHOP" + "ABCDEFGH"[self.seed % 8])


@dataclass(frozen=True)
class FakeSource:
    """Settings of such pages."""

    weight: float = 1.0
    broken: tuple[int, ...] = ()

    def open(self, seed: int) -> FakePages:
        """Return the pages of a seed."""
        return FakePages(seed, self.broken)
