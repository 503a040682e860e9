"""Words of a page with their true roles: what a reader of fields learns from."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from receiptgen.extraction.labelling.page_words import PageWord
from receiptgen.extraction.labelling.whole_numbers import joined, whole_words

# Stands for a truth that is unknown or has no meaning: the loss leaves it out.
UNKNOWN = -1


class LabelledWords(NamedTuple):
    """The words of a page and what is true of each.

    Attributes:
        words: The words as a reader may have read them, in reading order, at least one.
        roles: Number of each word's role, int16 (words,); ``UNKNOWN`` where it has none that is known.
        starts: Whether it is the first word of an item, int8 (words,): 0 or 1, ``UNKNOWN`` outside items.
        month_first: Whether the date that it is part of has its month before its day, int8 (words,): 0 or 1,
            ``UNKNOWN`` outside dates, and where a date doesn't tell.
    """

    words: tuple[PageWord, ...]
    roles: NDArray[np.int16]
    starts: NDArray[np.int8]
    month_first: NDArray[np.int8]

    def whole(self) -> "LabelledWords":
        """Return the words as a reader of fields sees them: an amount in groups is one, with the truth of its first."""
        places = whole_words(self.words)
        first = [place[0] for place in places]
        words = tuple(joined(self.words, places))
        return LabelledWords(words, self.roles[first], self.starts[first], self.month_first[first])
