"""Parts a receipt into sections, from the top."""

from collections.abc import Iterator, Sequence

from receiptgen.commerce.countries.locales import Locale
from receiptgen.drafting.ink import Code, PageInk
from receiptgen.drafting.item_table import is_heading, is_modifier, is_of_goods
from receiptgen.drafting.legible import is_noise, is_readable
from receiptgen.drafting.page_grid import PageGrid
from receiptgen.drafting.pairs import pairs_of
from receiptgen.drafting.rows import ReceiptRow
from receiptgen.drafting.sections import UNREADABLE, LeftOut, Mark, Section, tidied
from receiptgen.drafting.sum_sections import joined_sums, with_sums
from receiptgen.drafting.sums import SumRow, Sums
from receiptgen.drafting.wording import Wording, plain_label

# Empty lines that are more than the usual distance, and the most that are kept.
_GAP, _MOST_LINES = 0.6, 4.0
# Rows above the goods that may head their columns.
_HEADS = 3
# Sums that stand below the goods.
_ENDS, _TOTALS = frozenset({"subtotal", "total", "payable"}), frozenset({"total", "payable"})
# Letters of a row, at least, that is not just a number written by pen or stamped.
_LETTERS = 3


class SectionReader:
    """Parts a receipt into sections.

    Every row is in one of them, or in ``left_out``; every rule and code that is seen is in ``marks``.

    Args:
        rows: Its rows, from the top.
        grid: How its characters stand.
        country: Where it is from.
        ink: Its page; None where there is only text.
    """

    def __init__(self, rows: Sequence[ReceiptRow], grid: PageGrid, country: Locale, ink: PageInk | None) -> None:
        self._grid, self._ink = grid, ink
        self._wording = Wording(country)
        self._sums = Sums(country, self._wording)
        self._titles = {word for scheme in country.taxes for word in plain_label(scheme.summary).split()}
        self._rows = [part for row in joined_sums(rows, self._sums, grid) for part in self._sums.sides(row)]
        self._goods = self._stretch_of_goods()
        self._heads = self._headings()
        self._total = self._probable_total()
        self._business = [index for index, row in enumerate(self._rows) if row.with_role("merchant")]
        self._judges = (
            self._rule, self._written, self._heading, self._good, self._illegible, self._sum, self._field, self._amount,
        )  # fmt: skip
        self.left_out: list[LeftOut] = []
        self.marks: list[Mark] = []

    def read(self) -> list[Section]:
        """Return the sections, from the top."""
        judged = [self._judged(row, index) for index, row in enumerate(self._rows)]
        self.left_out = [one for one in judged if isinstance(one, LeftOut)]
        codes = self._ink.codes() if self._ink else []
        found: list[Section] = []
        for index, (row, one) in enumerate(zip(self._rows, judged, strict=True)):
            above = self._rows[index - 1] if index else None
            passed = [code for code in codes if code.middle < row.middle]
            codes = codes[len(passed) :]
            found += self._between(above, row, passed)
            if isinstance(one, Section):
                found.append(one)
        found += self._between(self._rows[-1], None, codes) if self._rows else []
        self.marks = [mark for one in found for mark in one.marks]
        return with_sums(tidied(found), self._titles)

    def _stretch_of_goods(self) -> list[int]:
        """Return the rows of goods: the stretch with most amounts, since single words may be taken for goods."""
        stretches: list[list[int]] = [[]]
        for index, row in enumerate(self._rows):
            found = self._sums.row(row)
            if found and found.part in _ENDS:
                stretches.append([])
            elif not found and is_of_goods(row) and not row.rule and (row.money or not row.with_role("merchant")):
                if stretches[-1] and index - stretches[-1][-1] > _HEADS:
                    stretches.append([])
                stretches[-1].append(index)
        return self._with_discounts(self._without_strays(max(stretches, key=self._weight)))

    def _without_strays(self, goods: list[int]) -> list[int]:
        """Return rows of goods without those at their ends that have no amount and stand apart, as a name of staff."""
        while len(goods) > 1 and not self._rows[goods[0]].money and goods[1] > goods[0] + 1:
            goods = goods[1:]
        while len(goods) > 1 and not self._rows[goods[-1]].money and goods[-1] > goods[-2] + 1:
            goods = goods[:-1]
        return goods

    def _weight(self, goods: list[int]) -> tuple[int, int]:
        return sum(bool(self._rows[index].money) for index in goods), len(goods)

    def _with_discounts(self, goods: list[int]) -> list[int]:
        """Return rows of goods with those of discounts among them and, of the same labels, below the last of them."""
        if not goods:
            return goods
        found = {index: self._sums.discount(row) for index, row in enumerate(self._rows) if index > goods[0]}
        labels = {one.label for index, one in found.items() if one and index < goods[-1]}
        end = goods[-1] + 1
        while end < len(self._rows) and (one := found[end]) and (one.label in labels or one.row.with_role("items")):
            end += 1
        return sorted({*goods, *(index for index, one in found.items() if one and index < end)})

    def _probable_total(self) -> SumRow | None:
        """Return the first row below the goods that may be the total, where none is known to be; None elsewhere."""
        known = [self._sums.row(row) for row in self._rows]
        if any(found and found.part in _TOTALS for found in known):
            return None
        start = self._goods[-1] + 1 if self._goods else 0
        below = zip(self._rows[start:], known[start:], strict=True)
        return next((one for row, found in below if not found and (one := self._sums.probable_total(row))), None)

    def _headings(self) -> range:
        """Return the rows that head the columns of the goods."""
        if not self._goods:
            return range(0)
        before = range(max(0, self._goods[0] - _HEADS), self._goods[0])
        marked = [index for index in before if is_heading(self._rows[index], self._wording)]
        return range(marked[0], self._goods[0]) if marked else range(0)

    def _judged(self, row: ReceiptRow, index: int) -> Section | LeftOut:
        """Return what a row is: the first that any of the judges takes it for, or else text."""
        return next((found for judge in self._judges if (found := judge(row, index))), Section("text", rows=(row,)))

    def _rule(self, row: ReceiptRow, index: int) -> Section | None:
        return Section("rule", rows=(row,), pattern=row.rule) if row.rule else None

    def _written(self, row: ReceiptRow, index: int) -> LeftOut | None:
        """Leave out a number or a name above the business: somebody wrote, typed or stamped it on the paper."""
        named = next((place for place in self._business if place > index), None)
        if named is None or not all(self._is_number(above) for above in self._rows[:index]):
            return None
        if not (self._is_number(row) or self._is_added(row, named)):
            return None
        return LeftOut(row, "above the business, as if it was written or stamped on the paper")

    def _is_number(self, row: ReceiptRow) -> bool:
        letters = max((sum(map(str.isalpha, word.text)) for word in row.words), default=0)
        return not row.roles and letters < _LETTERS and any(char.isdigit() for char in row.text)

    def _is_added(self, row: ReceiptRow, named: int) -> bool:
        """Tell whether a row is a large name in small letters that stands otherwise than the business below it."""
        large = self._grid.is_wide(row) or self._grid.is_tall(row)
        below = [self._grid.align(self._rows[place]) for place in self._business if place >= named]
        apart = self._grid.align(row) not in {*below[:3], None}
        return large and apart and row.text == row.text.lower() and any(map(str.isalpha, row.text))

    def _heading(self, row: ReceiptRow, index: int) -> Section | None:
        return Section("items", heads=(row,)) if index in self._heads else None

    def _good(self, row: ReceiptRow, index: int) -> Section | LeftOut | None:
        if index in self._goods:
            taken_off = self._sums.discount(row)
            return Section("items", rows=(row,), sums=(taken_off,) if taken_off else ())
        if not self._goods or not self._goods[0] < index < self._goods[-1]:
            return None
        if any(not role.startswith("items.") and role != "currency" for role in row.roles) and not row.money:
            return None
        if is_modifier(row) and is_readable(row):
            return Section("items", rows=(row,))
        return LeftOut(row, "between the goods, and no goods")

    def _illegible(self, row: ReceiptRow, index: int) -> LeftOut | None:
        return None if is_readable(row) and not is_noise(row) else LeftOut(row, UNREADABLE)

    def _sum(self, row: ReceiptRow, index: int) -> Section | LeftOut | None:
        probable = self._total if self._total and self._total.row is row else None
        found = self._sums.row(row) or probable
        if found is None:
            return None
        if found.part and not found.amount_words and self._is_known(found):
            # The word alone, as of a card that was named and paid with below.
            return Section("text", rows=(row,))
        # What is known by nothing but a reader's guess may not stand where it never does.
        guessed = found.kind == "payment" and not found.word and found.part == "tender"
        if (found.part == "discounts" and not found.label) or (guessed and self._is_above_total(index)):
            return LeftOut(row, "an amount of unknown meaning")
        if self._goods and index < self._goods[0] and found.kind in {"totals", "payment", "tax_summary"}:
            return LeftOut(row, "an amount above the goods")
        return Section(found.kind, rows=(row,), sums=(found,))

    def _is_above_total(self, index: int) -> bool:
        below = map(self._sums.row, self._rows[index + 1 :])
        return any(found and found.part in _TOTALS for found in below)

    def _field(self, row: ReceiptRow, index: int) -> Section | None:
        pairs, rest = pairs_of(row, self._wording)
        return Section("fields", rows=(row,), pairs=(tuple(pairs),), beside=(tuple(rest),)) if pairs else None

    def _amount(self, row: ReceiptRow, index: int) -> Section | LeftOut | None:
        """Leave out an amount that would contradict those that are drawn; numbers above the goods are of addresses."""
        above = bool(self._goods) and index < self._goods[0]
        if above or row.with_role("merchant"):
            return None
        if row.money:
            return LeftOut(row, "an amount of unknown meaning")
        found = None if self._titles & {*plain_label(row.text).split()} else self._sums.unread(row)
        if found is None:
            return None
        if self._is_known(found) or (found.kind == "payment" and self._is_above_total(index)):
            # The word alone is printed as it was read; figures would contradict the sum that is drawn.
            return LeftOut(row, "a sum without a readable amount") if _has_figures(row) else None
        return Section(found.kind, rows=(row,), sums=(found,))

    def _is_known(self, found: SumRow) -> bool:
        """Tell whether another row, with its amount, says what one without an amount does."""
        rows = [one for one in (*map(self._sums.row, self._rows), self._total) if one and one.row is not found.row]
        if found.kind == "payment" and found.part != "change":
            return any(one.kind == "payment" and one.part != "change" for one in rows)
        return any(one.part == found.part for one in rows)

    def _between(self, above: ReceiptRow | None, below: ReceiptRow | None, codes: Sequence[Code]) -> Iterator[Section]:
        """Yield the rules, codes and gaps between two rows; nothing between the sides of one."""
        if above and below and above.number == below.number:
            return
        pattern = self._ink.rule_between(above, below) if self._ink else ""
        lines = self._grid.lines_between(above, below) if above and below else 0.0
        number = above.number if above else 0
        if pattern:
            yield Section("rule", pattern=pattern, marks=(Mark("rule", number),))
        for index, code in enumerate(codes):
            yield Section("code", pattern=code.kind, marks=(Mark("code", number, index),))
        if not pattern and not codes and lines >= _GAP:
            yield Section("gap", lines=round(min(lines, _MOST_LINES), 1))


def _has_figures(row: ReceiptRow) -> bool:
    return any(map(str.isdigit, row.text))
