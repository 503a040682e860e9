"""Held-out lines: read at evaluations and never trained on."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from receiptgen.core.dice import key_of
from receiptgen.core.errors import TrainingError
from receiptgen.recognition.line_recognizer import LineRecognizer, Search
from receiptgen.recognition.metrics import Reading

from ..data.sources import DataSource, Example, Flaw


@dataclass(frozen=True)
class HeldOut:
    """Lines that are read and never learnt from.

    Attributes:
        name: How reports call them.
        examples: The lines.
        flaws: Rows that gave none.
    """

    name: str
    examples: tuple[Example, ...]
    flaws: tuple[Flaw, ...]


def hold_out(name: str, data: DataSource, lines: int, seed: int) -> HeldOut:
    """Read the lines of a held-out set: a random choice of a finite one, or else those drawn by a seed of their own.

    Args:
        name: How reports call it.
        data: Where they come from.
        lines: At most so many; 0 for all.
        seed: Of the choice or the drawing; training draws by others.

    Raises:
        DatasetError: The data can't be opened.
        TrainingError: It has no line that can be read.
    """
    key = key_of(seed, "held out", name)
    table = data.open(key)
    if table.size is None:
        numbers: Sequence[int] = range(lines or 1000)
    else:
        order = np.random.default_rng(key).permutation(table.size)[: lines or None]
        numbers = np.sort(order).tolist()
    rows = [table.read(number) for number in numbers]
    examples = tuple(row for row in rows if isinstance(row, Example))
    flaws = tuple(row for row in rows if isinstance(row, Flaw))
    if not examples:
        because = f": {flaws[0].name}: {flaws[0].reason}" if flaws else ""
        raise TrainingError(f"{name}: has no line that can be read{because}")
    return HeldOut(name, examples, flaws)


def read_examples(
    recognizer: LineRecognizer, examples: Sequence[Example], search: Search | None = None
) -> list[Reading]:
    """Return what a recogniser reads of labelled lines beside what they say, in their order.

    Args:
        recognizer: Reads the lines.
        examples: The lines.
        search: Of each line's labels; the best path without.
    """
    texts = recognizer.read([example.image for example in examples], search)
    return [
        Reading(example.name, example.kind, example.text, text) for example, text in zip(examples, texts, strict=True)
    ]
