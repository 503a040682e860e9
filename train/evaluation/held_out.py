"""Held-out lines: read at evaluations and never trained on."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

import numpy as np

from receiptgen.core.dice import key_of
from receiptgen.core.errors import TrainingError
from receiptgen.recognition.charset import Charset
from receiptgen.recognition.line_recognizer import LineRecognizer, Search
from receiptgen.recognition.metrics import Reading

from ..data.coverage import Coverage, text_coverage
from ..data.sources import DataSource, Example, Flaw, Table, layout_of
from ..data.tables import Fold, fold_table, parts_note
from .held_out_set import HeldOutSet

# Shards of a data set that a sample is of, or more where these have too few lines.
_SHARDS = 8


@dataclass(frozen=True)
class HeldOut(HeldOutSet):
    """Lines that are evaluated and never trained on; of rows that gave no line, ``flaws`` tells.

    Attributes:
        note: What the data set is joined of, in words; empty for a single file or folder.
    """

    examples: tuple[Example, ...]
    note: str = ""

    @property
    def content(self) -> list[str]:
        """What all processes must have alike."""
        return [example.text for example in self.examples]


def hold_out(name: str, data: DataSource, lines: int, seed: int, fold: Fold = "none") -> HeldOut:
    """Read the lines of a held-out set: a random sample of a finite one, or synthetic ones with a seed of their own.

    Args:
        name: Name in reports.
        data: Data set of the lines.
        lines: Largest number of lines; 0 for all.
        seed: Seed of the sample or of the synthetic lines; training uses other keys.
        fold: How the case of the texts is folded.

    Raises:
        DatasetError: The data can't be opened.
        TrainingError: It has no line that can be read.
    """
    key = key_of(seed, "held out", name)
    table = data.open(key)
    return replace(read_held_out(name, fold_table(table, fold), lines, key), note=parts_note(table))


def read_held_out(name: str, table: Table, lines: int, key: int) -> HeldOut:
    """Read the lines of an opened held-out set, as ``hold_out`` does.

    Args:
        name: Name in reports.
        table: The data set.
        lines: Largest number of lines; 0 for all.
        key: Key of the sample.

    Raises:
        TrainingError: It has no line that can be read.
    """
    rows = [table.read(index) for index in _sampled(table, lines, key)]
    examples = tuple(row for row in rows if isinstance(row, Example))
    flaws = tuple(row for row in rows if isinstance(row, Flaw))
    if not examples:
        reason = f": {flaws[0].name}: {flaws[0].reason}" if flaws else ""
        raise TrainingError(f"{name}: has no line that can be read{reason}")
    return HeldOut(name, examples, flaws)


def _sampled(table: Table, lines: int, key: int) -> Sequence[int]:
    """Return the rows of a table that are held out, of a finite one a random sample; see ``read_held_out``."""
    if table.size is None:
        return range(lines or 1000)
    random = np.random.default_rng(key)
    layout = layout_of(table)
    if layout is None or not lines:
        return np.sort(random.permutation(table.size)[: lines or None]).tolist()  # type: ignore[no-any-return]
    # A few lines of every shard would have all of them fetched.
    shards = random.permutation(len(layout.rows)).tolist()
    enough = bisect_left(list(accumulate(layout.rows[shard] for shard in shards)), lines) + 1
    some = np.array(layout.rows_of(sorted(shards[: max(enough, _SHARDS)])))
    return np.sort(random.permutation(some)[:lines]).tolist()  # type: ignore[no-any-return]


def held_out_coverage(held: HeldOut, charset: Charset) -> Coverage:
    """Return what a charset lacks of held-out lines."""
    return text_coverage((example.text for example in held.examples), charset, len(held.examples))


def read_examples(
    recognizer: LineRecognizer, examples: Sequence[Example], search: Search | None = None
) -> list[Reading]:
    """Return the predictions for labelled lines beside their ground truth, in their order.

    Args:
        recognizer: Recogniser that reads the lines.
        examples: Labelled lines.
        search: Search for each line's labels; the best path where None.
    """
    return readings_of(examples, recognizer.read([example.image for example in examples], search))


def readings_of(examples: Sequence[Example], texts: Sequence[str]) -> list[Reading]:
    """Return texts that were read beside the ground truth of the lines."""
    return [
        Reading(example.name, example.kind, example.text, text) for example, text in zip(examples, texts, strict=True)
    ]
