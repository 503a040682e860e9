"""Dates and times as receipts print them, read back."""

import re
from collections.abc import Iterator
from datetime import date, time
from typing import NamedTuple

# First letters of the names of months, January first, in languages of Latin, Greek and Cyrillic script.
_MONTHS = (
    ("jan", "jän", "ene", "gen", "led", "sty", "sij", "ian", "oca", "tam", "janv", "ιαν", "янв", "яну", "січ"),
    ("feb", "fév", "fev", "únor", "uno", "lut", "velj", "vel", "şub", "sub", "hel", "φεβ", "фев", "лют"),
    ("mar", "mär", "mrt", "maa", "bře", "bre", "ožu", "ozu", "már", "mrz", "μαρ", "мар", "бер"),
    ("apr", "ápr", "avr", "abr", "dub", "kwi", "tra", "nis", "huh", "απρ", "апр", "кві"),
    ("may", "mai", "maj", "mag", "mei", "kvě", "kve", "svi", "máj", "tou", "μαι", "μαΐ", "мая", "май", "тра"),
    ("jun", "juin", "giu", "cze", "lip", "haz", "kes", "jún", "iun", "jui", "ιουν", "июн", "юни", "чер"),
    ("jul", "juil", "lug", "čvc", "srp", "tem", "hei", "júl", "iul", "ιουλ", "июл", "юли", "лип"),
    ("aug", "aoû", "aou", "ago", "sie", "kol", "ağu", "agu", "elo", "αυγ", "αύγ", "авг", "сер"),
    ("sep", "sze", "set", "zář", "zar", "wrz", "ruj", "eyl", "syy", "sept", "σεπ", "сен", "сеп", "вер"),
    ("oct", "okt", "out", "ott", "říj", "rij", "paź", "paz", "eki", "lok", "οκτ", "окт", "жов"),
    ("nov", "lis", "stu", "kas", "marr", "νοε", "νοέ", "ноя", "ное", "лис"),
    ("dec", "dez", "déc", "dic", "pro", "gru", "des", "ara", "jou", "dis", "δεκ", "дек", "гру"),
)
# Of names that two languages have for different months, that of the smaller country comes second: Croatia's ``lip`` is
# June, Poland's July.
_SECOND = {"lip": 6, "lis": 10, "srp": 7}
_MONTH_OF = {name: number for number, names in reversed(list(enumerate(_MONTHS, 1))) for name in names}
_MONTH_OF |= {"lip": 7, "lis": 11, "srp": 8, "mar": 3}
# Whole names, of which one letter may be misread where a day and a year stand beside.
_NAMES = """
    january february march april june july august september october november december
    januar februar märz april juni juli august september oktober november dezember
    janvier février mars avril juin juillet août septembre octobre novembre décembre
    enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre
    gennaio febbraio aprile maggio giugno luglio settembre ottobre dicembre
    janeiro fevereiro março maio junho julho setembro outubro novembro dezembro
    januari februari maart augustus
"""
# Fewest letters of a name by which it is known with one of them misread.
_LONG = 5
# A part of a longer number with signs between, as of a transaction, is none.
_NUMERIC = re.compile(
    r"(?<!\d)(?<!\d[./\-])(\d{1,4})\s?([./\-\u2013\u2019'])\s?(\d{1,2})\s?([./\-\u2013\u2019'])\s?"
    r"(\d{4}|\d{2})(?!\d|[./\-]\d(?!\d?:))"
)
# As in Sweden, the year after a space.
_SPACED = re.compile(r"(?<!\d)(\d{1,2})\s?(/)\s?(\d{1,2})(\s)(\d{4})(?!\d)")
_DAY_NAME_YEAR = re.compile(
    r"(?<!\d)(\d{1,2})(?:st|nd|rd|th)?[\s.,/\-']*([^\W\d_]{3,12})[\s.,/\-']*(\d{4}|\d{2})(?!\d)"
)
# The time may stand before the year, as C's ``ctime`` has it.
_NAME_DAY_YEAR = re.compile(
    r"([^\W\d_]{3,12})[\s.,/\-']*(\d{1,2})(?:(?:st|nd|rd|th)[\s.,/\-']*|[\s.,/\-']+)(?:\d\d:\d\d(?::\d\d)?\s+)?(\d{4}|\d{2})"
    r"(?!\d|[./\-:]\d)"
)
_YEAR_NAME_DAY = re.compile(r"(?<!\d)(\d{4})[\s.,/\-]*([^\W\d_]{3,12})[\s.,/\-]*(\d{1,2})(?!\d)")
_COMPACT = re.compile(r"(?<!\d)(20\d\d)(\d\d)(\d\d)(?!\d)")
# Year, month and day, each with its word, as in China, Japan and Korea.
_WITH_WORDS = re.compile(r"(?<!\d)(\d{4})\s?[\u5e74\ub144]\s?(\d{1,2})\s?[\u6708\uc6d4]\s?(\d{1,2})\s?[\u65e5\uc77c]")
_CLOCKS = tuple(
    re.compile(rf"(?<![\d.,]){hour}\s?{sign}\s?(\d{{2}})(?:\s?{sign}\s?(\d{{2}}))?(?![\d])\s?([AaPp](?=\.?\s?[Mm]))?")
    for hour, sign in ((r"(\d{1,2})", "[:hH]"), (r"(\d{1,2})", r"[.]"))
)
_LETTERS = str.maketrans("OoQDIl|ZSB", "0000111258")
_NEAR_DATE = re.compile(r"[\dOoQDIl|ZSB]{1,4}[./\-][\dOoQDIl|ZSB]{1,2}[./\-][\dOoQDIl|ZSB]{2,4}")
# A year of this century or the last, of which digits may be read as letters.
_NEAR_YEAR = re.compile(r"(?<![^\W_])(?:19|20)[\dOoQDIl|ZSB]{2}(?![^\W_])")
# What may stand against the name of a month where a space was not read: a day of the week.
_WEEKDAY = re.compile(r"\A(mon|tues?|wed(nes)?|thu(rs)?|fri|sat(ur)?|sun)(day)?(?=[a-z]{3})")
# Years of receipts, and how many more Buddhist years there are.
_FIRST, _LAST, _BUDDHIST = 1990, 2049, 543


class ReadDate(NamedTuple):
    """A date that a text may say.

    Attributes:
        day: The date.
        other: The date that it would be with month and day exchanged, or with the month of another language; None where
            that is none, or the text tells.
        span: Where it stands in the text, first and last character and one more.
    """

    day: date
    other: date | None
    span: tuple[int, int]


def parse_date(text: str, month_first: bool = False) -> ReadDate | None:
    """Return the first date that a text says; None where it says none.

    Args:
        text: Some words.
        month_first: Whether months stand before days where both orders give a date.
    """
    mended = text
    for pattern in (_NEAR_DATE, _NEAR_YEAR):
        mended = pattern.sub(lambda found: found.group().translate(_LETTERS), mended)
    found = [*_numeric(mended, month_first), *_named(mended), *_compact(mended)]
    return min(found, key=lambda one: one.span[0], default=None)


def _numeric(text: str, month_first: bool) -> Iterator[ReadDate]:
    for found in (*_NUMERIC.finditer(text), *_SPACED.finditer(text)):
        one, two, three = int(found[1]), int(found[3]), int(found[5])
        if found[2] != found[4] and len(found[5]) == 2 and " " in found[0]:
            # Rather prices, as ``2/ 1.00``.
            continue
        if len(found[1]) == 4:
            if day := _date(one, two, three):
                yield ReadDate(day, None, found.span())
            continue
        if len(found[1]) == 3:
            continue
        year = _year(three)
        orders = [_date(year, two, one), _date(year, one, two)]
        first, other = reversed(orders) if month_first else orders
        if first is None and other is None:
            # The year first, in two digits.
            first = _date(_year(one), two, three) if three <= 31 else None
        if first or other:
            chosen = first or other
            assert chosen
            yield ReadDate(chosen, other if first and other != first else None, found.span())


def _named(text: str) -> Iterator[ReadDate]:
    for pattern, day, name, year in ((_DAY_NAME_YEAR, 1, 2, 3), (_NAME_DAY_YEAR, 2, 1, 3), (_YEAR_NAME_DAY, 3, 2, 1)):
        for found in pattern.finditer(text):
            month = None if _is_amount(text, found) else _month(found[name])
            if month and (when := _date(_year(int(found[year])), month, int(found[day]))):
                second = _SECOND.get(found[name].casefold()[:3])
                other = _date(when.year, second, when.day) if second and second != month else None
                yield ReadDate(when, other, found.span())


def _is_amount(text: str, found: re.Match[str]) -> bool:
    """Tell whether what may be a day and a year is an amount behind its label, as in ``SUBTOTAL 22.04``."""
    return text[found.end(2) : found.start(3)] in {".", ","} and len(found[3]) == 2 and found[2].isdigit()


def _compact(text: str) -> Iterator[ReadDate]:
    for found in (*_COMPACT.finditer(text), *_WITH_WORDS.finditer(text)):
        if when := _date(int(found[1]), int(found[2]), int(found[3])):
            yield ReadDate(when, None, found.span())


def _month(name: str) -> int | None:
    name = _WEEKDAY.sub("", name.casefold())
    found = _MONTH_OF.get(name[:4]) or _MONTH_OF.get(name[:3])
    return found or next((_MISREAD[gap] for gap in _gaps(name) if gap in _MISREAD), None)


def _gaps(name: str) -> list[str]:
    """Return a name with each of its letters left open, where it is long enough to be known without one."""
    return [f"{name[:place]}?{name[place + 1 :]}" for place in range(len(name))] if len(name) >= _LONG else []


_MISREAD = {gap: month for name in _NAMES.split() if (month := _MONTH_OF.get(name[:4]) or _MONTH_OF.get(name[:3]))
            for gap in _gaps(name)}  # fmt: skip


def _year(number: int) -> int:
    return number + 2000 if number < 50 else number + 1900 if number < 100 else number


def _date(year: int, month: int, day: int) -> date | None:
    if year - _BUDDHIST >= _FIRST:
        year -= _BUDDHIST
    try:
        return date(year, month, day) if _FIRST <= year <= _LAST else None
    except ValueError:
        return None


def parse_time(text: str) -> tuple[time, tuple[int, int]] | None:
    """Return the first time of day that a text says and where it stands; None where it says none."""
    for found in (found for clock in _CLOCKS for found in clock.finditer(text)):
        hour, minute, second = int(found[1]), int(found[2]), int(found[3] or 0)
        if found[4] and hour <= 12:
            hour = hour % 12 + (12 if found[4] in "Pp" else 0)
        if hour < 24 and minute < 60 and second < 60:
            return time(hour, minute, second), found.span()
    return None
