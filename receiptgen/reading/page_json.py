"""Pages of text read back from the JSON that ``PageText.to_dict`` makes of them."""

from collections.abc import Mapping
from itertools import groupby
from typing import Any

import numpy as np
from numpy.typing import NDArray

from receiptgen.reading.results import PageText, Photo, TextLine, TextWord

# What whole numbers of a page are below, as its columns, and places in pixels.
_MOST, _FARTHEST = 1_000_000, 1e9


def page_of(record: Mapping[str, Any]) -> PageText:
    """Return the page that a JSON object describes, with all that tells where its words are.

    Confidences and corners of single characters are left out, as they may be in the object.

    Raises:
        KeyError, TypeError, ValueError: It describes none.
    """
    lines = [(_whole(line["row"]), _line(line)) for line in record["lines"]]
    if lines != sorted(lines, key=lambda one: one[0]):
        raise ValueError("lines that are not in the order of their rows")
    rows = tuple(tuple(line for _, line in row) for _, row in groupby(lines, key=lambda one: one[0]))
    photos = tuple(_photo(photo) for photo in record.get("photos", ()))
    return PageText(_whole(record["width"]), _whole(record["height"]), rows, photos=photos)


def _photo(record: Mapping[str, Any]) -> Photo:
    return Photo(_text(record["file"]), _whole(record["width"]), _whole(record["height"]))


def _line(record: Mapping[str, Any]) -> TextLine:
    words = tuple(
        TextWord(_text(word["text"]), _share(word["confidence"]), (), _quad(word["quad"])) for word in record["words"]
    )
    if not words:
        raise ValueError("a line without words")
    quad = _quad(record["quad"])
    photo = _whole(record.get("photo", 0))
    return TextLine(words, _share(record["confidence"]), quad, _whole(record["column"]), photo)


def _quad(corners: Any) -> NDArray[np.float64]:
    """Return four corners (4, 2); raises ValueError where they are none."""
    try:
        quad = np.array(corners, np.float64)
    except OverflowError:  # a whole number of hundreds of digits
        raise ValueError("corners that are too far away") from None
    if quad.shape != (4, 2) or not (np.abs(quad) < _FARTHEST).all():
        raise ValueError("corners that are not four points")
    return quad


def _whole(number: Any) -> int:
    """Return a whole number from 0, without what follows its point; raises ValueError where it is none."""
    if isinstance(number, bool) or not isinstance(number, int | float) or not 0 <= number < _MOST:
        raise ValueError("a number that is none from 0")
    return int(number)


def _share(number: Any) -> float:
    """Return a number from 0 to 1; raises ValueError where it is none."""
    if isinstance(number, bool) or not isinstance(number, int | float) or not 0 <= number <= 1:
        raise ValueError("a share that is not from 0 to 1")
    return float(number)


def _text(text: Any) -> str:
    """Return a text; raises ValueError where it is none."""
    if not isinstance(text, str):
        raise ValueError("a text that is none")
    return text
