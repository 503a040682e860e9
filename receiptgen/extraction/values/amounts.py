"""Numbers as receipts print them, read back: amounts with either decimal sign, signs before or after, currencies."""

import re
from collections.abc import Iterable
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

# A number with what may stand against it: a sign or a currency before, a sign, a per cent sign, a currency or the code
# of a tax after. Digits that were read as letters are put right first.
_NUMBER = re.compile(
    r"(?P<open>\()?(?P<before>[-+\u2212\u2013]?)(?P<currency>(?:[^\W\d_]{2,4}\.?|[^\W\d_OoQDlIiZz])?|[^\w\s().,:;#/%*+-]{1,2}|"
    r"[^\W\d_]{1,2}[^\w\s().,:;#/%*+-])"
    r"(?P<sign>[-+\u2212\u2013]?)(?P<body>\d[\d.,'\u2019\u00a0\u202f]*|[.,]\d+)(?P<after>[-\u2212\u2013]?)(?(open)\))"
    r"(?P<unit>%|[^\W\d_]{0,4}|/[^\W\d_]{1,6}|[^\w\s().,:;#/*+-]{1,2})(?P<code>[*]?)"
)
# Amounts with cents from which a page counts as one whose sums have them.
_CENTS = 3
_MINUS = frozenset("-\u2212\u2013")
_SEPARATORS = ".,'\u2019\u00a0\u202f"
# Letters that are read for digits, in words that otherwise look like numbers.
_LOOKALIKES = str.maketrans("OoQDlI|!iZzSsBGT", "0000111112255867")
_NEARLY = re.compile(r"[-+$\u20ac\u00a3\u00a5]?[\dOoQDlI|!iZzSsBGT]{1,7}[.,][\dOoQDlI|!iZzSsBGT]{2}[-A-Z]?")


class Amount(NamedTuple):
    """A number that a word says.

    Attributes:
        value: The number, negative where a minus or brackets say so.
        decimals: Number of its decimal places, as printed.
        currency: What names a currency against it, as printed; empty for nothing.
        percent: Whether a per cent sign follows.
        mended: Whether letters were taken for the digits that look like them.
        suffix: Letters after it: a unit, a currency or the code of a tax; empty for none.
    """

    value: Decimal
    decimals: int
    currency: str = ""
    percent: bool = False
    mended: bool = False
    suffix: str = ""

    @property
    def is_money(self) -> bool:
        """Whether it has the form of an amount of money with cents."""
        return self.decimals == 2 and not self.percent


def has_cents(amounts: Iterable[Amount | None]) -> bool:
    """Tell whether the sums of a page have cents, by the amounts of its words; a few numbers may look as if."""
    return sum(1 for amount in amounts if amount and amount.is_money) >= _CENTS


@lru_cache(maxsize=65536)
def parse_amount(text: str) -> Amount | None:
    """Return the number that a word says; None where it says none.

    The last point or comma is the decimal sign if one or two digits follow it, or three that are no group of
    thousands, as in ``0.345``. Others part groups.

    Args:
        text: A word without spaces.
    """
    text = text.strip(":;=*#")
    found = _NUMBER.fullmatch(text)
    if found:
        return _amount(found, mended=False)
    if _NEARLY.fullmatch(text) and sum(char.isdigit() for char in text) >= 2:
        found = _NUMBER.fullmatch(text[:-1].translate(_LOOKALIKES) + _last(text[-1]))
        return _amount(found, mended=True) if found else None
    return None


def _last(char: str) -> str:
    """Return a word's last character as a digit, unless it is rather the code of a tax or a sign."""
    return char if char in "-ABCDEFTZ" else char.translate(_LOOKALIKES)


def _amount(found: re.Match[str], mended: bool) -> Amount | None:
    body = found["body"].rstrip(_SEPARATORS)
    # No percentage has thousands: 9.975 % is less than ten.
    whole, decimals = _halved(body) if found["unit"] == "%" else _parted(body)
    if not (whole or decimals) or len(whole) > 12:
        return None
    value = Decimal(f"{whole or '0'}.{decimals}" if decimals else whole)
    negative = bool(found["open"]) or bool({found["before"], found["sign"], found["after"]} & _MINUS)
    unit = found["unit"].lstrip("/")
    currency = found["currency"].strip(".")
    if not currency and unit and not unit.isalpha() and unit != "%":
        currency, unit = unit, ""
    return Amount(-value if negative else value, len(decimals), currency, unit == "%", mended, unit.strip("%"))


def _parted(body: str) -> tuple[str, str]:
    """Return the digits before and after the decimal sign."""
    last = max(body.rfind(separator) for separator in _SEPARATORS)
    if last < 0:
        return body, ""
    digits = "".join(char for char in body[:last] if char.isdigit())
    tail = body[last + 1 :]
    sign = body[last]
    if len(tail) == 3 and sign in ".,'\u2019\u00a0\u202f" and digits and _is_grouped(body, sign):
        return digits + tail, ""
    if len(tail) == 5 and 1 <= len(digits) <= 3:
        # The decimal sign between thousands and cents was not seen.
        return digits + tail[:3], tail[3:]
    if sign in "'\u2019\u00a0\u202f":
        return digits + tail, ""
    return digits, tail


def _halved(body: str) -> tuple[str, str]:
    """Return the digits before and after the last point or comma, whatever stands after it."""
    whole, _, decimals = body.replace(",", ".").rpartition(".")
    return ("".join(filter(str.isdigit, whole)), decimals) if whole else (decimals, "")


def _is_grouped(body: str, sign: str) -> bool:
    """Tell whether the parts between signs are thousands: up to three digits, not 0, then three each."""
    parts = body.split(sign)
    if any(separator in body for separator in _SEPARATORS if separator != sign):
        return False
    return 1 <= len(parts[0]) <= 3 and not parts[0].startswith("0") and all(len(part) == 3 for part in parts[1:])


def plain(value: Decimal) -> str:
    """Return a number as JSON and spreadsheets take it, with a point and all its places."""
    return f"{value:f}"
