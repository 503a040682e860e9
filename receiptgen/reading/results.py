"""What a page says, and where."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

# What stands for text that is less sure than was asked for.
UNSURE = "(N/A)"


@dataclass(frozen=True)
class Word:
    """A word.

    Attributes:
        text: Without blanks.
        confidence: Probability that it is right, 0 to 1.
        chars: The same of each character.
        quad: Its corners on the image, float64 (4, 2), clockwise from the top left as it is read.
    """

    text: str
    confidence: float
    chars: tuple[float, ...]
    quad: NDArray[np.float64]


@dataclass(frozen=True)
class Line:
    """A cell of a row: text without wide gaps.

    Attributes:
        words: From the left, at least one.
        confidence: Probability that all of it is right, 0 to 1.
        quad: Its corners on the image, float64 (4, 2), clockwise from the top left as it is read.
        column: How many characters of usual width stand left of it on the levelled page.
    """

    words: tuple[Word, ...]
    confidence: float
    quad: NDArray[np.float64]
    column: int

    @property
    def text(self) -> str:
        """Its words with blanks between."""
        return " ".join(word.text for word in self.words)

    def sure(self, least: float) -> str:
        """Return its text with ``UNSURE`` for each word whose confidence is below ``least``."""
        return " ".join(word.text if word.confidence >= least else UNSURE for word in self.words)


@dataclass(frozen=True)
class Page:
    """All that is printed on an image.

    Attributes:
        width: Of the image in pixels.
        height: Of the image in pixels.
        rows: From the top, the cells of each from the left.
    """

    width: int
    height: int
    rows: tuple[tuple[Line, ...], ...]

    @property
    def lines(self) -> tuple[Line, ...]:
        """All cells in reading order."""
        return tuple(line for row in self.rows for line in row)

    def text(self, least: float = 0.0) -> str:
        """Return its rows as text, cells in columns as they stand on the paper.

        Args:
            least: Confidence of words that are not replaced by ``UNSURE``.
        """
        rows = []
        for row in self.rows:
            said = ""
            for line in row:
                said += " " * max(line.column - len(said), 2 if said else 0) + line.sure(least)
            rows.append(said)
        return "\n".join(rows)
