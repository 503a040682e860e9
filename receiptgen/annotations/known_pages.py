"""Pages whose text and lines are known: receipts that were drawn, or boxed as SROIE's."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from receiptgen.annotations.boxed_pages import boxed_pages, boxed_rows
from receiptgen.core.errors import DatasetError
from receiptgen.imaging.boxes import Box, upright_box
from receiptgen.imaging.image_files import reason_of

# Words and fields of which as much lies under a stamp, a pen or a hole can't be read by anyone, and don't count.
_HIDDEN = 0.5


class TruePage(NamedTuple):
    """A page.

    Attributes:
        image: Its file.
        text: All that is printed on it and to be seen.
        boxes: Of its lines, stretches of a row without wide gaps.
    """

    image: Path
    text: str
    boxes: tuple[Box, ...]


def true_pages(folder: Path) -> list[TruePage]:
    """Find the pages of a folder.

    Args:
        folder: Has ``img`` and ``box`` as SROIE, or is one that ``receiptgen draw`` wrote receipts into, or above it.

    Raises:
        DatasetError: There are none, or labels can't be read.
    """
    if not folder.is_dir():
        raise DatasetError(f"{folder}: {'is no folder' if folder.exists() else 'no such folder'}")
    boxed = (folder / "img").is_dir() and (folder / "box").is_dir()
    try:
        pages = list(_boxed(folder) if boxed else _drawn(folder))
    except OSError as error:
        raise DatasetError(f"{error.filename or folder}: {reason_of(error)}") from error
    if not pages:
        raise DatasetError(f"{folder}: holds no receipts with truth; looked for truth.json, or img/ with box/")
    return pages


def _boxed(folder: Path) -> Iterator[TruePage]:
    for image, labels in boxed_pages(folder):
        if labels is None:
            continue
        rows = list(boxed_rows(labels))
        yield TruePage(image, " ".join(text for _, _, text in rows), tuple(box for _, box, _ in rows))


def _drawn(folder: Path) -> Iterator[TruePage]:
    for path in sorted(folder.rglob("truth.json")):
        try:
            truth = json.loads(path.read_text(encoding="utf-8"))
            seen = [
                word["text"] for line in truth["lines"] for word in line["words"] if word.get("hidden", 0) < _HIDDEN
            ]
            boxes = tuple(_stretches([field for field in truth["fields"] if field.get("hidden", 0) < _HIDDEN]))
            yield TruePage(path.parent / Path(truth["file"]).name, " ".join(seen), boxes)
        except (ValueError, KeyError, TypeError):
            raise DatasetError(f"{path}: is no truth of a receipt") from None


def _stretches(fields: Sequence[dict[str, Any]]) -> Iterator[Box]:
    """Join the fields of a row that stand no further apart than they are high, as people box them."""
    before: Box | None = None
    line = None
    for field in fields:
        box = upright_box(field["quad"])
        if before and field["line"] == line and 0 <= box[0] - before[2] < box[3] - box[1]:
            before = before[0], min(before[1], box[1]), box[2], max(before[3], box[3])
        else:
            if before:
                yield before
            before, line = box, field["line"]
    if before:
        yield before
