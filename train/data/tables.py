"""Tables made of others: with texts in one case, and divided into two parts."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from receiptgen.core.counts import counted
from receiptgen.core.dice import key_of
from receiptgen.core.errors import TrainingError

from .sources import Example, Flaw, RowLabel, ShardedTable, ShardLayout, Table
from .sources._joined import JoinedTables

Fold = Literal["none", "lower"]
_HASHES = 1 << 64


def fold_of(record: Mapping[str, Any]) -> Fold:
    """Return how the texts were folded that weights were trained on, by the record in their file."""
    return "lower" if record.get("fold") == "lower" else "none"


def fold_table(table: Table, fold: Fold) -> Table:
    """Return a table with its texts folded."""
    if fold == "none":
        return table
    return FoldedShards(table) if isinstance(table, ShardedTable) else FoldedTable(table)


def parts_note(table: Table) -> str:
    """Return the databases, files or shards that a table is joined of, in words; empty for a single one."""
    if isinstance(table, ShardedTable):
        shards, about = len(table.layout.names), "" if table.layout.exact else "about "
        return f"{about}{table.size:,} rows in {counted(shards, 'shard')}"
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


class FoldedShards(FoldedTable):
    """A table in shards whose texts are in lower case; see ``ShardedTable``.

    Args:
        table: The table.

    Attributes:
        layout: Where its rows lie.
    """

    def __init__(self, table: ShardedTable) -> None:
        super().__init__(table)
        self._shards = table
        self.layout: ShardLayout = table.layout

    def part(self, shards: Sequence[int]) -> "FoldedShards":
        """Return a table of some of the shards."""
        return FoldedShards(self._shards.part(shards))

    def fetch_ahead(self, shards: Sequence[int]) -> None:
        """Fetch shards while others are read."""
        self._shards.fetch_ahead(shards)


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

    training: Table
    held_out: Table
    groups: int
    held_out_groups: int


def divide(table: Table, share: float, name: str) -> DividedTable:
    """Divide a finite table so that about a share of its groups is held out, and at least one.

    It depends on the names of the groups alone: the same ones are held out in every run, also when others are added
    later, and a smaller share is a part of a larger one. The groups of a table in shards are these, since what else its
    rows share is not known before they are fetched.

    Args:
        table: The table.
        share: Share of the groups, above 0 and below 1.
        name: Name of the data set in messages.

    Raises:
        TrainingError: There is one group only.
    """
    size = table.size or 0
    if isinstance(table, ShardedTable):
        hashes = _hashes(table.layout.names)
    else:
        # Hashes rather than names, of which there may be millions.
        hashes = _hashes((table.label(row).group for row in range(size)), size)
    groups = np.unique(hashes)
    if len(groups) < 2:
        raise TrainingError(f"{name}: {_only_group(table)}; nothing can be held out of it")
    count = int(np.searchsorted(groups, np.uint64(share * _HASHES)).clip(1, len(groups) - 1))
    held_out = hashes < groups[count]
    training, lines = (_some(table, np.flatnonzero(rows)) for rows in (~held_out, held_out))
    return DividedTable(training, lines, len(groups), count)


def _hashes(names: Iterable[str], count: int = -1) -> NDArray[np.uint64]:
    return np.fromiter((key_of("held out", name) for name in names), np.uint64, count)


def _only_group(table: Table) -> str:
    """Return what a table has instead of several groups, in words."""
    if isinstance(table, ShardedTable):
        return "is a single shard"
    return f"all rows are of {table.label(0).group!r}" if table.size else "has no rows"


def _some(table: Table, numbers: NDArray[np.intp]) -> Table:
    """Return a table of some rows of another, or of some of its shards."""
    return (
        table.part(numbers.tolist()) if isinstance(table, ShardedTable) else TablePart(table, numbers.astype(np.int32))
    )
