"""Signs of the currency beside amounts."""

from collections.abc import Sequence
from typing import Literal, NamedTuple

from receiptgen.commerce.countries.locales import Locale
from receiptgen.drafting.rows import ReceiptRow, RowWord
from receiptgen.drafting.wording import EDGES

# Share of the amounts of rows that have the sign if it is printed before them all.
_SHARE = 0.5


class Signs(NamedTuple):
    """Which amounts have the sign of the currency.

    Attributes:
        signed: Those that do, as a template says it.
        words: Indices of signs that are words of their own, of amounts that have them.
        partly: Whether some have it that do not in a template, or the reverse.
    """

    signed: Literal["none", "totals", "all"]
    words: frozenset[int]
    partly: bool


def currency_signs(country: Locale) -> frozenset[str]:
    """Return how a country's currency is written, in small letters: ``rm``, ``myr``, ``$``."""
    sign = country.currency.sign.casefold().strip(EDGES)
    return frozenset({sign, country.currency.code.casefold(), sign[-1:] if sign[-1:] == "$" else sign, "$"})


def signs_of(goods: Sequence[ReceiptRow], sums: Sequence[ReceiptRow], country: Locale) -> Signs:
    """Tell which amounts of a receipt have the sign of the currency.

    Args:
        goods: Rows of goods.
        sums: Rows of totals and payment.
        country: Where the receipt is from.
    """
    signs = currency_signs(country)
    of_goods, of_sums = ([_sign(row, signs) for row in rows if row.money] for rows in (goods, sums))
    if of_goods and _are_usual(of_goods):
        return Signs("all", _words([*of_goods, *of_sums]), not all([*of_goods, *of_sums]))
    if of_sums and _are_usual(of_sums):
        return Signs("totals", _words(of_sums), any(of_goods) or not all(of_sums))
    return Signs("none", frozenset(), any([*of_goods, *of_sums]))


class _Sign(NamedTuple):
    """The sign of the currency at an amount; its word, where it is one of its own."""

    word: RowWord | None


def _sign(row: ReceiptRow, signs: frozenset[str]) -> _Sign | None:
    """Return the sign at the last amount of a row; None where it has none."""
    amount = row.money[-1]
    place = row.words.index(amount)
    for beside in (row.words[place - 1 : place], row.words[place + 1 : place + 2]):
        if beside and beside[0].text.casefold().strip(EDGES) in signs:
            return _Sign(beside[0])
    against = amount.amount.currency.casefold().strip(EDGES) if amount.amount else ""
    suffix = amount.amount.suffix.casefold().strip(EDGES) if amount.amount else ""
    return _Sign(None) if against in signs or suffix in signs else None


def _are_usual(found: Sequence[_Sign | None]) -> bool:
    return sum(sign is not None for sign in found) > _SHARE * len(found)


def _words(found: Sequence[_Sign | None]) -> frozenset[int]:
    return frozenset(sign.word.index for sign in found if sign and sign.word)
