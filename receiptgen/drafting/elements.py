"""The elements of a template that print the sections of a receipt."""

from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Any

from receiptgen.drafting.element_draft import Drafted, ElementDraft, indices
from receiptgen.drafting.field_elements import FieldDrafter
from receiptgen.drafting.item_table import read_table
from receiptgen.drafting.page_grid import PageGrid
from receiptgen.drafting.row_styles import RowStyles
from receiptgen.drafting.rows import ReceiptRow
from receiptgen.drafting.sections import Section
from receiptgen.drafting.sum_elements import SumDrafter
from receiptgen.drafting.sums import SumRow
from receiptgen.drafting.text_elements import TextDrafter
from receiptgen.drafting.wording import Wording

# Elements of a template at most.
_MOST = 200


class ElementDrafter:
    """Turns sections into elements.

    Args:
        grid: How the characters of the page stand.
        wording: Words of the country.
        bold: Rows in bold print.
        generated: Whether the business is drawn, not printed as it was read.
        modified: Whether goods of the kind of shop have modifiers.
        rows: All rows of the receipt, which name the business.
    """

    def __init__(
        self, grid: PageGrid, wording: Wording, bold: Collection[ReceiptRow] = (), generated: bool = False,
        modified: bool = False, rows: Sequence[ReceiptRow] = (),
    ) -> None:  # fmt: skip
        self._grid, self._wording, self._modified = grid, wording, modified
        self.drafted = Drafted()
        styles = RowStyles(grid, bold)
        texts = TextDrafter(styles, self.drafted, generated, rows)
        sums = SumDrafter(grid, styles, self.drafted)
        self._makers: dict[str, Callable[[Section], Iterator[ElementDraft]]] = {
            "rule": self._rule, "gap": self._gap, "code": self._code, "text": texts.texts,
            "fields": FieldDrafter(grid, styles, self.drafted).fields, "items": self._items, "totals": sums.totals,
            "payment": sums.payment, "tax_summary": sums.taxes, "counts": sums.counts, "saved": sums.saved,
        }  # fmt: skip

    def draft(self, sections: Sequence[Section]) -> list[ElementDraft]:
        """Return the elements of sections, from the top, as far as a template can have them."""
        made = (element for section in sections for element in self._makers[section.kind](section))
        found = [element for element in made if element.is_valid]
        # Where a part prints nothing that is not printed already, the gaps around it are one.
        return [
            one for before, one in zip((None, *found), found, strict=False) if not (_is_gap(before) and _is_gap(one))
        ][:_MOST]

    def _rule(self, section: Section) -> Iterator[ElementDraft]:
        yield ElementDraft(
            "rule", {"pattern": {section.pattern: 1}}, indices(*section.rows), frozenset(section.marks)
        )  # fmt: skip

    def _gap(self, section: Section) -> Iterator[ElementDraft]:
        yield ElementDraft("gap", {"lines": section.lines})

    def _code(self, section: Section) -> Iterator[ElementDraft]:
        yield ElementDraft(section.pattern, marks=frozenset(section.marks))

    def _items(self, section: Section) -> Iterator[ElementDraft]:
        if not section.rows:
            yield ElementDraft(
                "text", {"lines": [row.text for row in section.heads], "align": "left"}, indices(*section.heads)
            )
            return
        discounts = [one.row for one in section.sums]
        table = read_table(section.rows, section.heads, self._wording, self._grid.pitch, discounts)
        self.drafted.table = table
        for key, said in table.headings.items():
            self.drafted.takes_word(key, said)
        notes = bool(table.modifiers) and self._modified
        keys: dict[str, Any] = {"first": list(table.first)}
        if table.second:
            keys |= {"second": list(table.second), "second_when": "always" if table.always else "several",
                     "indent": table.indent}  # fmt: skip
        if section.heads:
            keys |= {"headings": True, **({"rules": section.pattern} if section.pattern else {})}
        words = table.words | indices(*section.ruled, *(table.modifiers if notes else ()))
        yield ElementDraft(
            "items", {**keys, "notes": notes}, words | self._discounts(section.sums), frozenset(section.marks)
        )  # fmt: skip

    def _discounts(self, sums: Sequence[SumRow]) -> frozenset[int]:
        """Return the words of what is taken off goods, whose label is that of the first."""
        self.drafted.reduced = len(sums)
        kept = [one for one in sums if self.drafted.takes_word("discount", one.label)]
        return indices(*(one.label_words for one in kept), *(one.amount_words for one in sums))


def _is_gap(element: ElementDraft | None) -> bool:
    return element is not None and element.kind == "gap"
