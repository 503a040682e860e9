"""Results of reading a page: its text and where it stands."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

# Replaces words with less confidence than was asked for.
UNSURE = "(N/A)"


@dataclass(frozen=True)
class Word:
    """A word.

    Attributes:
        text: Text without spaces.
        confidence: Probability that it is right, 0 to 1.
        chars: Probability that each character is right.
        quad: Corners on the image, float64 (4, 2), clockwise from the top left in reading direction.
    """

    text: str
    confidence: float
    chars: tuple[float, ...]
    quad: NDArray[np.float64]


@dataclass(frozen=True)
class Line:
    """A cell of a row: text without wide gaps.

    Attributes:
        words: Words from left to right, at least one.
        confidence: Probability that the whole text is right, 0 to 1.
        quad: Corners on the image, float64 (4, 2), clockwise from the top left in reading direction.
        column: Number of characters of usual width to the left of it on the level page.
    """

    words: tuple[Word, ...]
    confidence: float
    quad: NDArray[np.float64]
    column: int

    @property
    def text(self) -> str:
        """Its words with spaces between."""
        return " ".join(word.text for word in self.words)

    def sure(self, least: float) -> str:
        """Return its text with ``UNSURE`` for each word whose confidence is below ``least``."""
        return " ".join(word.text if word.confidence >= least else UNSURE for word in self.words)


@dataclass(frozen=True)
class Page:
    """The text of an image.

    Attributes:
        width: Width of the image, in pixels.
        height: Height of the image, in pixels.
        rows: Rows from top to bottom, each with its cells from left to right.
    """

    width: int
    height: int
    rows: tuple[tuple[Line, ...], ...]

    @property
    def lines(self) -> tuple[Line, ...]:
        """All cells in reading order."""
        return tuple(line for row in self.rows for line in row)

    def text(self, least: float = 0.0) -> str:
        """Return its rows as text, with cells in columns as on the paper.

        Args:
            least: Least confidence of words; below it, ``UNSURE`` replaces them.
        """
        rows = []
        for row in self.rows:
            text = ""
            for line in row:
                text += " " * max(line.column - len(text), 2 if text else 0) + line.sure(least)
            rows.append(text)
        return "\n".join(rows)
