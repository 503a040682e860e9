"""The truth that ``receiptgen draw`` writes beside its images, read back: the formats folder and jsonl.

Labels of other programs may have the same file names, so nothing here assumes that a key is there.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from receiptgen.core.files import walk
from receiptgen.imaging.boxes import Box, upright_box

# Truth of many samples, one a line; truth of the receipt in the same folder.
LABELS_FILE, TRUTH_FILE = "labels.jsonl", "truth.json"
NOT_JSON, FOREIGN = "is not JSON", "not as 'receiptgen draw' writes it"
# Begins the key after the text in what draw writes; can't stand inside a text, where quotes are escaped.
_AFTER_TEXT = b',"template":'


class Head(NamedTuple):
    """What the truth of a sample begins with.

    Attributes:
        file: Path of its image relative to the folder of the label file; empty if unknown.
        kind: Name of the snippet in its set, or ``receipt``; empty if unknown.
        text: Text of its image; None if unknown.
        group: Number that samples of one receipt share; None if unknown.
    """

    file: str
    kind: str
    text: str | None
    group: int | None

    @property
    def is_receipt(self) -> bool:
        """Whether the sample is a whole receipt, whose text stands in fields, or else a snippet."""
        return self.kind == "receipt"


class TrueField(NamedTuple):
    """One field of a receipt.

    Attributes:
        text: Text of the field.
        role: Kind of field, as ``total``.
        box: Upright box round it, in pixels of the image; may be empty.
        line: Index of its line.
        hidden: Share of it that lies under a stamp, a pen or a hole, 0 to 1.
        values: Paths in ``values`` of what it says, as ``items.3.amount``.
    """

    text: str
    role: str
    box: Box
    line: int
    hidden: float
    values: tuple[str, ...] = ()


class TrueWord(NamedTuple):
    """One word of a receipt.

    Attributes:
        text: Text without spaces.
        hidden: Share of it that is hidden, 0 to 1.
        box: Upright box round it, in pixels of the image; may be empty.
        line: Index of its line.
    """

    text: str
    hidden: float
    box: Box
    line: int


class Label(NamedTuple):
    """The truth of one sample, as it was found on disk.

    Attributes:
        name: Its file, relative to the folder that was searched, with ``:`` and the line's number if it has many.
        folder: Prefix of the files that it names, relative to the same folder: empty, or with a slash at its end.
        head: First keys of its truth.
        content: All of it, JSON.
    """

    name: str
    folder: str
    head: Head
    content: bytes

    @property
    def file(self) -> str:
        """Path of the image relative to the folder that was searched."""
        return self.folder + self.head.file


class BrokenLabel(NamedTuple):
    """A label that is not JSON; its name is that of a ``Label``."""

    name: str


def find_labels(path: Path) -> Iterator[Label | BrokenLabel]:
    """Yield all labels, those of ``labels.jsonl`` first; a receipt that was written in both formats comes once.

    Args:
        path: The folder that was drawn into, or any above it; or a label file.

    Raises:
        OSError: A folder or a label file can't be read.
    """
    if not path.is_dir():
        found = [(path, "")]
    else:
        found = [
            (base / file, "" if base == path else f"{base.relative_to(path).as_posix()}/")
            for base, files in walk(path)
            for file in (LABELS_FILE, TRUTH_FILE)
            if file in files
        ]
    known: set[str] = set()
    for file, folder in found:
        if file.name == LABELS_FILE:
            for label in _lines(file, folder):
                if isinstance(label, Label) and label.head.is_receipt:
                    known.add(label.file)
                yield label
    for file, folder in found:
        if file.name == TRUTH_FILE:
            label = _beside(file, folder)
            if isinstance(label, BrokenLabel) or label.file not in known:
                yield label


def _lines(path: Path, folder: str) -> Iterator[Label | BrokenLabel]:
    with path.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            if line.strip():
                head, name = read_head(line), f"{folder}{path.name}:{number}"
                yield Label(name, folder, head, line) if head else BrokenLabel(name)


def _beside(path: Path, folder: str) -> Label | BrokenLabel:
    content = path.read_bytes()
    head, name = read_head(content), f"{folder}{path.name}"
    if head is None:
        return BrokenLabel(name)
    # It names the file from the folder of the data set; the receipt lies beside its truth.
    return Label(name, folder, head._replace(file=head.file.rpartition("/")[2]), content)


def read_head(content: bytes) -> Head | None:
    """Return what a sample's truth begins with, without reading the rest, which is twenty times as long.

    Args:
        content: JSON, UTF-8.

    Returns:
        The head; None where the content is not JSON.
    """
    end = content.find(_AFTER_TEXT)
    record = (_parsed(content[:end] + b"}") if end > 0 else None) or _parsed(content)
    if record is None:
        return None
    file, kind, text, group = (record.get(key) for key in ("file", "kind", "text", "group"))
    return Head(
        file if isinstance(file, str) else "",
        kind if isinstance(kind, str) else "",
        text if isinstance(text, str) else None,
        group if isinstance(group, int) else None,
    )


def read_fields(content: bytes) -> list[TrueField]:
    """Return the fields of a receipt's truth, in reading order.

    Raises:
        ValueError: It is not as ``draw`` writes it.
    """
    try:
        return [
            TrueField(
                field["text"] + "", field["role"] + "", upright_box(field["quad"]), field["line"], _hidden(field),
                tuple(path + "" for path in field.get("values", ())),
            )
            for field in (_parsed(content) or {})["fields"]
        ]  # fmt: skip
    except (AttributeError, KeyError, TypeError, ValueError, OverflowError):
        raise ValueError(FOREIGN) from None


def read_words(content: bytes) -> list[TrueWord]:
    """Return the words of a receipt's truth, in reading order.

    Raises:
        ValueError: It is not as ``draw`` writes it.
    """
    try:
        lines = (_parsed(content) or {})["lines"]
        return [
            TrueWord(word["text"] + "", _hidden(word), upright_box(word["quad"]), number)
            for number, line in enumerate(lines)
            for word in line["words"]
        ]
    except (AttributeError, KeyError, TypeError, ValueError, OverflowError):
        raise ValueError(FOREIGN) from None


def read_values(content: bytes) -> dict[str, Any]:
    """Return what a receipt says, as ``items.json`` has it.

    Raises:
        ValueError: It is not as ``draw`` writes it.
    """
    values = (_parsed(content) or {}).get("values")
    if not isinstance(values, dict):
        raise ValueError(FOREIGN)
    return values


def _hidden(region: dict[str, Any]) -> float:
    return float(region.get("hidden", 0))


def _parsed(content: bytes) -> dict[str, Any] | None:
    """Return a JSON object, empty for other JSON; None where the content is not JSON."""
    try:
        record = json.loads(content)
    except (ValueError, RecursionError):
        return None
    return record if isinstance(record, dict) else {}
