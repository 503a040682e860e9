"""What a page says, and where."""

import json
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

# What stands for text that is less sure than was asked for.
UNSURE = "(N/A)"


@dataclass(frozen=True)
class TextWord:
    """A word that was read.

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
class TextLine:
    """A line that was read: text of a row without wide gaps.

    Attributes:
        words: From the left, at least one.
        confidence: Probability that all of it is right, 0 to 1.
        quad: Its corners on the image, float64 (4, 2), clockwise from the top left as it is read.
        column: How many characters of usual width stand left of it on the levelled page.
    """

    words: tuple[TextWord, ...]
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
class PageText:
    """The text of an image, with its rows, columns and boxes.

    Attributes:
        width: Of the image in pixels.
        height: Of the image in pixels.
        rows: From the top, the cells of each from the left.
    """

    width: int
    height: int
    rows: tuple[tuple[TextLine, ...], ...]

    @property
    def lines(self) -> tuple[TextLine, ...]:
        """All cells in reading order."""
        return tuple(line for row in self.rows for line in row)

    @property
    def words(self) -> tuple[TextWord, ...]:
        """All words in reading order."""
        return tuple(word for line in self.lines for word in line.words)

    @property
    def text(self) -> str:
        """Its rows as text, with columns as they stand on the paper."""
        return self.sure_text(0.0)

    def sure_text(self, least: float) -> str:
        """Return the text with ``UNSURE`` for each word whose confidence is below ``least``."""
        rows = []
        for row in self.rows:
            said = ""
            for line in row:
                said += " " * max(line.column - len(said), 2 if said else 0) + line.sure(least)
            rows.append(said)
        return "\n".join(rows)

    def to_dict(self, least: float = 0.0) -> dict[str, Any]:
        """Return plain lists and numbers: ``width``, ``height``, ``text`` and ``lines`` with their ``words``.

        Each line has the number of its ``row`` from 0, the ``column`` at which it begins in the text if there is room,
        and its ``quad``, four corners (x, y) in pixels, clockwise from the top left as it is read.

        Args:
            least: Confidence of words that are not replaced by ``UNSURE``.
        """
        lines = [
            {
                "row": index, "column": line.column, "text": line.sure(least),
                "confidence": round(line.confidence, 4), "quad": _corners(line.quad),
                "words": [
                    {
                        "text": word.text, "confidence": round(word.confidence, 4), "quad": _corners(word.quad),
                        "chars": [round(confidence, 4) for confidence in word.chars],
                    }
                    for word in line.words
                ],
            }
            for index, row in enumerate(self.rows)
            for line in row
        ]  # fmt: skip
        return {"width": self.width, "height": self.height, "text": self.sure_text(least), "lines": lines}

    def to_json(self) -> str:
        """Return ``to_dict`` as JSON text."""
        return json.dumps(self.to_dict(), ensure_ascii=False)


def _corners(quad: NDArray[np.float64]) -> list[list[float]]:
    """Return a quad (4, 2) as lists, to a tenth of a pixel."""
    return [[round(x, 1), round(y, 1)] for x, y in quad.tolist()]
