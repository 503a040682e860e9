"""Patterns of a country's texts, checked when they are read: placeholders, digits and letters to draw, dates."""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from string import Formatter
from typing import Final

from pydantic import AfterValidator

from receiptgen.commerce.countries.eras import Era, era_of
from receiptgen.core.dice import Dice
from receiptgen.core.distributions import Weights
from receiptgen.core.suggestions import hint

# Capital letters that are not taken for a digit or for one another.
LETTERS: Final = "ABCDEFGHJKLMNPRSTUVWXYZ"
# Placeholders of addresses, and of the names of businesses.
ADDRESS = ("number", "street", "town", "region", "postcode", "unit")
NAMING = ("surname", "town", "noun")
# Parts of dates and times, see ``stamp``.
DIRECTIVES = (
    "%-d",
    "%-m",
    "%-I",
    "%-H",
    "%d",
    "%m",
    "%y",
    "%Y",
    "%b",
    "%a",
    "%H",
    "%I",
    "%M",
    "%S",
    "%p",
    "%P",
    "%EC",
    "%Ey",
)
_DIRECTIVE = re.compile(r"%(-?E?.?)")
# Those that tell a day or a time; a weekday, an era's name or AM alone tells neither.
_OF_DATES = frozenset({"%-d", "%-m", "%d", "%m", "%y", "%Y", "%b", "%Ey"})
_OF_TIMES = frozenset({"%-I", "%-H", "%H", "%I", "%M", "%S"})
_BESIDE_TIMES = frozenset({"%p", "%P"})


def fill(pattern: str, dice: Dice, values: Mapping[str, str] | None = None) -> str:
    r"""Replace ``{placeholders}``, then draw a digit for each ``#`` and a capital letter for each ``@``.

    A backslash keeps the mark after it, so ``\###-##`` gives ``#05-12``; ``values`` are printed as they are.
    """
    if "#" in pattern or "@" in pattern:
        parts, kept = [], False
        for mark in pattern:
            if kept:
                kept = False
            elif mark == "#":
                mark = dice.digits(1)
            elif mark == "@":
                mark = dice.letters(LETTERS, 1)
            elif mark == "\\":
                kept = True
                continue
            parts.append(mark)
        pattern = "".join(parts)
    return pattern.format(**values) if values else pattern


def stamp(
    moment: datetime, pattern: str, months: tuple[str, ...], days: tuple[str, ...], eras: tuple[Era, ...] = ()
) -> str:
    """Print a date or time by a pattern of ``DIRECTIVES``; unlike ``strftime`` it does not depend on the machine.

    Args:
        moment: What is printed.
        pattern: How; ``%P`` is ``am`` or ``pm``, a ``-`` leaves out a leading zero, ``%EC`` and ``%Ey`` are the name of
            the era and the year in it.
        months: Names for ``%b``, January first.
        days: Names for ``%a``, Monday first.
        eras: Eras of the country, oldest first.
    """
    hour = moment.hour % 12 or 12
    values = {
        "%-d": str(moment.day), "%-m": str(moment.month), "%-I": str(hour), "%-H": str(moment.hour),
        "%d": f"{moment.day:02d}", "%m": f"{moment.month:02d}", "%y": f"{moment.year % 100:02d}",
        "%Y": str(moment.year), "%b": months[moment.month - 1], "%a": days[moment.weekday()],
        "%H": f"{moment.hour:02d}", "%I": f"{hour:02d}", "%M": f"{moment.minute:02d}",
        "%S": f"{moment.second:02d}", "%p": "AM" if moment.hour < 12 else "PM",
        "%P": "am" if moment.hour < 12 else "pm",
    }  # fmt: skip
    if "%E" in pattern:
        name, year = era_of(moment.date(), eras)
        values |= {"%EC": name, "%Ey": str(year)}
    for directive, value in values.items():
        if directive in pattern:
            pattern = pattern.replace(directive, value)
    return pattern


def check_stamp(pattern: str) -> str:
    """Return a pattern of dates or times as it is.

    Raises:
        ValueError: It has parts that no date or time has, or none that one has.
    """
    found = _directives(pattern)
    if unknown := [part for part in found if part not in DIRECTIVES]:
        raise ValueError(f"pattern {pattern!r}: unknown {unknown[0]}; there are {' '.join(DIRECTIVES)}")
    if not found:
        raise ValueError(f"pattern {pattern!r} has no part of a date or time, such as %d or %H")
    return pattern


def check_date(pattern: str) -> str:
    """Return a pattern of dates as it is.

    Raises:
        ValueError: It has no day, month or year, or parts of a time, or what ``check_stamp`` refuses.
    """
    found = _directives(check_stamp(pattern))
    if wrong := [part for part in found if part in _OF_TIMES | _BESIDE_TIMES]:
        raise ValueError(f"pattern {pattern!r} is of a date, and {wrong[0]} is of a time; take it out")
    if not _OF_DATES.intersection(found):
        raise ValueError(f"pattern {pattern!r} has no day, month or year; add one, such as %d")
    return pattern


def check_time(pattern: str) -> str:
    """Return a pattern of times as it is.

    Raises:
        ValueError: It has no hour, minute or second, or parts of a date, or what ``check_stamp`` refuses.
    """
    found = _directives(check_stamp(pattern))
    if wrong := [part for part in found if part not in _OF_TIMES | _BESIDE_TIMES]:
        raise ValueError(f"pattern {pattern!r} is of a time, and {wrong[0]} is of a date; take it out")
    if not _OF_TIMES.intersection(found):
        raise ValueError(f"pattern {pattern!r} has no hour, minute or second; add one, such as %H")
    return pattern


def _directives(pattern: str) -> list[str]:
    return [f"%{found}" for found in _DIRECTIVE.findall(pattern)]


def _check_stamps(patterns: Weights) -> Weights:
    for pattern in patterns:
        check_stamp(pattern)
    return patterns


# Annotation of weighed patterns of dates or times.
STAMPS = AfterValidator(_check_stamps)


def pattern_of(*known: str) -> AfterValidator:
    """Return what, beside a type in an ``Annotated``, accepts a pattern with these ``{placeholders}`` only."""

    def check(pattern: str) -> str:
        check_placeholders(pattern, known)
        return pattern

    return AfterValidator(check)


def check_placeholders(pattern: str, known: Iterable[str]) -> None:
    """Check that a pattern has no other placeholders than these.

    Raises:
        ValueError: It has one, or its braces do not match.
    """
    known = list(known)
    try:
        parts = list(Formatter().parse(pattern))
    except ValueError as error:
        raise ValueError(f"pattern {pattern!r}: {str(error).lower()}") from None
    for _, name, form, conversion in parts:
        if name is not None and (name not in known or form or conversion):
            if not known:
                raise ValueError(f"pattern {pattern!r} takes no placeholder such as {{{name}}}")
            raise ValueError(f"pattern {pattern!r}: unknown placeholder {{{name}}}{hint(name, known)}")
