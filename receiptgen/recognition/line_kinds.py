"""Kinds of lines, known by their texts."""

import re
from collections.abc import Callable, Mapping

_DAY = r"(?:[12]\d|3[01]|0?[1-9])"  # or a month in figures
_MONTH = r"(?:JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC)[A-Z]*"
_DATES = tuple(
    re.compile(rf"(?<!\w){date}(?!\d)", re.IGNORECASE)
    for date in (
        rf"{_DAY}\s?(?P<mark>[-./])\s?{_DAY}\s?(?P=mark)\s?\d{{2}}(?:\d{{2}})?",
        rf"(?:19|20)\d\d(?P<mark>[-./]){_DAY}(?P=mark){_DAY}",
        rf"{_DAY}[-/\s]?{_MONTH}[-/\s,.]*\d{{2}}(?:\d{{2}})?",
        rf"{_MONTH}\s{_DAY},?\s\d{{4}}",
    )
)
_PERCENTAGE = re.compile(r"\d\s*%")
_NUMBER = re.compile(
    r"""
    (?: (?: [$€£] | RM | MYR | USD | SGD ) \s* )?   # the currency before the sign
    [-+(]? \s*
    (?: (?: [$€£] | RM ) \s* )?                     # or after it
    (?: \d [\d\s.,]* \)? -? \s* (?: RM | MYR )?     # any figures, perhaps followed by the sign or the currency
      | [\d,]* \d \. \d\d \s? (?: [A-Z]{1,3} | \* ) # two decimals and the code of a tax
    )
    """,
    re.IGNORECASE | re.VERBOSE,
)
_WORDS = re.compile(r"[^\W\d_]{2}")

KINDS = ("date", "percentage", "number", "words", "other")
CUTS: Mapping[str, Callable[[str], bool]] = {
    "long": lambda text: len(text) > 25,
    "short": lambda text: len(text) <= 3,
}


def kind_of(text: str) -> str:
    """Return which of ``KINDS`` a normalised text is, the first that fits.

    A ``date`` or a ``percentage`` may stand anywhere in the line; a ``number`` is the whole line, with a currency or
    the code of a tax; ``words`` have two letters in a row; the rest is ``other``.
    """
    if any(date.search(text) for date in _DATES):
        return "date"
    if _PERCENTAGE.search(text):
        return "percentage"
    if _NUMBER.fullmatch(text):
        return "number"
    return "words" if _WORDS.search(text) else "other"
