"""A data set of several tables, one after the other."""

from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate

from . import Example, Flaw, RowLabel, Table


class JoinedTables:
    """Tables as one; see ``Table``. Names and groups of their rows begin with the table's name.

    Args:
        tables: Tables of finite size by name.

    Attributes:
        size: Number of rows.
        parts: Name of each table and its number of rows, for reports.
    """

    def __init__(self, tables: Sequence[tuple[str, Table]]) -> None:
        self._tables = [table for _, table in tables]
        self.parts = tuple((name, table.size or 0) for name, table in tables)
        self._ends = list(accumulate(count for _, count in self.parts))
        self.size: int | None = self._ends[-1]

    def __str__(self) -> str:
        return ", ".join(f"{name} {rows:,}" for name, rows in self.parts)

    def read(self, index: int) -> Example | Flaw:
        """Read a row."""
        number, offset = self._place(index)
        row = self._tables[number].read(offset)
        return row._replace(name=f"{self.parts[number][0]}/{row.name}")

    def label(self, index: int) -> RowLabel:
        """Return text, group and name of a row."""
        number, offset = self._place(index)
        label, part = self._tables[number].label(offset), self.parts[number][0]
        return RowLabel(label.text, f"{part}/{label.group}", label.name and f"{part}/{label.name}")

    def _place(self, index: int) -> tuple[int, int]:
        """Return the table of a row, and the row's index there."""
        number = bisect_right(self._ends, index)
        return number, index - (self._ends[number - 1] if number else 0)


class FlawedTable:
    """A table that can't be opened: one row that says why; see ``Table``.

    Args:
        flaw: Its name and the reason.

    Attributes:
        size: Number of rows.
    """

    def __init__(self, flaw: Flaw) -> None:
        self._flaw = flaw
        self.size: int | None = 1

    def read(self, index: int) -> Flaw:
        """Return the flaw."""
        return self._flaw

    def label(self, index: int) -> RowLabel:
        """Return no text."""
        return RowLabel("", self._flaw.name, self._flaw.name)
