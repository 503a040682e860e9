"""How many rows of a data set hold characters or words that a charset lacks, and which."""

import shlex
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple
from unicodedata import category

from receiptgen.recognition.charset import Charset, UnitKind
from receiptgen.recognition.charset_spec import CharsetTerm, parse_charset

from .sources import Table, layout_of

# Rows of a finite data set that are looked at, evenly over it: their labels take about a second.
_LOOKED = 200_000
# Samples of a data set that is generated on the fly, which are drawn for their texts.
_DRAWN = 64
# Units that are listed, and characters that an option holds; of more, whoever adds them types none.
_LISTED, _TYPED = 12, 80


class Coverage(NamedTuple):
    """What a charset lacks of the texts of a data set.

    Attributes:
        rows: Number of rows; None for endless ones.
        looked: Number of rows that were looked at.
        lost: Number of those that hold something that the charset lacks.
        lacking: What it lacks, each with the number of rows that hold it.
        kind: Kind of the charset's units.
    """

    rows: int | None
    looked: int
    lost: int
    lacking: Counter[str]
    kind: UnitKind

    @property
    def mostly_lost(self) -> bool:
        """Whether more than half of the rows can't be used, which a list of words may leave out on purpose."""
        return self.kind == "characters" and 2 * self.lost > self.looked

    @property
    def all_lost(self) -> bool:
        """Whether no row can be used, all of which were looked at."""
        return 0 < self.lost == self.looked == self.rows

    def __str__(self) -> str:
        """Return it in words, what is lacking by its frequency."""
        some = (
            "" if self.rows == self.looked else " looked at" if self.rows is None else f" looked at, of {self.rows:,},"
        )
        most = self.lacking.most_common(_LISTED)
        more = f" and {len(self.lacking) - _LISTED:,} more" if len(self.lacking) > _LISTED else ""
        listed = ", ".join(f"{_shown(unit)} {count:,}" for unit, count in most)
        return f"{self.lost:,} of {self.looked:,} rows{some} hold {self.kind} that the charset lacks: {listed}{more}"


def text_coverage(texts: Iterable[str], charset: Charset, rows: int | None) -> Coverage:
    """Return what a charset lacks of some texts, which are those of a data set of ``rows`` rows."""
    looked, lost, lacking = 0, 0, Counter[str]()
    for text in texts:
        looked += 1
        if units := charset.lacking_units(text):
            lost += 1
            lacking.update(sorted(units))  # a set's order is another in each process, and ties keep it
    return Coverage(rows, looked, lost, lacking, charset.kind)


def table_coverage(table: Table, charset: Charset, drawn: bool) -> Coverage:
    """Return what a charset lacks of a data set, by the labels of at most 200,000 of its rows.

    Of one in shards, those that were fetched when it was opened stand for all.

    Args:
        table: The data set.
        charset: The charset.
        drawn: Whether its samples are drawn for their labels, of which 64 must do.
    """
    some = range(min(_DRAWN, table.size or _DRAWN)) if drawn else looked_rows(table, _LOOKED)
    return text_coverage((table.label(row).text for row in some), charset, table.size)


def charset_option(named: str, coverages: Iterable[Coverage], kind: UnitKind) -> str:
    """Return the option of ``train`` that adds what a charset lacks, as it is typed.

    Args:
        named: Charset to which it is added, as a recipe names it; empty for that of the initial weights.
        coverages: What it lacks of several data sets.
        kind: Kind of its units.

    Returns:
        ``--charset '+řŘ'``, the most frequent first; empty where nothing that is lacking can be printed.
    """
    lacking: Counter[str] = sum((coverage.lacking for coverage in coverages), Counter())
    units = [unit for unit, _ in lacking.most_common() if unit.isprintable()]
    if not units:
        return ""
    spec = parse_charset(named)
    if kind == "characters" and len(units) <= _TYPED:
        added = spec.plus(CharsetTerm("characters", "".join(units)))
    elif spec.has_data:  # these are of other data
        added = spec.plus(CharsetTerm("file", "FILE"))
    else:
        added = spec.plus(CharsetTerm("data"))
    return f"--charset {shlex.quote(str(added))}"


def looked_rows(table: Table, most: int) -> Sequence[int]:
    """Return at most ``most`` rows of a finite data set, evenly over all, or over the shards that are fetched."""
    if (layout := layout_of(table)) is None:
        return spread(table.size or 0, most)
    rows = layout.rows_of(layout.looked)
    return [rows[number] for number in spread(len(rows), most)]


def spread(size: int, most: int) -> Sequence[int]:
    """Return the indices of at most ``most`` rows of ``size``, evenly over all."""
    return range(size) if size <= most else [number * size // most for number in range(most)]


def _shown(unit: str) -> str:
    """Return a unit for a message, by its code where it can't be seen alone."""
    visible = unit.isprintable() and not unit.isspace() and category(unit[0])[0] != "M"
    return unit if visible else " ".join(f"U+{ord(char):04X}" for char in unit)
