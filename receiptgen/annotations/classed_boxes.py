"""Photos whose boxes have a class and a text without spaces: ``img/`` beside one ``truth.json``, a list of pages.

Each page is ``{"name", "width", "height", "annotations": [{"box": [x0, y0, .., x3, y3], "text", "label"}]}``. Labels
are the numbers of WildReceipt's classes (Sun and others, 2021, arXiv:2103.14470), 25 of them and 0 for what is not
to be read.
"""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from receiptgen.annotations.truth import TRUTH_FILE
from receiptgen.core.errors import DatasetError
from receiptgen.core.files import read_regular

# Names of the classes of values, by their numbers; even numbers are those of their captions, as "Total:".
_VALUES = {
    1: "store", 3: "address", 5: "telephone", 7: "date", 9: "time", 11: "item", 13: "quantity", 15: "price",
    17: "subtotal", 19: "tax", 21: "tip", 23: "total",
}  # fmt: skip
_IGNORED = 0
_FORM = 'expected a list of pages {"name", "annotations": [{"box": [x0, y0, .., x3, y3], "text", "label"}]}'


class ClassedBox(NamedTuple):
    """A box of a page.

    Attributes:
        text: Its text, which may lack the spaces between words.
        kind: Its class, as ``total``; ``caption`` and ``other`` for what is no value.
        box: Upright box round it: left, top, right, bottom, in pixels.
    """

    text: str
    kind: str
    box: tuple[float, float, float, float]


class ClassedPage(NamedTuple):
    """A page: file of its image, and its boxes without those that are not to be read."""

    image: Path
    boxes: tuple[ClassedBox, ...]


def has_classed_boxes(folder: Path) -> bool:
    """Tell whether a folder has ``img`` and ``truth.json``."""
    return (folder / "img").is_dir() and (folder / TRUTH_FILE).is_file()


def classed_pages(folder: Path) -> Iterator[ClassedPage]:
    """Yield the pages that ``truth.json`` lists, in its order; raises OSError.

    Raises:
        DatasetError: The file is not of this form, or a name leads out of ``img``; the message names the first page
            of which that is so.
    """
    file = folder / TRUTH_FILE
    try:
        pages = json.loads(read_regular(file))
    except (ValueError, RecursionError):
        raise DatasetError(f"{file}: is not JSON") from None
    if not isinstance(pages, list):
        raise DatasetError(f"{file}: {_FORM}")
    for number, page in enumerate(pages, 1):
        try:
            boxes = tuple(_box(one) for one in page["annotations"] if one["label"] != _IGNORED)
            name = page["name"]
            is_inside = _is_inside(name)
        except (KeyError, TypeError, ValueError, AttributeError):
            raise DatasetError(f"{file}: page {number}: {_FORM}") from None
        if not is_inside:
            raise DatasetError(f"{file}: page {number}: the name {name!r:.60} is none of a file in img/; mend it")
        yield ClassedPage(folder / "img" / name, boxes)


def _is_inside(name: str) -> bool:
    """Tell whether a name can be that of a file in a folder or below; raises TypeError where it is no text."""
    path = Path(name)
    # A text of JSON may hold what no system takes in a name: NUL, and halves of characters.
    return bool(path.parts) and not path.anchor and ".." not in path.parts and "\0" not in name and _is_encodable(name)


def _is_encodable(name: str) -> bool:
    try:
        os.fsencode(name)
    except UnicodeEncodeError:
        return False
    return True


def _box(annotation: dict[str, Any]) -> ClassedBox:
    """Return a box of the file; raises KeyError, TypeError, ValueError or AttributeError where it is none."""
    text, label = annotation["text"], annotation["label"]
    numbers = [float(number) for number in annotation["box"]]
    if len(numbers) != 8 or not all(abs(number) < 1e9 for number in numbers):
        raise ValueError
    left, top, right, bottom = min(numbers[::2]), min(numbers[1::2]), max(numbers[::2]), max(numbers[1::2])
    kind = _VALUES.get(label, "caption" if label % 2 == 0 else "other")
    return ClassedBox(text.strip(), kind, (left, top, right, bottom))
