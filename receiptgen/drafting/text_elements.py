"""Texts of a template: header and footer as they were read, or a header that is drawn."""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from receiptgen.commerce.given.fixed_values import given_at
from receiptgen.drafting.element_draft import Drafted, ElementDraft, indices
from receiptgen.drafting.row_styles import RowStyles
from receiptgen.drafting.rows import ReceiptRow
from receiptgen.drafting.sections import Section
from receiptgen.drafting.wording import plain_label

# Values of the business that one text may say, by the roles of words; lists of numbers and addresses are no single one.
_SINGLE = tuple(f"merchant.{name}" for name in ("name", "legal_name", "branch", "phone", "fax", "email", "url"))
# Letters of the first word of a name that tells the business wherever it stands.
_LETTERS = 5
# Parts of the header that a template can draw, by the roles of words.
_DRAWN = {
    "merchant.name": "name", "merchant.legal_name": "legal_name", "merchant.branch": "branch",
    "merchant.address": "address", "merchant.phone": "phone", "merchant.fax": "fax", "merchant.email": "email",
    "merchant.url": "url", "merchant.tax_ids": "tax_ids", "merchant.company_ids": "company_ids",
}  # fmt: skip


class TextDrafter:
    """Turns rows of text into elements.

    Args:
        styles: How rows are printed.
        drafted: What other elements have said.
        generated: Whether the business is drawn, not printed as it was read.
        rows: All rows of the receipt, which name the business.
    """

    def __init__(
        self, styles: RowStyles, drafted: Drafted, generated: bool, rows: Sequence[ReceiptRow] = ()
    ) -> None:  # fmt: skip
        self._styles, self._drafted, self._generated = styles, drafted, generated
        self._names = _first_words(rows) if generated else frozenset[str]()

    def texts(self, section: Section) -> Iterator[ElementDraft]:
        """Yield the elements that print rows of text."""
        rows = [row for row in self._without_remains(section.rows) if not self._names_another(row)]
        aligns = self._styles.aligns(rows)
        told = [(row, align, self._styles.style(row), self._part(row)) for row, align in zip(rows, aligns, strict=True)]
        for (drawn, align, style), group in groupby(told, key=lambda one: (bool(one[3]), *one[1:3])):
            alike = list(group)
            look = {"align": align, **({"style": style} if style else {})}
            if drawn:
                yield from self._header([(row, part) for row, *_, part in alike], look)
            else:
                yield from self._lines([row for row, *_ in alike], look)

    def _without_remains(self, rows: Sequence[ReceiptRow]) -> Sequence[ReceiptRow]:
        """Return rows without those between rows of a business that is drawn: they are of the one that was read."""
        drawn = [index for index, row in enumerate(rows) if self._part(row)]
        between = range(drawn[0], drawn[-1]) if drawn else range(0)
        return [row for index, row in enumerate(rows) if index not in between or index in drawn]

    def _names_another(self, row: ReceiptRow) -> bool:
        """Tell whether a text names the business that was read where another is drawn, as ``Thank you, Bergdorf``."""
        if self._part(row):
            return False
        text = plain_label(row.text)
        return any(name in text for name in self._names)

    def _part(self, row: ReceiptRow) -> str:
        """Return the part of a drawn header that a row is; empty for a row that is printed as it was read."""
        if not self._generated:
            return ""
        parts = Counter(part for word in row.words for role, part in _DRAWN.items() if word.role.startswith(role))
        return parts.most_common(1)[0][0] if parts else ""

    def _header(self, told: Sequence[tuple[ReceiptRow, str]], look: dict[str, Any]) -> Iterator[ElementDraft]:
        parts = dict.fromkeys(part for _, part in told)
        new = [part for part in parts if f"merchant.{part}" not in self._drafted.said]
        self._drafted.said.update(f"merchant.{part}" for part in new)
        if new:
            style = look.get("style", {})
            yield ElementDraft(
                "header", {"show": new, "align": look["align"], "name_style": style, "style": style},
                indices(*(row for row, part in told if part in new)),
            )  # fmt: skip

    def _lines(self, rows: Sequence[ReceiptRow], look: dict[str, Any]) -> Iterator[ElementDraft]:
        """Yield texts as they were read; those that say a value of the business say which."""
        for path, group in groupby(rows, key=self._said):
            alike = list(group)
            if path:
                yield ElementDraft("text", {"role": path, "value": alike[0].text, **look}, indices(*alike))
            else:
                yield ElementDraft("text", {"lines": [row.text for row in alike], **look}, indices(*alike))

    def _said(self, row: ReceiptRow) -> str:
        """Return the path of the value of the business that a whole row is; empty for none, or one that is said."""
        if len(row.roles) != 1 or not all(word.role for word in row.words):
            return ""
        path = next(iter(row.roles))
        if path not in _SINGLE or path in self._drafted.said:
            return ""
        try:
            given_at(path, row.text)
        except ValueError:
            # As a web address with a letter misread: it is printed, and no value.
            return ""
        self._drafted.said.add(path)
        return path


def _first_words(rows: Sequence[ReceiptRow]) -> frozenset[str]:
    """Return the first word of each name of a business that is long enough to be told by it."""
    names = [row.with_role(role) for row in rows for role in ("merchant.name", "merchant.legal_name")]
    words = [plain_label(name[0].text) for name in names if name]
    return frozenset(word for word in words if len(word) >= _LETTERS)
