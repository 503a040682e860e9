"""Dates and times: drawn from the real calendar, printed by pattern."""

import re
from datetime import date, datetime
from typing import Annotated

from pydantic import AfterValidator

from receiptgen.commerce.countries.patterns import DIRECTIVES
from receiptgen.core.dice import Dice
from receiptgen.core.distributions import Range, Weights, counts
from receiptgen.snippets._fields import Texts


def _stampable(patterns: Weights) -> Weights:
    for pattern in patterns:
        found = re.findall(r"%-?E?.?", pattern)
        if not found and pattern != "locale":
            raise ValueError(f"pattern {pattern!r} prints nothing of a moment; use some of {_listed()}")
        for directive in found:
            if directive not in DIRECTIVES:
                raise ValueError(f"pattern {pattern!r} holds {directive!r}; use {_listed()}")
    return patterns


def _listed() -> str:
    return " ".join(sorted(DIRECTIVES))


# Patterns of ``Locale.stamp``, or ``locale`` for the locale's own.
Patterns = Annotated[Texts, AfterValidator(_stampable)]
Years = Annotated[Range, counts(1, 9999)]


def draw_moment(dice: Dice, years: Range) -> datetime:
    """Draw a second of some years, each equally likely."""
    first = date(int(years.low), 1, 1).toordinal()
    last = date(int(years.high), 12, 31).toordinal()
    day = date.fromordinal(dice.integer(first, last))
    second = dice.integer(0, 86_399)
    return datetime(day.year, day.month, day.day, second // 3600, second // 60 % 60, second % 60)
