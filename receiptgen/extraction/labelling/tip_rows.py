"""Rows that are named a tip: many amounts in them are written by hand, which networks are less sure of."""

from collections.abc import Sequence
from itertools import groupby
from typing import NamedTuple

from receiptgen.extraction.labelling.page_words import PageWord
from receiptgen.extraction.values.amounts import Amount, has_cents

# Words for a tip, without case.
_LISTED = """
    tip tips gratuity trinkgeld pourboire propina mancia fooi gorjeta caixinha gratificação drikkepenge drikkepenger
    dricks tippi juomaraha napiwek spropitné dýško napojnica borravaló bahşiş bacșiș bacsis бакшиш чаевые чайові
    φιλοδώρημα
"""
_TIPS = frozenset(_LISTED.split())
# What stands behind a label, and for what is still to be written.
_EDGES = " :;.,_-"


class TipRow(NamedTuple):
    """A row that is named a tip, and by nothing else.

    Attributes:
        label: The name, as it is read.
        amount: Index of the only amount of money in the row; None where there is none, or more than one.
        is_bare: Whether there is no amount of money: it is blank, or is written and was not read.
    """

    label: str
    amount: int | None
    is_bare: bool


def tip_rows(words: Sequence[PageWord], amounts: Sequence[Amount | None]) -> list[TipRow]:
    """Return the rows of a page that are named a tip, from the top; rows with a percentage suggest one and are none.

    Args:
        words: The words, in reading order.
        amounts: What each says as a number.
    """
    found, cents = [], has_cents(amounts)
    for _, row in groupby(range(len(words)), key=lambda index: words[index].row):
        first, *others = row
        label = words[first].text.strip(_EDGES)
        if label.casefold() not in _TIPS or any(_names(words[index], words[first]) for index in others):
            continue
        numbers = {index: amount for index in others if (amount := amounts[index])}
        money = [index for index, amount in numbers.items() if amount.is_money or not cents]
        if not any(amount.percent for amount in numbers.values()):
            found.append(TipRow(label, money[0] if len(money) == 1 else None, not money))
    return found


def _names(word: PageWord, first: PageWord) -> bool:
    """Tell whether a word goes on with the name that another begins."""
    return word.cell == first.cell and word.text.strip(_EDGES).isalpha()
