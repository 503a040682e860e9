"""Rows of amounts below the goods: totals, taxes, payment, number of pieces."""

from collections.abc import Sequence
from typing import Literal, NamedTuple

from receiptgen.commerce.countries.locales import Locale
from receiptgen.drafting.rows import ReceiptRow, RowWord, text_of
from receiptgen.drafting.wording import EDGES, Wording, plain_label
from receiptgen.elements.tax_summary import Column as TaxColumn
from receiptgen.elements.totals import Part

# What roles say, in the order in which they tell what a row is; parts of totals, with the key of the word that the
# template prints before each: none where the label is the discount's or the tax's own.
_PARTS: dict[str, tuple[Part, str]] = {
    "total": ("total", "total"), "payable": ("payable", "payable"), "subtotal": ("subtotal", "subtotal"),
    "rounding": ("rounding", "rounding"), "discounts": ("discounts", ""), "service": ("service", "service_charge"),
    "tip": ("tip", "tip"), "gross": ("gross", "amount"), "tax": ("tax", "tax"), "net": ("net", "total_before_tax"),
    "taxes": ("taxes", ""),
}  # fmt: skip
# The same by the words of the country, for amounts whose role is not known.
_BY_WORD: dict[str, Part] = {
    "total": "total", "payable": "payable", "subtotal": "subtotal", "rounding": "rounding",
    "service_charge": "service", "tip": "tip", "tax": "tax", "total_before_tax": "net", "discount": "discounts",
    "coupon": "discounts", "member_discount": "discounts",
}  # fmt: skip
_TENDERS = ("cash", "card", "voucher", "change")
# Words that are for one thing alone.
_SURE = (*_TENDERS, "rounding", "discount", "coupon", "member_discount", "subtotal", "service_charge", "tip")
# Columns of a table of taxes, by the roles of words.
_TAX_COLUMNS: dict[str, TaxColumn] = {
    "taxes.code": "code", "taxes.name": "code", "taxes.percent": "percent", "taxes.net": "net", "net": "net",
    "taxes.tax": "tax", "tax": "tax", "taxes.gross": "gross",
}  # fmt: skip
# Characters of the longest label, and letters of the shortest.
_LONGEST, _LETTERS = 40, 2

Kind = Literal["totals", "payment", "tax_summary", "counts", "saved"]


class SumRow(NamedTuple):
    """A row of an amount.

    Attributes:
        kind: Element that prints it.
        part: Part of the totals, kind of payment or ``change``; empty for others.
        word: Key of the word that stands before it; empty where its label can't be chosen.
        label: Its label, without the colon.
        row: The row.
    """

    kind: Kind
    part: str
    word: str
    label: str
    row: ReceiptRow


class Sums:
    """Tells rows of amounts apart.

    Args:
        country: Where the receipt is from.
        wording: Words of the country.
    """

    def __init__(self, country: Locale, wording: Wording) -> None:
        self._signs = {country.currency.sign.casefold(), country.currency.code.casefold(), "$"}
        self._wording = wording
        self._cards = {plain_label(name) for name in country.cards}

    def row(self, row: ReceiptRow) -> SumRow | None:
        """Return what a row of an amount is; None where it is none that templates print."""
        label = self._label(row)
        if len(tax_columns(row)) > 1 and len(row.money) > 1:
            return SumRow("tax_summary", "", "", label, row)
        if row.with_role("items_sold"):
            return SumRow("counts", "", "items_sold", label, row)
        if row.with_role("saved"):
            return SumRow("saved", "", "you_saved", label, row)
        return self._worded(row, label) or self._payment(row, label) or self._total(row, label)

    def _worded(self, row: ReceiptRow, label: str) -> SumRow | None:
        """Return what a row is whose label is a word for one thing alone, whatever the role of its amount."""
        key = self._wording.key_of(label, _SURE) if row.money else ""
        if plain_label(label) in self._cards and row.money:
            # The brand is drawn: the label is none of the word for cards.
            return SumRow("payment", "card", "", label, row)
        if not key:
            return None
        if key in _TENDERS:
            return SumRow("payment", key, key, label, row)
        return SumRow("totals", _BY_WORD[key], key if _word_of(key) else "", label, row)

    def _payment(self, row: ReceiptRow, label: str) -> SumRow | None:
        roles = [word.role for word in row.words]
        if "change" in roles:
            return SumRow("payment", "change", "change", label, row)
        if row.with_role("tenders"):
            key = self._wording.key_of(label, _TENDERS)
            return SumRow("payment", key or "tender", key, label, row)
        return None

    def _total(self, row: ReceiptRow, label: str) -> SumRow | None:
        for role, (part, word) in _PARTS.items():
            if row.with_role(role):
                return SumRow("totals", part, word, label, row)
        if not row.money:
            return None
        if key := self._wording.key_of(label, (*_BY_WORD, *_TENDERS)):
            kind: Kind = "payment" if key in _TENDERS else "totals"
            return SumRow(kind, _BY_WORD.get(key, key), key if kind == "payment" or _word_of(key) else "", label, row)
        return None

    def _label(self, row: ReceiptRow) -> str:
        """Return the words before the first number of a row, without a sign of the currency that stands against it."""
        words: list[RowWord] = []
        for word in row.words:
            if word.amount and (word.amount.is_money or (word.role and not word.role.endswith(("label", "name")))):
                break
            words.append(word)
        while words and words[-1].text.casefold().strip(EDGES) in {*self._signs, ""}:
            words.pop()
        for end in (0, -1):
            while words and words[end].text.strip(EDGES).isdigit():
                words.pop(end)
        label = text_of(words).strip(EDGES)
        return label if len(label) <= _LONGEST and sum(map(str.isalpha, label)) >= _LETTERS else ""


def _word_of(key: str) -> bool:
    return key in {word for _, word in _PARTS.values()}


def tax_columns(row: ReceiptRow) -> tuple[TaxColumn, ...]:
    """Return the columns of a table of taxes that a row has, from the left; none of other rows."""
    found: list[TaxColumn] = []
    for word in row.words:
        column = _TAX_COLUMNS.get(word.role)
        if column is None and word.amount and word.amount.percent:
            column = "percent"
        if column is None and word.amount and word.amount.is_money and "net" in found:
            column = "tax"
        if column and column not in found:
            found.append(column)
    return tuple(found) if any(word.role.startswith("taxes.") for word in row.words) else ()


def signed(rows: Sequence[ReceiptRow], country: Locale) -> bool:
    """Tell whether most amounts of rows have the sign of the currency."""
    sign = country.currency.sign.casefold().strip(".")
    count = total = 0
    for row in rows:
        for before, word in zip((None, *row.words), row.words, strict=False):
            if word.amount and word.amount.is_money:
                total += 1
                against = word.text.casefold().lstrip("-").startswith(sign) or word.text.casefold().endswith(sign)
                count += against or (before is not None and before.text.casefold().strip(".:") == sign)
    return count > total / 2
