"""The parts of a receipt, from the top: rows of one kind, rules, gaps and codes."""

from collections import Counter
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Literal

from receiptgen.commerce.countries.locales import Locale
from receiptgen.drafting.ink import PageInk
from receiptgen.drafting.item_table import is_heading, is_of_goods
from receiptgen.drafting.page_grid import PageGrid
from receiptgen.drafting.pairs import Pair, pairs_of
from receiptgen.drafting.rows import ReceiptRow
from receiptgen.drafting.sums import SumRow, Sums
from receiptgen.drafting.wording import Wording, plain_label

# Empty lines that are more than the usual distance, and the most that are kept.
_GAP, _MOST_LINES = 0.6, 4.0
# Rows above the goods that may head their columns, and mean confidence below which a row is not printed: one that says
# something known, and one that may be handwriting.
_HEADS, _UNREADABLE, _DOUBTFUL = 3, 0.45, 0.6
# Patterns of rules that are hard to tell apart.
_FINE = frozenset({"-", "dotted"})
# Letters and digits of a row that says something.
_LEAST = 2

Kind = Literal["rule", "gap", "code", "text", "fields", "items", "totals", "payment", "tax_summary", "counts", "saved"]


@dataclass(frozen=True)
class Section:
    """A part of a receipt.

    Attributes:
        kind: What it is.
        rows: Its rows; none for rules, gaps and codes.
        pairs: Labels and values of each row, of fields.
        sums: Its rows of amounts.
        heads: Rows that head the columns of goods, or of a table of taxes.
        pattern: Pattern of a rule, kind of a code.
        lines: Height of a gap in lines.
    """

    kind: Kind
    rows: tuple[ReceiptRow, ...] = ()
    pairs: tuple[tuple[Pair, ...], ...] = ()
    sums: tuple[SumRow, ...] = ()
    heads: tuple[ReceiptRow, ...] = ()
    pattern: str = ""
    lines: float = 0.0


@dataclass
class LeftOut:
    """What sections have no place for.

    Attributes:
        unreadable: Texts of rows that are hardly readable.
        amounts: Texts of rows with amounts of unknown meaning.
        goods: Texts between the goods that are none.
        beside: Texts beside fields.
    """

    unreadable: list[str] = field(default_factory=list)
    amounts: list[str] = field(default_factory=list)
    goods: list[str] = field(default_factory=list)
    beside: list[str] = field(default_factory=list)


class SectionReader:
    """Parts a receipt into sections.

    Args:
        rows: Its rows, from the top.
        grid: How its characters stand.
        country: Where it is from.
        ink: Its page; None where there is only text.
    """

    def __init__(self, rows: Sequence[ReceiptRow], grid: PageGrid, country: Locale, ink: PageInk | None) -> None:
        self._rows, self._grid, self._ink = rows, grid, ink
        self._wording = Wording(country)
        self._sums = Sums(country, self._wording)
        self._titles = {word for scheme in country.taxes for word in plain_label(scheme.summary).split()}
        self.left_out = LeftOut()

    def read(self) -> list[Section]:
        """Return the sections, from the top."""
        kinds = self._kinds()
        codes = self._ink.codes() if self._ink else []
        found: list[Section] = []
        for index, (row, section) in enumerate(zip(self._rows, kinds, strict=True)):
            above = self._rows[index - 1] if index else None
            passed = [code for code in codes if code.middle < row.middle]
            codes = codes[len(passed) :]
            found += self._between(above, row, passed, inside=section is None or _same_table(kinds, index))
            if section is not None:
                found.append(section)
        found += self._between(self._rows[-1], None, codes, inside=False) if self._rows else []
        return _tidied(_with_tax_heads(_joined(_alike(found)), self._titles))

    def _kinds(self) -> list[Section | None]:
        """Return what each row is, None for what is left out."""
        goods = self._goods()
        heads = set()
        if goods:
            before = range(max(0, goods[0] - _HEADS), goods[0])
            marked = [index for index in before if is_heading(self._rows[index], self._wording)]
            heads = set(range(marked[0], goods[0])) if marked else set()
        return [self._kind(row, index, goods, heads) for index, row in enumerate(self._rows)]

    def _goods(self) -> list[int]:
        """Return the rows of goods: the stretch with most of them, since single words may be taken for goods."""
        marked = [
            index for index, row in enumerate(self._rows)
            if is_of_goods(row) and not row.rule and self._sums.row(row) is None
        ]  # fmt: skip
        stretches: list[list[int]] = []
        for index in marked:
            if stretches and index - stretches[-1][-1] <= _HEADS:
                stretches[-1].append(index)
            else:
                stretches.append([index])
        return max(stretches, key=len, default=[])

    def _kind(self, row: ReceiptRow, index: int, goods: Sequence[int], heads: set[int]) -> Section | None:
        if pattern := row.rule:
            return Section("rule", pattern=pattern)
        if index in heads:
            return Section("items", heads=(row,))
        if index in goods:
            return Section("items", rows=(row,))
        if goods and goods[0] < index < goods[-1]:
            self.left_out.goods.append(row.text)
            return None
        if row.confidence < (_UNREADABLE if row.roles else _DOUBTFUL) or sum(map(str.isalnum, row.text)) < _LEAST:
            self.left_out.unreadable.append(row.text)
            return None
        if found := self._sums.row(row):
            return Section(found.kind, rows=(row,), sums=(found,))
        pairs, rest = pairs_of(row, self._wording)
        if pairs:
            self.left_out.beside += [word.text for word in rest if sum(map(str.isalnum, word.text)) >= _LEAST]
            return Section("fields", rows=(row,), pairs=(tuple(pairs),))
        if row.money:
            self.left_out.amounts.append(row.text)
            return None
        return Section("text", rows=(row,))

    def _between(
        self, above: ReceiptRow | None, below: ReceiptRow | None, codes: Sequence[object], inside: bool
    ) -> Iterator[Section]:
        """Yield the rules, codes and gaps between two rows."""
        pattern = self._ink.rule_between(above, below) if self._ink and not inside else ""
        lines = self._grid.lines_between(above, below) if above and below else 0.0
        if pattern:
            yield Section("rule", pattern=pattern)
        for code in codes[:1]:
            yield Section("code", pattern=getattr(code, "kind", ""))
        if not pattern and not codes and lines >= _GAP:
            yield Section("gap", lines=round(min(lines, _MOST_LINES), 1))


def _same_table(kinds: Sequence[Section | None], index: int) -> bool:
    """Tell whether a row and the one above are rows of goods: rules between them are part of no element."""
    here, above = kinds[index], kinds[index - 1] if index else None
    return bool(here and above and here.kind == above.kind == "items" and here.rows and above.rows)


def _joined(sections: Sequence[Section]) -> list[Section]:
    """Return sections of which those of one kind that follow each other are one."""
    joined: list[Section] = []
    for one in sections:
        last = joined[-1] if joined else None
        if last and last.kind == one.kind and one.kind not in {"code", "gap", "rule"}:
            joined[-1] = Section(
                one.kind, last.rows + one.rows, last.pairs + one.pairs, last.sums + one.sums, last.heads + one.heads
            )
        elif not (last and last.kind == one.kind):
            joined.append(one)
    return joined


def _alike(sections: list[Section]) -> list[Section]:
    """Return sections whose rules of short strokes are all of that sort which most are: a receipt keeps to one."""
    fine = Counter(one.pattern for one in sections if one.pattern in _FINE)
    if len(fine) < 2:
        return sections
    usual = fine.most_common(1)[0][0]
    return [replace(one, pattern=usual) if one.kind == "rule" and one.pattern in _FINE else one for one in sections]


def _with_tax_heads(sections: Sequence[Section], titles: Set[str]) -> list[Section]:
    """Return sections in which rows above a table of taxes, which head it, are part of it."""
    found: list[Section] = []
    for one in sections:
        ruled = found[-1].pattern if one.kind == "tax_summary" and found and found[-1].kind == "rule" else ""
        above = found[-2 if ruled else -1] if len(found) > bool(ruled) else None
        if one.kind == "tax_summary" and above and above.kind == "text":
            heads = [row for row in above.rows[-2:] if len(row.cells) > 1 or titles & {*plain_label(row.text).split()}]
            rest = [row for row in above.rows if row not in heads]
            if heads:
                found[-2 if ruled else -1 :] = [replace(above, rows=tuple(rest))] if rest else []
                one = replace(one, heads=tuple(heads), pattern=ruled)
        found.append(one)
    return found


def _tidied(sections: list[Section]) -> list[Section]:
    """Return sections without gaps and rules at the ends, and with all goods in one, whatever parts them."""
    goods = [index for index, one in enumerate(sections) if one.kind == "items"]
    if goods:
        first, last = goods[0], goods[-1]
        parts = [one for one in sections[first : last + 1] if one.kind == "items"]
        rows, heads = [row for one in parts for row in one.rows], [row for one in parts for row in one.heads]
        pattern = next((one.pattern for one in sections[first:last] if one.kind == "rule"), "")
        whole = Section("items", tuple(rows), heads=tuple(heads), pattern=pattern)
        others = [one for one in sections[first : last + 1] if one.kind not in {"items", "rule", "gap"}]
        # Rules of headings stand above and below them.
        start = first - 1 if whole.pattern and whole.heads and first and sections[first - 1].kind == "rule" else first
        sections = [*sections[:start], whole, *others, *sections[last + 1 :]]
    while sections and sections[0].kind in {"gap", "rule"}:
        sections = sections[1:]
    while sections and sections[-1].kind == "gap":
        sections = sections[:-1]
    return [one for one, after in pairwise([*sections, Section("text")]) if not (one.kind == after.kind == "gap")]
