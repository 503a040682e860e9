"""Words of a dictionary."""

from typing import Annotated

from pydantic import AfterValidator

from receiptgen.commerce.countries.letters import USUAL
from receiptgen.commerce.countries.locales import Locale
from receiptgen.commerce.countries.vocabulary import vocabulary
from receiptgen.config.records import Record
from receiptgen.core.assets import word_list
from receiptgen.core.dice import Dice
from receiptgen.core.distributions import Range, Weights
from receiptgen.core.errors import UnknownNameError
from receiptgen.snippets._amount import Amount
from receiptgen.snippets._country import left_to
from receiptgen.snippets._fields import Cases, Length, recase


def _known(name: str) -> str:
    try:
        word_list(name)
    except UnknownNameError as error:
        raise ValueError(str(error)) from None
    return name


class Words(Record):
    """Words of a dictionary.

    Attributes:
        words: Number of words.
        vocabulary: Name of a packaged word list. Where none is given, countries with a script of their own have the
            words of their goods and towns.
        cases: Case of words: ``upper``, ``lower``, ``title``, or as the list has them (``kept``).
    """

    words: Length = Range(1, 3)
    vocabulary: Annotated[str, AfterValidator(_known)] = "english"
    cases: Cases = Weights({"upper": 1, "title": 1, "lower": 1})

    def phrase(self, dice: Dice, locale: Locale) -> str:
        """Draw some words."""
        own = left_to(locale, self, "vocabulary")
        known, count = vocabulary(locale) if own else word_list(self.vocabulary), dice.count(self.words)
        text = " ".join([dice.choose(known) for _ in range(count)])
        return recase(text, dice.weigh(self.cases), locale.capitals if own else USUAL)


class PricedWords(Words, Amount):
    """Words of a dictionary that stand for an item, and a price."""
