"""The parts of a receipt: rows of one kind, rules, gaps and codes."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal, NamedTuple

from receiptgen.drafting.pairs import Pair
from receiptgen.drafting.rows import ReceiptRow, RowWord
from receiptgen.drafting.sums import SumRow

# Patterns of rules that are hard to tell apart.
_FINE = frozenset({"-", "dotted"})
# Why a row is left out that can't be read.
UNREADABLE = "could not be read"

Kind = Literal["rule", "gap", "code", "text", "fields", "items", "totals", "payment", "tax_summary", "counts", "saved"]


class Mark(NamedTuple):
    """What a page shows besides words.

    Attributes:
        kind: ``rule`` or ``code``.
        below: Number of the row above it; 0 for none.
        number: Number among those of its kind below that row; 0 is the first.
    """

    kind: Literal["rule", "code"]
    below: int
    number: int = 0


@dataclass(frozen=True)
class Section:
    """A part of a receipt.

    Attributes:
        kind: What it is.
        rows: Its rows; none for gaps, codes, and rules that are no text.
        pairs: Labels and values of each row, of fields.
        beside: What stands beside those of each row.
        sums: Its rows of amounts.
        heads: Rows that head the columns of goods, or of a table of taxes.
        ruled: Rows of characters that are rules of its headings.
        pattern: Pattern of a rule, kind of a code.
        lines: Height of a gap in lines.
        marks: Rules and codes of the page that it is or has.
        sums_up: Whether its last row sums it up, of a table of taxes.
    """

    kind: Kind
    rows: tuple[ReceiptRow, ...] = ()
    pairs: tuple[tuple[Pair, ...], ...] = ()
    beside: tuple[tuple[RowWord, ...], ...] = ()
    sums: tuple[SumRow, ...] = ()
    heads: tuple[ReceiptRow, ...] = ()
    ruled: tuple[ReceiptRow, ...] = ()
    pattern: str = ""
    lines: float = 0.0
    marks: tuple[Mark, ...] = ()
    sums_up: bool = False

    def with_next(self, other: "Section") -> "Section":
        """Return it together with one of its kind that follows it."""
        return replace(
            self, rows=self.rows + other.rows, pairs=self.pairs + other.pairs, beside=self.beside + other.beside,
            sums=self.sums + other.sums, heads=self.heads + other.heads,
        )  # fmt: skip


class LeftOut(NamedTuple):
    """A row that sections have no place for.

    Attributes:
        row: The row.
        why: Why, in a few words.
    """

    row: ReceiptRow
    why: str


def tidied(sections: Sequence[Section]) -> list[Section]:
    """Return sections, one a row, rule, code and gap from the top, with those of one kind and all goods as one."""
    joined = _with_one_table(_joined(_alike(sections)))
    while joined and (joined[0].kind == "gap" or (joined[0].kind == "rule" and not joined[0].rows)):
        # A line above all text is the edge of the paper.
        joined = joined[1:]
    while joined and joined[-1].kind == "gap":
        joined = joined[:-1]
    return [one for one, after in pairwise([*joined, Section("text")]) if not (one.kind == after.kind == "gap")]


def _joined(sections: Sequence[Section]) -> list[Section]:
    """Return sections of which those of one kind that follow each other are one."""
    joined: list[Section] = []
    for one in sections:
        last = joined[-1] if joined else None
        if last is None or last.kind != one.kind or _are_two(last, one):
            joined.append(one)
        elif one.kind not in {"code", "gap", "rule"}:
            joined[-1] = last.with_next(one)
    return joined


def _are_two(one: Section, other: Section) -> bool:
    """Tell whether two rules or codes are seen for certain: rules of characters, or codes of two sorts."""
    return (one.kind == "rule" and bool(one.rows and other.rows)) or (
        one.kind == "code" and one.pattern != other.pattern
    )


def _alike(sections: Sequence[Section]) -> Sequence[Section]:
    """Return sections whose rules of short strokes are all of that sort which most are: a receipt keeps to one."""
    fine = Counter(one.pattern for one in sections if one.pattern in _FINE)
    if len(fine) < 2:
        return sections
    usual = fine.most_common(1)[0][0]
    return [replace(one, pattern=usual) if one.kind == "rule" and one.pattern in _FINE else one for one in sections]


def _with_one_table(sections: list[Section]) -> list[Section]:
    """Return sections with all goods in one, whatever parts them, and the rules of its headings in it."""
    goods = [index for index, one in enumerate(sections) if one.kind == "items"]
    if not goods:
        return sections
    start, last = goods[0], goods[-1]
    table = sections[start]
    for place in goods[1:]:
        table = table.with_next(sections[place])
    rowed = next((place for place in goods if sections[place].rows), last)
    below = [one for one in sections[start:rowed] if one.kind == "rule"][:1] if table.heads else []
    if below:
        # Rules of headings stand above and below them.
        above = [sections[start - 1]] if start and sections[start - 1].kind == "rule" else []
        start -= len(above)
        table = replace(
            table, pattern=below[0].pattern, ruled=tuple(row for one in (*above, *below) for row in one.rows),
            marks=tuple(mark for one in (*above, *below) for mark in one.marks),
        )  # fmt: skip
    others = [one for one in sections[start : last + 1] if one.kind not in {"items", "rule", "gap"}]
    return [*sections[:start], table, *others, *sections[last + 1 :]]
