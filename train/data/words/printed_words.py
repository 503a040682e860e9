"""The words of a receipt's layout with their roles, as they are printed and before anybody reads them."""

import re
import unicodedata
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from receiptgen.commerce.sale.receipt import Receipt
from receiptgen.extraction.labelling.roles import LABEL, OTHER, ROLE_NUMBERS
from receiptgen.extraction.labelling.whole_numbers import SPACE, amount_pattern
from receiptgen.extraction.values.amounts import parse_amount
from receiptgen.typography.layout import Layout, PlacedRun

from .labelled_words import UNKNOWN

_TIME = re.compile(r"(\d{1,2}:\d{2}(:\d{2})?|\d{1,2}[.h]\d{2}(\.\d{2})?)([AaPp]\.?[Mm]\.?)?h?|[AaPp]\.?[Mm]\.?")
_NUMBER = re.compile(r"\d+")
# Values whose words are labels of others.
_LABELS = frozenset(
    {
        "tenders.label", "taxes.name", "discounts.label", "service.label", "tip.label", "merchant.tax_ids.label",
        "merchant.company_ids.label", "items.discount.label",
    }
)  # fmt: skip
# Roles of words that are names and sentences.
_TEXTS = frozenset(
    {"merchant.name", "merchant.legal_name", "merchant.branch", "merchant.address", "items.name", "items.note"}
)


class PrintedWord(NamedTuple):
    """A word of a layout.

    Attributes:
        text: Its letters.
        left: Left edge in pixels of the page.
        top: Top edge.
        right: Right edge.
        bottom: Bottom edge.
        row: Index of its row.
        role: Number of its role.
        item: Index of its item; -1 for none.
        month_first: Whether it is of a date with the month before the day: 0, 1 or ``UNKNOWN``.
    """

    text: str
    left: float
    top: float
    right: float
    bottom: float
    row: int
    role: int
    item: int
    month_first: int


def printed_words(receipt: Receipt, layout: Layout) -> list[PrintedWord]:
    """Return the words of a layout in reading order, top to bottom."""
    amounts = amount_pattern(placed.text for line in layout.lines for placed in line).pattern
    one_word = re.compile(rf"{amounts}|\S+")
    return [
        word
        for row, line in enumerate(layout.lines)
        for placed in sorted(line, key=lambda placed: placed.x)
        for word in _words_of(receipt, layout, placed, row, one_word)
    ]


def _words_of(
    receipt: Receipt, layout: Layout, placed: PlacedRun, row: int, one_word: re.Pattern[str]
) -> Iterator[PrintedWord]:
    run, text = placed.run, placed.text
    measure = layout.settings.glyphs(run).measure
    height = placed.strip.ink.shape[0]
    month_first = _month_first(run.values, text)
    role = OTHER
    for found in one_word.finditer(text):
        word = SPACE.join(unicodedata.normalize("NFC", found.group()).split())
        # Signs within a name, as in ``Ham & Cheese``, belong to it.
        if found.start() == 0 or _bare(word) or role not in _TEXTS:
            role = _role(receipt, run.role, run.values, word)
        left = placed.x + (measure(text[: found.start()]) if found.start() else 0)
        # The ink of a row is about 0.7 of its strip high.
        yield PrintedWord(
            word, left, placed.y + 0.15 * height, left + measure(found.group()), placed.y + 0.85 * height, row,
            ROLE_NUMBERS[role], run.item, month_first if role == "date" else UNKNOWN,
        )  # fmt: skip


def _role(receipt: Receipt, role: str, values: tuple[Any, ...], word: str) -> str:
    """Return the role of a word of a run: that of the value which it is, or is part of."""
    names = [_name(receipt, said.path) for said in values]
    for name, value in zip(names, (said.value for said in values), strict=True):
        if name in _LABELS:
            if _is_part(word, str(value)):
                return LABEL
        elif name == "date" and "time" in names and _is_time(word, value):
            return "time"
        elif name in ROLE_NUMBERS and _says(name, value, word):
            return name
    return LABEL if role.endswith(".label") or (names and all(map(_is_known, names))) else OTHER


def _is_known(name: str) -> bool:
    return name in ROLE_NUMBERS or name in _LABELS or name == "currency"


def _name(receipt: Receipt, path: tuple[str | int, ...]) -> str:
    """Return the role of a value by its path: without the numbers of entries, a payment's amount by its kind."""
    if path[0] == "tenders" and path[-1] == "amount" and isinstance(path[1], int):
        return f"tenders.{receipt.tenders[path[1]].kind}"
    return ".".join(step for step in path if isinstance(step, str))


def _says(name: str, value: Any, word: str) -> bool:
    """Tell whether a word says a value, or a part of it."""
    if name in {"date", "time"}:
        return any(map(str.isalnum, word))
    if isinstance(value, Decimal | int) and not isinstance(value, bool):
        amount = parse_amount(word)
        numbers = [amount.value] if amount else [Decimal(found) for found in _NUMBER.findall(word)[:2]]
        return any(abs(number) == abs(value) for number in numbers) or _holds(word, Decimal(value))
    return _is_part(word, str(value))


def _is_time(word: str, day: Any) -> bool:
    """Tell whether a word beside a date is the time, and not the date itself with points between."""
    return bool(_TIME.fullmatch(word.strip("()[],;"))) and f"{str(day)[8:10]}.{str(day)[5:7]}." not in word


def _holds(word: str, value: Decimal) -> bool:
    """Tell whether a word holds a number between other signs, as ``2x3.50`` does."""
    amounts = map(parse_amount, re.findall(r"\d[\d.,]*", word))
    return any(amount is not None and abs(amount.value) in {abs(value), abs(value) * 1000} for amount in amounts)


def _is_part(word: str, text: str) -> bool:
    """Tell whether a word is one of a text's, whatever its case and the signs around it."""
    bare = _bare(word)
    return bool(bare) and bare in {_bare(part) for part in unicodedata.normalize("NFC", text).split()}


def _bare(word: str) -> str:
    return "".join(char for char in word.casefold() if char.isalnum())


def _month_first(values: tuple[Any, ...], text: str) -> int:
    """Tell whether a date has the month before the day; ``UNKNOWN`` where it has none, is named, or both are equal."""
    for said in values:
        if said.path == ("date",):
            day = date.fromisoformat(str(said.value)[:10])
            numbers = [int(found) for found in _NUMBER.findall(text)[:3]]
            if len(numbers) == 3 and day.day != day.month and numbers[2] % 100 == day.year % 100:
                if numbers[:2] == [day.month, day.day]:
                    return 1
                if numbers[:2] == [day.day, day.month]:
                    return 0
    return UNKNOWN
