"""Fields by rules: keywords of several languages, places and patterns; what a network has to be better than."""

import re
from collections import Counter
from collections.abc import Sequence
from itertools import groupby

from receiptgen.annotations.written_dates import dates_of, times_of
from receiptgen.extraction.fields import Field, ItemFields, MerchantFields, ReceiptFields, TenderFields
from receiptgen.extraction.labelling.page_words import PageWords
from receiptgen.extraction.values.amounts import parse_amount, plain

SURE = 0.5  # rules know no probabilities


def any_word(words: str) -> str:
    """Return the pattern of any of several words."""
    return rf"\b({'|'.join(words.split())})\b"


TOTAL = any_word("total totale totaal summe gesamt importe jumlah") + "|amount due|balance due|zu zahlen"
# Printed below the total where coins are lacking, and what is paid.
ROUNDED = r"round\w* total|total.*(round|payable)|amount payable|grand total|total.*incl"
NO_TOTAL = r"sub|zwischen|excl|before|tax|gst|vat|mwst|iva|tva|btw|qty|quantity|item|disc|sav|rounding|change|point"
SUBTOTAL = r"sub\W?total|zwischensumme|sous.total|subtotaal"
TAX = r"^\W*(\w+ )?(tax|gst|vat|mwst|ust|iva|tva|btw)\b"
CHANGE = any_word("change rückgeld rendu cambio resto wisselgeld baki")
CASH = any_word("cash bar espèces efectivo contanti contant tunai")
CARD = any_word(r"visa master\w* amex card karte carte pin")
# What follows a name as its number, as in ``(123456-X)``.
NUMBER = re.compile(r"[(\d]*\d{5,}\W*[a-z]?\W*", re.IGNORECASE)
COMPANY = any_word(r"bhd\.? ltd\.? limited inc\.? llc gmbh ag s\.?a\.? s\.?r\.?l\.? b\.?v\.? plc enterprise")
TITLE = any_word("tax cash invoice receipt bill welcome")
ADDRESS = r"\d|" + any_word("jalan jln street st road rd avenue ave straße str rue via calle plaza taman lot selangor")
HEAD_END = "@|" + any_word(
    r"tel phone fax gst vat tax invoice receipt bill date cashier roc reg e-?mail www document doc table order"
)
DATE = "|".join(
    (r"\d{1,4} ?[/.-] ?(\d{1,2}|[a-z]{3}) ?[/.-] ?\d{2,4}", r"\d{1,2} ?[a-z]{3,9}\.?,? ?\d{2,4}\b",
     r"[a-z]{3,9}\.? ?\d{1,2}, ?\d{4}")
)  # fmt: skip
PHONE = r"(?:tel|phone|ph|hp)\w*\W*([+\d][\d ()-]{6,}\d)"


class Row:
    """A row of a page: its words by their indices, and its text in lower case."""

    def __init__(self, words: PageWords, indices: Sequence[int]) -> None:
        self.words, self.indices = words, tuple(indices)
        self.text = self.part(indices).casefold()

    def has(self, pattern: str) -> bool:
        """Tell whether its text has a pattern."""
        return re.search(pattern, self.text) is not None

    def part(self, indices: Sequence[int]) -> str:
        """Return words as a text."""
        return " ".join(self.words[index].text for index in indices)

    def said(self, indices: Sequence[int] = (), value: str = "") -> Field:
        """Return words, all unless some are named, as a field."""
        indices = tuple(indices or self.indices)
        return Field(value or self.part(indices), self.part(indices), SURE, indices)

    def amount(self) -> Field | None:
        """Return its last amount of money."""
        for index in reversed(self.indices):
            found = parse_amount(self.words[index].text)
            if found and found.is_money:
                return self.said((index,), plain(found.value))
        return None

    def found(self, pattern: str, value: str) -> Field:
        """Return what a pattern finds, as a field with a value."""
        match = re.search(pattern, self.text)
        return Field(value, match[0] if match else self.text, SURE, self.indices)


class FieldRules:
    """Reads fields by rules."""

    def read(self, words: PageWords) -> ReceiptFields:
        """Return the fields of a receipt."""
        by_row = groupby(range(len(words)), lambda index: words[index].row)
        rows = [Row(words, list(indices)) for _, indices in by_row]
        dated = next((row for row in rows if row.has(DATE) and dates_of(row.text)), None)
        timed = next((row for row in rows if times_of(row.text)), None)
        return ReceiptFields(
            merchant=merchant(rows[:14]),
            date=dated.found(DATE, dates_of(dated.text)[0].isoformat()) if dated else None,
            time=timed.found(r"\d{1,2}:\d\d.*", times_of(timed.text)[0]) if timed else None,
            items=tuple(items(rows)),
            subtotal=beside(rows, SUBTOTAL),
            tax=beside(rows, TAX, TOTAL),
            total=total(rows),
            tenders=tuple(
                TenderFields(kind, amount=amount)
                for kind, pattern in (("cash", CASH), ("card", CARD))
                if (amount := beside(rows, pattern, CHANGE))
            ),
            change=beside(rows, CHANGE),
        )


def beside(rows: Sequence[Row], pattern: str, unless: str = r"(?!)") -> Field | None:
    """Return the amount of the first row that has a pattern and not another."""
    return next((amount for row in rows if row.has(pattern) and not row.has(unless) and (amount := row.amount())), None)


def total(rows: Sequence[Row]) -> Field | None:
    """Return the amount that most rows with a keyword of totals have, the largest of several; rounded ones first."""
    if rounded := beside(rows, ROUNDED, SUBTOTAL):
        return rounded
    found = [
        amount
        for row, below in zip(rows, [*rows[1:], None], strict=True)
        if row.has(TOTAL) and not row.has(NO_TOTAL)
        if (amount := row.amount() or (below.amount() if below and not below.has(r"[a-z]{4}") else None))
    ]
    counts = Counter(field.decimal for field in found)
    return max(found, key=lambda field: (counts[field.decimal], field.decimal), default=None)


def merchant(rows: Sequence[Row]) -> MerchantFields:
    """Return the first row with letters, or the one that ends as names of companies do, and the address below it."""
    lettered = [row for row in rows if row.has(r"[^\W\d_]{3}")]
    company = next((row for row in lettered[:5] if row.has(COMPANY)), None)
    name = company or next((row for row in lettered if not row.has(TITLE)), None)
    if name is None:
        return MerchantFields()
    address: list[Row] = []
    for row in rows[rows.index(name) + 1 :]:
        if row.has(HEAD_END):
            if address:
                break
        elif (row.has(ADDRESS) and row.has(r"[^\W\d_]{3}")) or (address and row.has(r"[^\W\d_]{4}")):
            address.append(row)
    called = [index for index in name.indices if not NUMBER.fullmatch(name.words[index].text)]
    phone = next((found for row in rows if (found := re.search(PHONE, row.text))), None)
    return MerchantFields(
        name=name.said(called),
        legal_name=name.said(called) if company else None,
        address=tuple(row.said() for row in address),
        phone=Field(phone[1], phone[1], SURE) if phone else None,
    )


def items(rows: Sequence[Row]) -> list[ItemFields]:
    """Return the rows above the first sum that end in an amount, with the letters of each or of the row above."""
    end = next((number for number, row in enumerate(rows) if row.has(TOTAL) or row.has(SUBTOTAL)), len(rows))
    found, above = [], None
    for row in rows[:end]:
        amount = row.amount()
        named = [index for index in row.indices if re.search(r"[^\W\d_]{2}", row.words[index].text)]
        named = list(range(named[0], named[-1] + 1)) if named else []
        if amount is None or amount.words[0] != row.indices[-1]:
            above = row if named else None
        elif named := [index for index in named if index < amount.words[0]]:
            found.append(ItemFields(name=row.said(named), amount=amount))
        elif above:
            found.append(ItemFields(name=above.said(), amount=amount))
            above = None
    return found
