"""What guests and waiters write on a receipt by hand."""

import re
from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from receiptgen.commerce.countries.locales import Locale
from receiptgen.config.records import Record
from receiptgen.core.dice import Dice
from receiptgen.core.distributions import Share
from receiptgen.elements import ELEMENTS, ElementContext
from receiptgen.elements._values import Phrase, Values
from receiptgen.typography.blocks import Align, Block, Gap, Row, Run, Style

Written = Literal["tip", "total", "signature", "table", "paid", "thanks"]
# Lines to fill in, and which value of the receipt is written there; a signature is the guest's name, which is none.
_LINES = {"tip": ("tip", "amount"), "total": ("total",), "signature": ()}
# Columns of the label and of the line.
_LABEL, _LINE = 14, 18
# The year of a pattern of dates, with its era and the signs or word at its side; the day and the month.
_YEAR = re.compile(r"[-/., ]*(%EC)?%E?[yY](\s?[^\W\d_]+\.?)?$|^(%EC)?%E?[yY][^%]*")
_PARTS = re.compile("%([dm])")


@ELEMENTS.register
class Handwritten(Record):
    """Texts by hand: tip and total on lines to fill in, the table, ``paid 12/3``, a word of thanks.

    They are fields with quads and values as printed ones are.

    Attributes:
        show: Which, top to bottom: ``tip``, ``total`` and ``signature`` on lines with a printed label, filled in where
            the receipt has a tip; ``table``; ``paid`` with the date; ``thanks``. What the receipt lacks is left out.
        align: Alignment of what stands on no line.
        year: Share of dates that have a year.
    """

    show: Annotated[tuple[Written, ...], Field(min_length=1, max_length=100)] = ("tip", "total", "signature")
    align: Align = "left"
    year: Share = 0.4

    def rows(self, context: ElementContext, dice: Dice) -> Iterator[Block]:
        """Yield a row each, with room above it."""
        for key in self.show:
            if key in _LINES:
                yield Gap(0.6)
                label = Run(context.voice.label(key, dice), "blank.label", columns=_LABEL)
                yield Row((label, _on_line(key, label.text, context, dice)))
            elif (phrase := self._phrase(key, context, dice)).text:
                yield Gap(0.3)
                yield Row((Run(phrase.text, f"handwritten.{key}", self.align, values=phrase.values, by_hand=True),))

    def _phrase(self, key: Written, context: ElementContext, dice: Dice) -> Phrase:
        receipt, locale = context.receipt, context.voice.locale
        if key == "table":
            word = dice.choose(("", "", "# ", f"{locale.word('table', dice, receipt.scheme)} "))
            return word + context.values.text("table") if receipt.table else Phrase("")
        if key == "paid":
            return Phrase(locale.word("paid", dice, receipt.scheme)) + " " + self._day(context, dice)
        thanks = min(locale.words["thanks"], key=len)
        return Phrase(dice.choose((thanks, f"{thanks}!", f"{locale.lower(thanks)}!")))

    def _day(self, context: ElementContext, dice: Dice) -> Phrase:
        """Return the day of payment as people write it, ``12/3`` or ``12/3/18``; without a year it says no value."""
        moment, voice = context.receipt.moment, context.voice
        pattern = _PARTS.sub(r"%-\1", voice.date)
        if dice.chance(self.year):
            return context.values.said(voice.locale.stamp(moment, pattern), moment.date().isoformat(), "date")
        return Phrase(voice.locale.stamp(moment, _YEAR.sub("", pattern)))


def _on_line(key: Written, label: str, context: ElementContext, dice: Dice) -> Run:
    """Return a line to fill in, with its amount or name if the guest has decided on a tip."""
    if not context.receipt.tip:
        return Run("_" * _LINE, "blank", columns=0)
    underlined = Style(underline=True)
    if not (path := _LINES[key]):
        name = _name(context.voice.locale, dice.fork("name"))
        return Run(name, f"handwritten.{key}", columns=_LINE, style=underlined, by_hand=True)
    written = _amount(context.values, path, label, dice)
    return Run(written.text, key, columns=_LINE, style=underlined, values=written.values, by_hand=True)


def _name(locale: Locale, dice: Dice) -> str:
    """Return a guest's name as people sign."""
    first = dice.choose(locale.firstnames)
    given = dice.choose(("", locale.initial(first), first))
    return locale.full_name(given, locale.surname_of(first, dice.choose(locale.surnames)))


def _amount(values: Values, path: tuple[str, ...], label: str, dice: Dice) -> Phrase:
    """Return an amount with or without the currency's sign, as people write it; a label may have the sign already."""
    bare = dice.chance(0.6) or values.voice.names_currency(label)
    return values.number(*path) if bare else values.money(*path)
