"""Results of reading a page: its text and where it stands."""

import json
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from receiptgen.imaging.geometry import Projective

if TYPE_CHECKING:
    from receiptgen.extraction.fields import ReceiptFields

# Replaces words with less confidence than was asked for.
UNSURE = "(N/A)"


@dataclass(frozen=True, eq=False)
class TextWord:
    """A word that was read.

    Attributes:
        text: Text without spaces.
        confidence: Probability that it is right, 0 to 1.
        chars: Probability that each character is right.
        quad: Corners on the image, float64 (4, 2), clockwise from the top left in reading direction.
        char_quads: The same of each character, float64 (N, 4, 2); none where the weights read whole words.
    """

    text: str
    confidence: float
    chars: tuple[float, ...]
    quad: NDArray[np.float64]
    char_quads: NDArray[np.float64] = field(default_factory=lambda: np.empty((0, 4, 2)))


class Photo(NamedTuple):
    """A photo of a part of a receipt.

    Attributes:
        file: Its name.
        width: Width, in pixels.
        height: Height, in pixels.
    """

    file: str
    width: int
    height: int


@dataclass(frozen=True, eq=False)
class TextLine:
    """A line that was read: text of a row without wide gaps.

    Attributes:
        words: Words in reading order, at least one.
        confidence: Probability that the whole text is right, 0 to 1.
        quad: Corners on the image, float64 (4, 2), clockwise from the top left in reading direction.
        column: Number of characters of usual width before it on the level page: to its left, or to its right where
            most of the page is read from right to left.
        photo: Index of the photo that it stands on, of a page that was put together of several.
    """

    words: tuple[TextWord, ...]
    confidence: float
    quad: NDArray[np.float64]
    column: int
    photo: int = 0

    @property
    def text(self) -> str:
        """Its words with spaces between."""
        return " ".join(word.text for word in self.words)

    def sure(self, least: float) -> str:
        """Return its text with ``UNSURE`` for each word whose confidence is below ``least``."""
        return " ".join(word.text if word.confidence >= least else UNSURE for word in self.words)


@dataclass(frozen=True, eq=False)
class PageText:
    """The text of an image, with its rows, columns and boxes.

    Attributes:
        width: Width of the image, in pixels.
        height: Height of the image, in pixels.
        rows: Rows from top to bottom, each with its cells in reading order.
        unread: Share of the ink, of what may be letters by its size, that lies in none of the lines, 0 to 1.
        warnings: What is doubtful about the page, each in a few words: a damaged file, much unread ink, lines at an
            edge that are uncertain.
        source: Where its text is from: read of an image, or taken from the text layer of a PDF.
        paper: Corners of its paper on the image, float64 (4, 2), where that shows several receipts.
        photos: The photos that it was put together of, if there are several. Each line's corners are then those on
            its own photo, the size of the page is that of the first photo, ``unread`` that of the worst.
    """

    width: int
    height: int
    rows: tuple[tuple[TextLine, ...], ...]
    unread: float = 0.0
    warnings: tuple[str, ...] = ()
    source: Literal["image", "text layer"] = "image"
    paper: NDArray[np.float64] | None = None
    photos: tuple[Photo, ...] = ()

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
        """Its rows as text, with columns as on the paper."""
        return self.sure_text(0.0)

    @cached_property
    def fields(self) -> "ReceiptFields":
        """What the receipt says: merchant, date, items, taxes, total, each with its words among ``words``.

        They are told by the packaged weights when they are first asked for.

        Raises:
            WeightsError: The weights can't be read.
            MissingExtraError: Nothing is installed that reads them; the message names the extra.
        """
        from receiptgen.reading.page_fields import field_reader, fields_of

        return fields_of(self, field_reader())

    def with_warning(self, warning: str) -> "PageText":
        """Return the page with a warning before the others, or as it is where the warning is empty."""
        return replace(self, warnings=(warning, *self.warnings)) if warning else self

    def moved(self, onto: Projective, width: int, height: int) -> "PageText":
        """Return the page of a part of an image as one of the whole image.

        Args:
            onto: Map from the pixels of the part to those of the image.
            width: Width of the image, in pixels.
            height: Height of the image, in pixels.
        """
        rows = tuple(tuple(_moved_line(line, onto) for line in row) for row in self.rows)
        return replace(self, width=width, height=height, rows=rows)

    def sure_text(self, least: float) -> str:
        """Return the text with ``UNSURE`` for each word whose confidence is below ``least``."""
        rows = []
        for row in self.rows:
            text = ""
            for line in row:
                text += " " * max(line.column - len(text), 2 if text else 0) + line.sure(least)
            rows.append(text)
        return "\n".join(rows)

    def to_dict(self, least: float = 0.0) -> dict[str, Any]:
        """Return a JSON object: the attributes of the page, its ``text`` and ``lines`` with their ``words``.

        ``paper`` is there where the image shows several receipts, ``photos`` and each line's ``photo`` where the page
        was put together of several photos.

        Each line has the index of its ``row``, the ``column`` at which it begins in the text if there is room,
        and its ``quad``, four corners (x, y) in pixels, clockwise from the top left in reading direction.

        Args:
            least: Least confidence of words; below it, ``UNSURE`` replaces them.
        """
        lines = [
            {
                "row": index, "column": line.column, "text": line.sure(least),
                "confidence": round(line.confidence, 4), "quad": _corners(line.quad),
                **({"photo": line.photo} if self.photos else {}),
                "words": [
                    {
                        "text": word.text, "confidence": round(word.confidence, 4), "quad": _corners(word.quad),
                        "chars": [round(confidence, 4) for confidence in word.chars],
                        "char_quads": [_corners(quad) for quad in word.char_quads],
                    }
                    for word in line.words
                ],
            }
            for index, row in enumerate(self.rows)
            for line in row
        ]  # fmt: skip
        return {
            "width": self.width, "height": self.height, "source": self.source,
            **({} if self.paper is None else {"paper": _corners(self.paper)}),
            **({"photos": [photo._asdict() for photo in self.photos]} if self.photos else {}),
            "unread": round(self.unread, 4), "warnings": list(self.warnings),
            "text": self.sure_text(least), "lines": lines,
        }  # fmt: skip

    def to_json(self) -> str:
        """Return ``to_dict`` as JSON text."""
        return json.dumps(self.to_dict(), ensure_ascii=False)


def _moved_line(line: TextLine, onto: Projective) -> TextLine:
    words = tuple(
        replace(word, quad=onto.points(word.quad), char_quads=onto.points(word.char_quads)) for word in line.words
    )
    return replace(line, words=words, quad=onto.points(line.quad))


def _corners(quad: NDArray[np.float64]) -> list[list[float]]:
    """Return a quad (4, 2) as lists, to a tenth of a pixel."""
    return [[round(x, 1), round(y, 1)] for x, y in quad.tolist()]
