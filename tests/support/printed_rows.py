"""Rows of a page in a font of one pitch, each word with what it says, as a reader of fields would have told it."""

import re
from collections.abc import Mapping

from receiptgen.drafting.rows import ReceiptRow, RowWord

# Width of a character, height of a capital and distance of rows, in pixels.
PITCH, HEIGHT, DISTANCE = 10.0, 14.0, 24.0


def printed_row(text: str, line: int = 0, roles: Mapping[str, str] | None = None, scale: float = 1.0) -> ReceiptRow:
    """Return a row.

    Args:
        text: Its characters, each in its column; two spaces part cells.
        line: Number of the row from the top.
        roles: Roles of words by their texts.
        scale: Width and height of its characters, relative to the usual.
    """
    words: list[RowWord] = []
    cell = end = 0
    for found in re.finditer(r"\S+", text):
        word, start = found[0], found.start()
        cell += bool(words) and start - end > 1
        end = found.end()
        left, right = start * PITCH * scale, (end - 0.2) * PITCH * scale
        steps = tuple((word[index : index + 2], PITCH * scale) for index in range(len(word) - 1))
        heights = tuple(HEIGHT * scale for char in word if char.isupper() or char.isdigit())
        top = line * DISTANCE
        role = (roles or {}).get(word, "")
        words.append(
            RowWord(
                word, 100 * line + len(words), role, -1, 0.95, left, top, right, top + HEIGHT * scale, cell, steps,
                heights,
            )
        )  # fmt: skip
    return ReceiptRow(tuple(words), line + 1)


def printed_rows(text: str, roles: Mapping[str, str] | None = None) -> list[ReceiptRow]:
    """Return the rows of a text; empty lines are empty paper."""
    return [printed_row(row, line, roles) for line, row in enumerate(text.splitlines()) if row.strip()]
