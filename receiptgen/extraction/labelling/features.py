"""What the network sees of words: their letters as codes, their places, and how their amounts add up."""

import unicodedata
from collections.abc import Sequence
from decimal import Decimal
from functools import lru_cache
from math import log10, pi
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from receiptgen.core.medians import median
from receiptgen.extraction.labelling.page_words import PageWord
from receiptgen.extraction.values.amounts import Amount, parse_amount

# Letters of a word that are seen: its first and its last ones, where it has more.
LETTERS, _FIRST = 16, 10
# Codes of letters: nothing, letters and other signs that are not ASCII, digits of other scripts as ASCII, then ASCII
# from ``!`` to ``~``.
_NOTHING, _LETTER, _SIGN, _CURRENCY, _BEFORE_ASCII = 0, 1, 2, 3, 4
CODES = _BEFORE_ASCII + ord("~") - ord("!") + 1
# Periods of the waves that tell where a word is: across, in widths of the page; down, in rows.
_ACROSS, _DOWN = (2.0, 1.0, 0.5, 0.25), (2.0, 4.0, 8.0, 16.0, 32.0, 64.0)
_PLACES = ("left", "right", "width", "height", "from_top", "from_foot", "row_gap", "gap_left", "gap_right")
_IN_ROW = ("first", "last", "words_in_row", "begins_cell", "confidence", "length")
_NUMBERS = (
    "is_number", "is_money", "percent", "negative", "digits", "size", "is_largest", "occurs_before", "occurs_after",
    "is_sum_above", "is_sum_of_two", "is_product", "is_difference", "is_share",
)  # fmt: skip
_WAVES = tuple(
    f"{wave}_{axis}_{period:g}"
    for axis, periods in (("left", _ACROSS), ("right", _ACROSS), ("down", _DOWN))
    for period in periods
    for wave in ("sine", "cosine")
)
# Names of the features, in the order of their channels.
FEATURES = (*_PLACES, *_IN_ROW, *_NUMBERS, *_WAVES)
# Most words of a page that are looked at.
MOST_WORDS = 1024
# A share of an amount that is a tax may be off by this much: taxes are rounded for each line.
_NEAR = Decimal("0.03")


class WordFeatures(NamedTuple):
    """What the network sees of a page's words.

    Attributes:
        codes: Codes of each word's letters, uint8 (``LETTERS``, words).
        features: Features of each word, float32 (features, words), most of them -1 to 1.
    """

    codes: NDArray[np.uint8]
    features: NDArray[np.float32]


def word_features(words: Sequence[PageWord]) -> WordFeatures:
    """Return what the network sees of words.

    Args:
        words: The words of a page in reading order, 1 to ``MOST_WORDS``.
    """
    codes = np.array([letter_codes(word.text) for word in words], np.uint8)
    amounts = [parse_amount(word.text) for word in words]
    parts = (_places(words), _in_row(words), _numbers(words, amounts), _waves(words))
    return WordFeatures(np.ascontiguousarray(codes.T), np.ascontiguousarray(np.hstack(parts).T, np.float32))


@lru_cache(maxsize=65536)
def letter_codes(text: str) -> tuple[int, ...]:
    """Return the codes of a word's letters, ``LETTERS`` of them."""
    # Accents that stand by themselves, as a PDF may have them, are no letters.
    text = unicodedata.normalize("NFC", text)
    if len(text) > LETTERS:
        text = text[:_FIRST] + text[_FIRST - LETTERS :]
    codes = [_code(char) for char in text]
    return (*codes, *[_NOTHING] * (LETTERS - len(codes)))


@lru_cache(maxsize=8192)
def _code(char: str) -> int:
    if not "!" <= char <= "~":
        # Accents matter little, and the letters below them much.
        char = unicodedata.normalize("NFKD", char)[0]
        if char.isdecimal():
            char = str(unicodedata.decimal(char))
    if "!" <= char <= "~":
        return _BEFORE_ASCII + ord(char) - ord("!")
    if unicodedata.category(char) == "Sc":
        return _CURRENCY
    return _LETTER if char.isalpha() else _SIGN


def _extent(words: Sequence[PageWord]) -> tuple[float, float]:
    """Return the left edge and the width of a page's text."""
    left = min(word.left for word in words)
    return left, max(max(word.right for word in words) - left, 1e-6)


def _places(words: Sequence[PageWord]) -> NDArray[np.float64]:
    """Return where words stand."""
    left, width = _extent(words)
    rows = max(word.row for word in words)
    height = median([word.bottom - word.top for word in words]) or 1.0
    tops: dict[int, float] = {}
    for word in words:
        tops[word.row] = min(tops.get(word.row, word.top), word.top)
    table = []
    for index, word in enumerate(words):
        before = words[index - 1] if index and words[index - 1].row == word.row else None
        after = words[index + 1] if index + 1 < len(words) and words[index + 1].row == word.row else None
        gap = tops[word.row] - tops[word.row - 1] if word.row - 1 in tops else 4 * height
        table.append(
            (
                (word.left - left) / width, (word.right - left) / width, (word.right - word.left) / width,
                min((word.bottom - word.top) / height, 4) / 2 - 0.5,
                min(word.row / 20, 2), min((rows - word.row) / 20, 2),
                min(gap / height, 6) / 3 - 0.5,
                min((word.left - (before.right if before else left)) / width, 1),
                min(((after.left if after else left + width) - word.right) / width, 1),
            )
        )  # fmt: skip
    return np.array(table)


def _in_row(words: Sequence[PageWord]) -> NDArray[np.float64]:
    """Return where words stand in their rows and cells."""
    counts: dict[int, int] = {}
    for word in words:
        counts[word.row] = counts.get(word.row, 0) + 1
    table = []
    for index, word in enumerate(words):
        first = not index or words[index - 1].row != word.row
        last = index + 1 == len(words) or words[index + 1].row != word.row
        begins = first or words[index - 1].cell != word.cell
        table.append(
            (first, last, min(counts[word.row], 10) / 5 - 1, begins, word.confidence, min(len(word.text), 20) / 10 - 1)
        )
    return np.array(table, np.float64)


def _waves(words: Sequence[PageWord]) -> NDArray[np.float64]:
    """Return sines and cosines of places, by which attention finds what stands in the same column or nearby."""
    left, width = _extent(words)
    parts = []
    for values, periods in (
        ([(word.left - left) / width for word in words], _ACROSS),
        ([(word.right - left) / width for word in words], _ACROSS),
        ([float(word.row) for word in words], _DOWN),
    ):
        angles = 2 * pi * np.array(values)[:, None] / np.array(periods)
        parts.append(np.stack([np.sin(angles), np.cos(angles)], 2).reshape(len(words), -1))
    return np.hstack(parts)


def _numbers(words: Sequence[PageWord], amounts: Sequence[Amount | None]) -> NDArray[np.float64]:
    """Return what words say as numbers, and how these add up."""
    money = [index for index, amount in enumerate(amounts) if amount and not amount.percent]
    largest = max((abs(amount.value) for amount in amounts if amount and amount.is_money), default=Decimal(0))
    sums = _Sums(words, amounts)
    last_of: dict[Decimal, int] = {}
    first_of: dict[Decimal, int] = {}
    for index in money:
        amount = amounts[index]
        assert amount
        last_of[amount.value] = index
        first_of.setdefault(amount.value, index)
    table = np.zeros((len(words), len(_NUMBERS)))
    for index, amount in enumerate(amounts):
        if amount is None:
            continue
        value = abs(amount.value)
        table[index, :6] = (
            1, amount.is_money, amount.percent, amount.value < 0, amount.decimals / 2, log10(float(value) + 0.01) / 4,
        )  # fmt: skip
        if amount.percent or not value:
            continue
        table[index, 6:] = (
            value == largest, first_of[amount.value] < index, last_of[amount.value] > index, *sums.of(index),
        )  # fmt: skip
    return table


class _Sums:
    """Which amounts of a page follow from others by arithmetic.

    Args:
        words: The words.
        amounts: What they say.
    """

    def __init__(self, words: Sequence[PageWord], amounts: Sequence[Amount | None]) -> None:
        self._amounts = amounts
        self._rows: dict[int, list[int]] = {}
        for index, word in enumerate(words):
            if (amount := amounts[index]) and not amount.percent:
                self._rows.setdefault(word.row, []).append(index)
        self._row = [word.row for word in words]
        # The last amounts with cents of each row, from the top: a column of amounts.
        self._column = [indices[-1] for _, indices in sorted(self._rows.items()) if self._amount(indices[-1]).is_money]
        self._values = [self._amount(index).value for index in self._column]
        self._place = {index: place for place, index in enumerate(self._column)}
        self._all = {abs(value) for value in self._values}
        shares = [amount.value for amount in amounts if amount and amount.percent and 0 < amount.value < 40]
        self._shares = sorted(set(shares))[:4]

    def _amount(self, index: int) -> Amount:
        amount = self._amounts[index]
        assert amount
        return amount

    def of(self, index: int) -> tuple[bool, bool, bool, bool, bool]:
        """Tell whether an amount is a sum of those above, of two others, a product, a difference, a share."""
        amount = self._amount(index)
        value = amount.value
        place = self._place.get(index)
        cents = amount.is_money
        return (
            cents and place is not None and self._is_sum_above(place, value),
            cents and place is not None and self._is_sum_of_two(place, value),
            cents and self._is_product(index, value),
            cents and place is not None and self._is_difference(place, value),
            cents and self._is_share(value),
        )

    def _is_sum_above(self, place: int, value: Decimal) -> bool:
        """Tell whether it is the sum of two or more neighbours in the column above, with up to four others between."""
        for end in range(place, max(place - 5, 1), -1):
            total = Decimal(0)
            for start in range(end - 1, -1, -1):
                total += self._values[start]
                if total == value and end - start > 1:
                    return True
        return False

    def _is_sum_of_two(self, place: int, value: Decimal) -> bool:
        others = self._values[max(place - 8, 0) : place]
        return any(value - other in others[index + 1 :] for index, other in enumerate(others) if other)

    def _is_product(self, index: int, value: Decimal) -> bool:
        """Tell whether two numbers of its row, or of the rows beside it, multiply to it."""
        row = self._row[index]
        near = [self._amount(other).value for at in (row - 1, row, row + 1) for other in self._rows.get(at, ())
                if other != index][:8]  # fmt: skip
        return any(
            one not in (0, 1) and other not in (0, 1) and abs(one * other - value) < Decimal("0.006")
            for start, one in enumerate(near)
            for other in near[start + 1 :]
        )

    def _is_difference(self, place: int, value: Decimal) -> bool:
        """Tell whether it is what one amount is more than another that stands near, as change is."""
        near = self._values[max(place - 6, 0) : place]
        return any(value + other in near for other in near if other and other != value)

    def _is_share(self, value: Decimal) -> bool:
        """Tell whether it is a printed percentage of another amount, or contained in it at that rate."""
        for share in self._shares:
            whole = value * 100 / share
            if any(
                abs(base * share / 100 - value) <= _NEAR or abs(base * share / (100 + share) - value) <= _NEAR
                for base in self._all
                if value < base and whole / 2 < base < 2 * whole
            ):
                return True
        return False
