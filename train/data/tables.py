"""Tables made of others: with texts in one case, and divided into two parts."""

from collections.abc import Mapping
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from receiptgen.core.dice import key_of
from receiptgen.core.errors import TrainingError

from .sources import Example, Flaw, RowLabel, Table
from .sources._joined import JoinedTables

Fold = Literal["none", "lower"]
_HASHES = 1 << 64


def fold_of(record: Mapping[str, Any]) -> Fold:
    """Return how the texts were folded that weights were trained on, by the record in their file."""
    return "lower" if record.get("fold") == "lower" else "none"


def fold_table(table: Table, fold: Fold) -> Table:
    """Return a table with its texts folded."""
    return table if fold == "none" else FoldedTable(table)


def parts_note(table: Table) -> str:
    """Return the databases or files that a table is joined of, with their rows, in words; empty for a single one."""
    return f"rows of {table}" if isinstance(table, JoinedTables) else ""


class FoldedTable:
    """A table whose texts are in lower case; see ``Table``.

    Args:
        table: The table.

    Attributes:
        unfolded: The table itself.
        size: Number of rows; None for endless ones.
    """

    def __init__(self, table: Table) -> None:
        self.unfolded = table
        self.size = table.size

    def read(self, index: int) -> Example | Flaw:
        """Read a row."""
        row = self.unfolded.read(index)
        return row if isinstance(row, Flaw) else row._replace(text=row.text.lower())

    def label(self, index: int) -> RowLabel:
        """Return text, group and name of a row."""
        label = self.unfolded.label(index)
        return label._replace(text=label.text.lower())


class TablePart:
    """Some rows of a table; see ``Table``.

    Args:
        table: The table.
        rows: Indices of the rows, int32.

    Attributes:
        size: Number of rows.
    """

    def __init__(self, table: Table, rows: NDArray[np.int32]) -> None:
        self._table, self._rows = table, rows
        self.size: int | None = len(rows)

    def read(self, index: int) -> Example | Flaw:
        """Read a row."""
        return self._table.read(int(self._rows[index]))

    def label(self, index: int) -> RowLabel:
        """Return text, group and name of a row."""
        return self._table.label(int(self._rows[index]))


class DividedTable(NamedTuple):
    """A table divided by groups, such as pages or writers.

    Attributes:
        training: Rows to train on.
        held_out: Rows that are held out.
        groups: Number of groups.
        held_out_groups: Number of those that are held out.
    """

    training: TablePart
    held_out: TablePart
    groups: int
    held_out_groups: int


def divide(table: Table, share: float, name: str) -> DividedTable:
    """Divide a finite table so that about a share of its groups is held out, and at least one.

    It depends on the names of the groups alone: the same ones are held out in every run, also when others are added
    later, and a smaller share is a part of a larger one.

    Args:
        table: The table.
        share: Share of the groups, above 0 and below 1.
        name: Name of the data set in messages.

    Raises:
        TrainingError: There is one group only.
    """
    size = table.size or 0
    # Hashes rather than names, of which there may be millions.
    hashes = np.fromiter((key_of("held out", table.label(row).group) for row in range(size)), np.uint64, size)
    groups = np.unique(hashes)
    if len(groups) < 2:
        only = f"all rows are of {table.label(0).group!r}" if size else "has no rows"
        raise TrainingError(f"{name}: {only}; nothing can be held out of it")
    count = int(np.searchsorted(groups, np.uint64(share * _HASHES)).clip(1, len(groups) - 1))
    held_out = hashes < groups[count]
    parts = [TablePart(table, np.flatnonzero(rows).astype(np.int32)) for rows in (~held_out, held_out)]
    return DividedTable(parts[0], parts[1], len(groups), count)
