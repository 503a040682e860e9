"""Elements of amounts: totals, payment, taxes, number of pieces."""

from collections.abc import Iterator, Sequence

from receiptgen.drafting.element_draft import Drafted, ElementDraft, indices
from receiptgen.drafting.page_grid import PageGrid
from receiptgen.drafting.pairs import form_of_sums
from receiptgen.drafting.row_styles import RowStyles
from receiptgen.drafting.sections import Section
from receiptgen.drafting.sums import SumRow
from receiptgen.drafting.tax_columns import tax_columns

# Parts of the totals that are printed above the total, of which they are part.
_ABOVE = frozenset({"discounts", "service", "tip"})
# Characters of a word for the total that has room before the sums of a table of taxes.
_SHORT = 12
# Words under which discounts of a receipt are drawn.
_DISCOUNTS = ("coupon", "member_discount")


class SumDrafter:
    """Turns rows of amounts into elements.

    Args:
        grid: How the characters of the page stand.
        styles: How rows are printed.
        drafted: What other elements have said.
    """

    def __init__(self, grid: PageGrid, styles: RowStyles, drafted: Drafted) -> None:
        self._grid, self._styles, self._drafted = grid, styles, drafted

    def totals(self, section: Section) -> Iterator[ElementDraft]:
        """Yield the parts of the totals that are not printed above."""
        new = self._new(section.sums)
        shown = [one.part for one in new]
        if "total" in shown:
            place = shown.index("total")
            late = [part for part in shown[place:] if part in _ABOVE]
            shown = [*shown[:place], *late, *(part for part in shown[place:] if part not in late)]
        self._drafted.parts.update(shown)
        if shown:
            total = next((one.row for one in new if one.part in {"total", "payable"}), None)
            style = self._styles.column_style(new[0].row) if new[0].row is not total else {}
            yield ElementDraft("totals", {
                "show": shown, **self._form(new), **({"style": style} if style else {}),
                "total_style": self._styles.column_style(total) if total else {},
                **({"zero": True} if _has_nothing(new) else {}),
            }, self._words(new))  # fmt: skip

    def _new(self, sums: Sequence[SumRow]) -> list[SumRow]:
        """Return the first of each part that is not printed above, and can be printed here."""
        first = {one.part: one for one in reversed(sums)}
        late = _ABOVE if "total" in self._drafted.parts else frozenset[str]()
        return [one for one in sums if one is first[one.part] and one.part not in {*self._drafted.parts, *late}]

    def payment(self, section: Section) -> Iterator[ElementDraft]:
        """Yield the payment, of which a receipt has one."""
        if "payment" not in self._drafted.parts:
            self._drafted.parts.add("payment")
            style = self._styles.column_style(section.rows[0])
            yield ElementDraft("payment", {
                **self._form(section.sums), "card": 0.0, **({"style": style, "change_style": style} if style else {}),
                **({"zero": True} if any(one.part == "change" for one in section.sums) else {}),
            }, self._words(section.sums))  # fmt: skip

    def taxes(self, section: Section) -> Iterator[ElementDraft]:
        """Yield the table of taxes, of which a receipt has one."""
        if "tax_summary" in self._drafted.parts:
            return
        self._drafted.parts.add("tax_summary")
        columns = max((tax_columns(row) for row in section.rows), key=len)
        # The word of the total stands before the sum, and another there.
        sums_up = section.sums_up and len(self._drafted.words.get("total", "")) <= _SHORT
        rows = section.rows[:-1] if section.sums_up and not sums_up else section.rows
        titled = len(section.heads) != 1
        yield ElementDraft("tax_summary", {
            "columns": list(columns), **({} if titled else {"heading": False}),
            **({"rules": section.pattern} if section.pattern else {}), **({"total": True} if sums_up else {}),
        }, indices(*rows, *section.heads, *section.ruled), frozenset(section.marks))  # fmt: skip

    def counts(self, section: Section) -> Iterator[ElementDraft]:
        """Yield the number of pieces, once."""
        if "items_sold" not in self._drafted.parts:
            self._drafted.parts.add("items_sold")
            first = section.sums[:1]
            yield ElementDraft("counts", self._count_form(first[0]), self._words(first))

    def saved(self, section: Section) -> Iterator[ElementDraft]:
        """Yield what was saved, once."""
        if "you_saved" not in self._drafted.parts:
            self._drafted.parts.add("you_saved")
            align = self._styles.aligns(section.rows)[0]
            yield ElementDraft("text", {"say": ["you_saved"], "align": align}, self._words(section.sums[:1]))

    def _words(self, sums: Sequence[SumRow]) -> frozenset[int]:
        """Return the indices of the words that sums are printed for: labels that are kept or drawn, and amounts."""
        kept = [one for one in sums if self._keeps_label(one)]
        return indices(*(one.label_words for one in kept), *(one.amount_words for one in sums))

    def _keeps_label(self, one: SumRow) -> bool:
        if one.part == "discounts":
            kept = [self._drafted.takes_word(key, one.label) for key in _DISCOUNTS]
            return all(kept)
        # Labels of taxes and brands of cards are the country's.
        return self._drafted.takes_word(one.word, one.label) if one.word else True

    def _form(self, sums: Sequence[SumRow]) -> dict[str, str]:
        """Return how labels and amounts are arranged, where it is not the usual way."""
        form = form_of_sums([one.row for one in sums if one.row.money], self._grid)
        return {} if form == "justified" else {"form": form}

    def _count_form(self, one: SumRow) -> dict[str, str]:
        """Return how label and number of pieces are arranged, where it is not the usual way."""
        apart = one.amount_words and (self._grid.right - one.amount_words[-1].right) / self._grid.pitch < 2.5
        return {"form": "justified"} if apart and len(one.row.cells) > 1 else {}


def _has_nothing(sums: Sequence[SumRow]) -> bool:
    """Tell whether a rounding, discount or tax of nothing is printed."""
    return any(word.amount and not word.amount.value for one in sums for word in one.row.money if one.part != "total")
