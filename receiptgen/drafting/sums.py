"""Rows of amounts below the goods: totals, taxes, payment, number of pieces."""

import re
from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple

from receiptgen.commerce.countries.locales import Locale
from receiptgen.drafting.currency_signs import currency_signs
from receiptgen.drafting.rows import ReceiptRow, RowWord, text_of
from receiptgen.drafting.sum_labels import SumLabels
from receiptgen.drafting.tax_columns import tax_columns
from receiptgen.drafting.wording import EDGES, Wording, plain_label
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
_ALONE = ("total", "payable", "subtotal", "tax", "change", "cash", "rounding", "total_before_tax")
_KNOWN = (*_BY_WORD, *_TENDERS, "items_sold", "you_saved")
# What a row of goods says, and one of what is taken off them does not.
_OF_GOODS = frozenset({"items.name", "items.code", "items.quantity", "items.unit_price", "items.amount"})
# A rate or a time of day.
_FIGURE = re.compile(r"@?\d+([.,]\d+)?\s?%|\d{1,2}:\d\d(:\d\d)?([AP]M?)?", re.IGNORECASE)
# Characters of the longest label, and letters of the shortest.
_LONGEST, _LETTERS = 40, 2

# Parts that a label alone tells where a reader of fields took the amount for another.
_BY_LABEL = frozenset({"discounts", "rounding", "tax", "service"})

Kind = Literal["totals", "payment", "tax_summary", "counts", "saved"]


class SumRow(NamedTuple):
    """A row of an amount.

    Attributes:
        kind: Element that prints it.
        part: Part of the totals, kind of payment or ``change``; empty for others.
        word: Key of the word that stands before it; empty where its label can't be chosen.
        label: Its label, without the colon; empty where it is hardly readable.
        row: The row.
        label_words: Words of the label, also of one that is too long or short to be one.
        amount_words: Words of the amount, without the sign of the currency.
    """

    kind: Kind
    part: str
    word: str
    label: str
    row: ReceiptRow
    label_words: tuple[RowWord, ...]
    amount_words: tuple[RowWord, ...]


class Sums:
    """Tells rows of amounts apart.

    Args:
        country: Where the receipt is from.
        wording: Words of the country.
    """

    def __init__(self, country: Locale, wording: Wording) -> None:
        self._signs = currency_signs(country)
        self._wording = wording
        self._labels = SumLabels(wording)
        self._cards = {plain_label(name) for name in country.cards}
        self._totals = totals = _tokens(country.words.get("total", ()))
        self._due = _tokens(country.words.get("payable", ()))
        self._saved = _tokens(country.words.get("you_saved", ()))
        self._pieces = _tokens(country.words.get("quantity", ()))
        self._counted = (_tokens(country.words.get("items_sold", ())) | self._pieces) - totals

    def row(self, row: ReceiptRow) -> SumRow | None:
        """Return what a row of an amount is; None where it is none that templates print."""
        before, amounts = self._halves(row)
        # A word that is known is the label, whatever stands in a cell before it.
        last = tuple(word for word in before if word.cell == before[-1].cell)
        before = last if self._wording.key_of(self._text(last), _KNOWN) else before
        text = self._text(before)
        found = self._meaning(row, self._labels.like(text, before))
        if found is None:
            return None
        label = self._labels.printed(text, before, found[1] or found[2])
        return SumRow(*found, label, row, _trimmed(before), amounts)

    def discount(self, row: ReceiptRow) -> SumRow | None:
        """Return what a row among the goods takes off the one above; None where it is no such row."""
        known = row.with_role("items.discount") and not (row.roles & _OF_GOODS)
        found = None if known else self.row(row)
        if not known and not (found and found.part == "discounts"):
            return None
        before, amounts = self._halves(row)
        label = self._labels.printed(self._text(before), before, "discounts")
        return SumRow("totals", "discounts", "discount", label, row, before, amounts) if amounts else None

    def sides(self, row: ReceiptRow) -> list[ReceiptRow]:
        """Return a row in two where it is two sums side by side, as ``Qty 6    Rounding 0.02``; the right one first."""
        for left, right in zip(row.words, row.words[1:], strict=False):
            if left.amount and left.cell != right.cell and not right.amount and len(tax_columns(row)) < 2:
                parts = [ReceiptRow(words, row.number) for words in _split(row.words, right)]
                if all(part.words[-1].amount and self.row(part) for part in parts):
                    return parts
        return [row]

    def is_label(self, row: ReceiptRow) -> bool:
        """Tell whether a row is nothing but the word for a sum, whose amount stands elsewhere."""
        if any(map(_is_number, row.words)):
            return False
        label = self._text(row.words)
        told = {*plain_label(label).split()}
        whole = len(told) > 1 and told <= self._totals | self._due and bool(told & self._totals)
        return bool(self._wording.key_of(label, _ALONE)) or whole

    def is_amount(self, row: ReceiptRow) -> bool:
        """Tell whether a row is nothing but an amount."""
        beside = [word for word in row.words if not _is_number(word) and not self._is_sign(word)]
        return bool(row.money) and all(len(word.text) == 1 for word in beside)

    def unread(self, row: ReceiptRow) -> SumRow | None:
        """Return the sum that a row is by its label alone, whose amount is not there or can't be read; None elsewhere.

        Figures may stand after the label, as in ``TOTAL 82``, but no words, as in ``Tax invoices within 3 days``.
        """
        key, count = self._wording.longest([word.text for word in row.words], _ALONE)
        after = row.words[count:]
        if not count or any(char.isalpha() for word in after for char in word.text):
            if not self.is_label(row):
                return None
            key, count = key or "total", len(row.words)
        words, label = row.words[:count], self._text(row.words[:count])
        kind: Kind = "payment" if key in _TENDERS else "totals"
        word = key if kind == "payment" or _word_of(key) else ""
        printed = self._labels.printed(label, words, _BY_WORD.get(key, key))
        return SumRow(kind, _BY_WORD.get(key, key), word, printed, row, words, row.words[count:])

    def _meaning(self, row: ReceiptRow, label: str) -> tuple[Kind, str, str] | None:
        """Return kind, part and word of a row of an amount."""
        if len(tax_columns(row)) > 1 and len(row.money) > 1:
            return "tax_summary", "", ""
        if self._is_count(row, label):
            return "counts", "", "items_sold"
        if row.with_role("saved") or (row.money and self._is_saved(label)):
            return "saved", "", "you_saved"
        return self._worded(row, label) or self._payment(row, label) or self._total(row, label)

    def _is_count(self, row: ReceiptRow, label: str) -> bool:
        """Tell whether a row says the number of pieces by its label, whatever the role of an amount beside it."""
        told = set(plain_label(label).split())
        if not any(map(_is_number, row.words)):
            return False
        if self._wording.key_of(label, ("items_sold",)) or (told & self._pieces and not row.with_role("items")):
            return True
        # Several numbers are several counts, as ``Sold: 3 Returned: 0``, of which one would be lost in another.
        numbers = [word for word in row.words if _is_number(word) and not (word.amount and word.amount.is_money)]
        if len(numbers) != 1:
            return False
        counted = not row.money and told & self._counted and not row.with_role("items")
        return bool(counted or (row.with_role("items_sold") and told & (self._counted | self._totals)))

    def probable_total(self, row: ReceiptRow) -> SumRow | None:
        """Return a row whose label has a word of the total, as ``Total Incl. GST``, as the total; None for others."""
        before, amounts = self._halves(row)
        text = self._text(before)
        label = self._labels.like(text, before, "total")
        told = {*plain_label(label).split()}
        if not row.money or not told & self._totals or not self._labels.agrees("total", label):
            return None
        label = self._labels.printed(text, before, "total")
        return SumRow("totals", "total", "total", label, row, before, amounts)

    def _is_saved(self, label: str) -> bool:
        """Tell whether a label is of words for what was saved, as ``Total Savings``."""
        told = {word for word in plain_label(label).split() if len(word) > _LETTERS}
        return told <= self._saved | self._totals and bool(told - self._totals)

    def _worded(self, row: ReceiptRow, label: str) -> tuple[Kind, str, str] | None:
        """Return what a row is whose label is a word for one thing alone, whatever the role of its amount."""
        if plain_label(label) in self._cards and row.money:
            # The brand is drawn: the label is none of the word for cards.
            return "payment", "card", ""
        key = self._wording.key_of(label, _SURE) if row.money else ""
        if not key:
            return None
        if key in _TENDERS:
            return "payment", key, key
        return "totals", _BY_WORD[key], key if _word_of(key) else ""

    def _payment(self, row: ReceiptRow, label: str) -> tuple[Kind, str, str] | None:
        if row.with_role("change") and self._labels.agrees("change", label):
            return "payment", "change", "change"
        if row.with_role("tenders"):
            key = self._wording.key_of(label, _TENDERS)
            return "payment", key or "tender", key
        return None

    def _total(self, row: ReceiptRow, label: str) -> tuple[Kind, str, str] | None:
        amounts = self._halves(row)[1]
        for role, (part, word) in _PARTS.items():
            # Another amount of the row is of another label, as ``Was 12.87   Saved 8.40``.
            if not {*row.with_role(role)}.isdisjoint(amounts) and self._labels.agrees(part, label):
                return "totals", part, word
        if not row.money:
            return None
        only = self._labels.only(label)
        if only in _BY_LABEL and row.roles & {*_PARTS}:
            # The label says what the amount is, not a reader's guess: ``Discount given`` is no total.
            return "totals", *next(one for one in _PARTS.values() if one[0] == only)
        if key := self._wording.key_of(label, (*_BY_WORD, *_TENDERS)):
            kind: Kind = "payment" if key in _TENDERS else "totals"
            return kind, _BY_WORD.get(key, key), key if kind == "payment" or _word_of(key) else ""
        return None

    def _halves(self, row: ReceiptRow) -> tuple[tuple[RowWord, ...], tuple[RowWord, ...]]:
        """Return the words of a row's label, without what stands beside it, and those of its amount."""
        amounts = [index for index, word in enumerate(row.words) if _is_number(word)]
        if not amounts:
            return row.words, ()
        start = amounts[-1]
        while start and (_is_number(row.words[start - 1]) or self._is_sign(row.words[start - 1])):
            start -= 1
        if start == 0:
            # The amount before its label, as ``22 Items``.
            return row.words[amounts[0] + 1 :], row.words[: amounts[0] + 1]
        beside = [
            index + 1
            for index in range(start - 1)
            if _is_number(row.words[index]) and row.words[index].cell != row.words[index + 1].cell
        ]
        end = amounts[-1] + 1 if len(tax_columns(row)) < 2 else len(row.words)
        amount = tuple(word for word in row.words[start:end] if not self._is_sign(word))
        return row.words[beside[-1] if beside else 0 : start], amount

    def _is_sign(self, word: RowWord) -> bool:
        return word.text.casefold().strip(EDGES) in {*self._signs, ""}

    def _text(self, words: Sequence[RowWord]) -> str:
        """Return a label of words, without a sign of the currency, a number or a time at its ends; empty for none."""
        words = [*words]
        while words and self._is_sign(words[-1]):
            words.pop()
        for end in (0, -1):
            while words and _is_figure(words[end].text):
                words.pop(end)
        label = text_of(words).strip(f"{EDGES}@")
        return label if len(label) <= _LONGEST and sum(map(str.isalpha, label)) >= _LETTERS else ""


def _trimmed(words: tuple[RowWord, ...]) -> tuple[RowWord, ...]:
    """Return the words of a label without figures at its ends."""
    kept = [index for index, word in enumerate(words) if not _is_figure(word.text)]
    return words[kept[0] : kept[-1] + 1] if kept else words


def _is_figure(text: str) -> bool:
    """Tell whether a word is no part of a label beside which it stands: a number, a rate, a time."""
    plain = text.strip(f"{EDGES}@")
    return plain.isdigit() or bool(_FIGURE.fullmatch(plain))


def _is_number(word: RowWord) -> bool:
    """Tell whether a word is an amount, not a number within a label, as that of ``GST 6%``."""
    return bool(word.amount) and not (word.amount and word.amount.percent) and not word.role.endswith(("label", "name"))


def _split(words: tuple[RowWord, ...], at: RowWord) -> tuple[tuple[RowWord, ...], tuple[RowWord, ...]]:
    """Return the words from one on, and those before it."""
    start = words.index(at)
    return words[start:], words[:start]


def _tokens(labels: Iterable[str]) -> set[str]:
    """Return the words of labels that have letters enough to mean something."""
    return {word for label in labels for word in plain_label(label).split() if len(word) > _LETTERS}


def _word_of(key: str) -> bool:
    return key in {word for _, word in _PARTS.values()}
