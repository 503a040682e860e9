"""One character."""

from collections.abc import Iterator
from functools import cached_property
from typing import Annotated, ClassVar

from pydantic import AfterValidator

from receiptgen.commerce.countries.locales import Locale
from receiptgen.core.dice import Dice
from receiptgen.core.distributions import Weights
from receiptgen.snippets import SNIPPETS
from receiptgen.snippets._charset import characters, country_set
from receiptgen.snippets._country import left_to
from receiptgen.snippets._turns import Turns


def _spelled(sets: Weights) -> Weights:
    """Return the characters of some sets, each with the weight of the last set that has it."""
    return Weights({char: weight for name, weight in sets.items() for char in characters(name)})


def _drawable(sets: Weights) -> Weights:
    if not any(_spelled(sets).values()):
        raise ValueError("leaves no character to draw; give one of them a weight above 0")
    return sets


@SNIPPETS.register
class Char(Turns):
    """One character of a set, such as ``7``, for networks that read single characters.

    Attributes:
        charset: Characters, or names of sets (``digits upper lower letters punctuation ascii latin1``), with weights:
            how often each character of a set is drawn, relative to those of the others. A character of several sets
            has the weight of the last one: ``{ascii: 1, digits: 5, '|': 0}``. Where none are given, countries with a
            script of their own have their letters, digits and punctuation.
        order: ``random``, by weight, or ``each`` character in turn, each time in another font, so that there are as
            many of each; weights then only say which are drawn at all.
        times: How often ``draw`` draws each character where no number is asked for; of ``order: each`` only.
    """

    anywhere: ClassVar[bool] = True
    charset: Annotated[Weights, AfterValidator(_drawable)] = Weights({"ascii": 1})

    @cached_property
    def chars(self) -> Weights:
        """All characters with their weights."""
        return _spelled(self.charset)

    def alphabets(self) -> Iterator[str]:
        """Yield each character, since it stands alone."""
        return iter(self.texts())

    def texts(self) -> tuple[str, ...]:
        """Return the characters that are drawn."""
        return tuple(char for char, weight in self.chars.items() if weight)

    def text(self, dice: Dice, locale: Locale) -> str:
        """Draw one character."""
        if left_to(locale, self, "charset"):
            return dice.choose(country_set(locale.letters))
        return dice.weigh(self.chars)
