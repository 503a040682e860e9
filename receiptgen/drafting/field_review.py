"""Fields of a receipt without those that their words and rows contradict."""

import re
from collections.abc import Sequence
from dataclasses import replace

from receiptgen.drafting.rows import ReceiptRow, text_of
from receiptgen.drafting.wording import Wording, plain_label
from receiptgen.extraction.fields import Field, IdentifierFields, MerchantFields, ReceiptFields

# Digits of a telephone number.
_PHONE = range(6, 16)
# A number of a register of companies, as ``789417-W`` or ``JM0632980-V``, which is dialled nowhere.
_REGISTERED = re.compile(r"[(\[]?[A-Z]{0,3}\d{5,9}-[A-Z][)\]]?")
# Labels of numbers that are no receipt's, and words of a label at most: more are a sentence.
_OTHERS = ("card_number", "member", "points", "approval", "merchant_id", "phone", "fax", "card")
_MOST = 4
# Labels of numbers of receipts, and words of them that other labels have as well.
_NUMBERS = ("receipt_no", "invoice_no")
_LETTERS = 3
# Sums whose labels tell that what stands beside is no date.
_SUMS = ("subtotal", "total", "payable", "tax", "change", "cash", "discount", "rounding")


def reviewed(fields: ReceiptFields, rows: Sequence[ReceiptRow], wording: Wording) -> ReceiptFields:
    """Return fields without those that are something else by their own words.

    What is left out of them is printed as it was read, or told, as all words are that no field says.

    Args:
        fields: What a receipt says.
        rows: Its rows, with these fields.
        wording: Words of its country.
    """
    return _Review(rows, wording).fields(fields)


class _Review:
    def __init__(self, rows: Sequence[ReceiptRow], wording: Wording) -> None:
        self._rows = {word.index: row for row in rows for word in row.words}
        self._wording = wording
        goods = [row.number for row in rows if row.with_role("items.name") or row.with_role("items.amount")]
        self._goods = range(min(goods, default=0), max(goods, default=0))

    def fields(self, fields: ReceiptFields) -> ReceiptFields:
        merchant, number, invoice = self._merchant(fields.merchant), fields.number, fields.invoice
        moved: list[Field] = []
        tax_ids = self._without_numbers(merchant.tax_ids, moved)
        company_ids = self._without_numbers(merchant.company_ids, moved)
        number, invoice = (one if one and self._is_number(one) else None for one in (number, invoice))
        if moved and not (number and invoice):
            first = moved[0]
            number, invoice = (number, first) if invoice is None else (first, invoice)
        return replace(
            fields, merchant=replace(merchant, tax_ids=tax_ids, company_ids=company_ids), number=number,
            invoice=invoice, date=fields.date if fields.date and self._is_date(fields.date) else None,
        )  # fmt: skip

    def _merchant(self, merchant: MerchantFields) -> MerchantFields:
        """Return a business whose numbers are of the sorts that they look like."""
        registered = tuple(
            IdentifierFields(number=field)
            for field in (merchant.phone, merchant.fax)
            if field and _REGISTERED.fullmatch(field.text)
        )
        phone, fax = (field if field and _is_phone(field) else None for field in (merchant.phone, merchant.fax))
        called = next((one for one in merchant.tax_ids if one.number and phone is None and self._is_called(one)), None)
        return replace(
            merchant, phone=phone or (called.number if called else None), fax=fax,
            tax_ids=tuple(one for one in merchant.tax_ids if not self._is_called(one)),
            company_ids=(*merchant.company_ids, *registered),
        )  # fmt: skip

    def _is_called(self, one: IdentifierFields) -> bool:
        """Tell whether the number of an authority has a label of telephones."""
        told = self._wording.spoken_for(one.label.text, ("phone", "fax")) if one.label else ()
        return bool(told) and one.number is not None and _is_phone(one.number)

    def _without_numbers(self, numbers: Sequence[IdentifierFields], moved: list[Field]) -> tuple[IdentifierFields, ...]:
        """Return numbers of a business without those of goods and receipts; ``moved`` takes the latter."""
        kept = []
        for one in numbers:
            row = self._row(one.number)
            if row and (row.with_role("items") or row.money or row.number in self._goods):
                continue
            if one.label and one.number and self._is_of_receipt(one.label.text):
                moved.append(one.number)
            else:
                kept.append(one)
        return tuple(kept)

    def _is_of_receipt(self, label: str) -> bool:
        """Tell whether a label is of numbers of receipts, as ``Tax Invoice No``, not of tax registration."""
        if self._wording.key_of(label, _NUMBERS):
            return True
        own = _tokens(self._wording, _NUMBERS) - _tokens(self._wording, _OTHERS)
        return bool({*plain_label(label).split()} & own)

    def _is_number(self, number: Field) -> bool:
        """Tell whether a number may be the receipt's by what stands before it in its row."""
        row = self._row(number)
        if not row or not any(map(str.isdigit, number.text)):
            return bool(row is None)
        left = [word for word in row.words if word.index < min(number.words)]
        before = [word for word in left if word.cell == left[-1].cell]
        label = text_of(before)
        if sum(any(map(str.isalpha, word.text)) for word in before) > _MOST or '"' in label:
            return False
        told = self._wording.spoken_for(label, (*_NUMBERS, *_OTHERS))
        return not told or bool({*told} & {*_NUMBERS})

    def _is_date(self, day: Field) -> bool:
        """Tell whether a date is not the amount of a sum."""
        row = self._row(day)
        return not row or not self._wording.longest([word.text for word in row.words], _SUMS)[1]

    def _row(self, field: Field | None) -> ReceiptRow | None:
        return next((self._rows[index] for index in field.words if index in self._rows), None) if field else None


def _is_phone(field: Field) -> bool:
    digits = sum(map(str.isdigit, field.text))
    return digits in _PHONE and not _REGISTERED.fullmatch(field.text)


def _tokens(wording: Wording, keys: Sequence[str]) -> set[str]:
    """Return the words of the labels of some keys that mean something."""
    return {
        word
        for label, known in wording.labels.items()
        if not {*known}.isdisjoint(keys)
        for word in label.split()
        if len(word) >= _LETTERS
    }
