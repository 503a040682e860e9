"""Dates and times as labels have them, letter by letter from the paper, and what they may mean.

The reader of fields has a parser of its own (``extraction/values/dates.py``): no fault of it shall be in its judge too.
"""

import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from unicodedata import normalize

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
# A day of the week may stand against it, where labels have no spaces.
_WEEKDAY = r"(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?"
_NAMED = re.compile(rf"(?<![a-z])(?:{_WEEKDAY})?({'|'.join(_MONTHS)})[a-z]*")
_NUMBERS = re.compile(
    r"(?<!\d)(?P<first>\d{4}|\d{1,2})\s?[/.\-:\s]\s?(?P<second>\d{1,2})\s?[/.\-:\s]\s?(?P<third>\d{4}|\d{1,2})"
)
_TOGETHER = re.compile(r"(?<!\d)\d{8}(?!\d)")
_YEARS = (1970, 2079)
_TIME = re.compile(r"(?<!\d)(?P<hour>[01]?\d|2[0-3])\s?[:.h]\s?(?P<minute>[0-5]\d)(?!\d)(?:.{0,5}?(?P<half>[ap])\.?m)?")


def dates_of(text: str) -> tuple[date, ...]:
    """Return the dates that a text may mean, the day before the month first, then the month, then the year before both.

    Years of two digits are of this century.
    """
    plain = normalize("NFKC", text).casefold()
    return tuple(dict.fromkeys(day for parts in _orders(plain) for day in _days(*parts)))


def times_of(text: str) -> tuple[str, ...]:
    """Return the times of day in a text as ``HH:MM``."""
    found = []
    for part in _TIME.finditer(normalize("NFKC", text).casefold()):
        hour = int(part["hour"])
        if part["half"] and 1 <= hour <= 12:
            hour = hour % 12 + 12 * (part["half"] == "p")
        found.append(f"{hour:02d}:{part['minute']}")
    return tuple(found)


def _orders(text: str) -> Iterator[tuple[int, int, int]]:
    """Yield year, month and day in each order in which they may be written."""
    if named := _NAMED.search(text):
        before, after = (re.findall(r"\d+", side) for side in (text[: named.start()], text[named.end() :]))
        month = _MONTHS.index(named[1]) + 1
        if before and after:  # 25 DEC 2018, 2018-DEC-25
            yield from ((int(after[0]), month, int(before[-1])), (int(before[-1]), month, int(after[0])))
        elif len(after) > 1:  # DEC 25, 2018
            yield int(after[1]), month, int(after[0])
        return
    for found in _NUMBERS.finditer(text):
        first, second, third = int(found["first"]), int(found["second"]), int(found["third"])
        yield from ((third, second, first), (third, first, second), (first, second, third))
    for found in _TOGETHER.finditer(text):
        whole = found[0]
        yield int(whole[4:]), int(whole[2:4]), int(whole[:2])
        yield int(whole[:4]), int(whole[4:6]), int(whole[6:])


def _days(year: int, month: int, day: int) -> Iterator[date]:
    year += 2000 * (year < 100)
    if _YEARS[0] <= year <= _YEARS[1]:
        with suppress(ValueError):
            yield date(year, month, day)
