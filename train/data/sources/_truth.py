"""The truth that ``receiptgen draw`` writes beside its images, as ``receiptgen.writers._truth`` makes it."""

import json
from collections.abc import Iterator
from typing import Any

from receiptgen.imaging.boxes import upright_box

from ._rows import EMPTY_BOX, Row

FOREIGN = "not as 'receiptgen draw' writes it"
# Begins the key after the text in what draw writes; cannot stand inside a text, where quotes are escaped.
_AFTER_TEXT = b',"template":'


def parsed(text: bytes) -> dict[str, Any]:
    """Return a JSON object, empty where the text is none."""
    try:
        record = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return record if isinstance(record, dict) else {}


def parsed_head(text: bytes) -> dict[str, Any]:
    """Return file, kind, index and text of a sample's truth, whose rest is twenty times as long."""
    end = text.find(_AFTER_TEXT)
    return (parsed(text[:end] + b"}") if end > 0 else {}) or parsed(text)


def fields(truth: dict[str, Any], file: str, name: str, where: str) -> Iterator[Row]:
    """Yield the fields of a receipt's truth.

    Args:
        truth: What was written of it.
        file: Its image.
        name: Names of the fields are this with ``#`` and their number, from 1.
        where: What is named where the truth is of another make.
    """
    try:
        for number, field in enumerate(truth["fields"], 1):
            box = upright_box(field["quad"])
            text, role = field["text"], field["role"]
            fault = "" if box[0] < box[2] and box[1] < box[3] else EMPTY_BOX
            yield Row(f"{name}#{number}", file, text + "", role + "", box, fault)
    except (KeyError, TypeError, ValueError, OverflowError):
        yield Row(where, "", "", fault=FOREIGN)
