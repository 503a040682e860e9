"""Keys of receipts, as ICDAR's SROIE task 3 of 2019 publishes them: ``img/006.jpg``, ``key/006.json``, and boxes.

A key is ``{"company": ..., "date": ..., "address": ..., "total": ...}``, letter by letter from the paper; some lack
entries.
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from receiptgen.annotations.boxed_pages import boxed_pages, boxed_rows
from receiptgen.core.errors import DatasetError
from receiptgen.core.files import read_regular
from receiptgen.imaging.boxes import Box

ENTITIES = ("company", "date", "address", "total")
_FORM = f"expected a JSON object with texts for {', '.join(ENTITIES)}"


class KeyedPage(NamedTuple):
    """A page with a key.

    Attributes:
        image: File of its image.
        entities: Texts of the key by their names, without empty ones.
        boxes: Boxes of its lines with their texts; empty where no file has them.
    """

    image: Path
    entities: Mapping[str, str]
    boxes: tuple[tuple[Box, str], ...]


def has_keys(folder: Path) -> bool:
    """Tell whether a folder has ``img`` and ``key``."""
    return (folder / "img").is_dir() and (folder / "key").is_dir()


def keyed_pages(folder: Path) -> Iterator[KeyedPage]:
    """Yield the images in ``img`` that have a key, by name; raises OSError.

    Raises:
        DatasetError: A key or a file of boxes is not of its form; the message names it.
    """
    for image, labels in boxed_pages(folder):
        inside = image.relative_to(folder / "img")
        ends = (folder / "key" / inside.with_suffix(end) for end in (".json", ".txt"))
        if key := next((path for path in ends if path.is_file()), None):
            boxes = tuple((box, text) for _, box, text in boxed_rows(labels)) if labels else ()
            yield KeyedPage(image, _entities(key), boxes)


def _entities(key: Path) -> dict[str, str]:
    try:
        record = json.loads(read_regular(key).decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise DatasetError(f"{key}: {_FORM}") from None
    if not isinstance(record, dict) or any(not isinstance(record.get(name, ""), str) for name in ENTITIES):
        raise DatasetError(f"{key}: {_FORM}")
    return {name: text for name in ENTITIES if (text := record.get(name, "").strip())}
