"""Running text."""

from typing import ClassVar

from receiptgen.commerce.countries.locales import Locale
from receiptgen.commerce.countries.vocabulary import vocabulary
from receiptgen.config.records import Record
from receiptgen.core.assets import word_list
from receiptgen.core.dice import Dice
from receiptgen.core.distributions import Range, Share
from receiptgen.snippets import SNIPPETS
from receiptgen.snippets._fields import Length

_ENDS = ".....,,,;:?!"
_MIDS = ",,,,;:"


@SNIPPETS.register
class Sentence(Record):
    """A piece of English prose such as ``and the lantern was out, so they``: no sense, but its words and signs.

    Countries with a script of their own have the words of their goods and towns instead.

    Attributes:
        words: Number of words.
        small: Share of the words that are small ones such as ``the`` and ``of``.
        begins: Share of texts that begin with a capital.
        ends: Share that end with a full stop or another sign.
        commas: Share of the other words that a comma or the like follows.
        quotes: Share of words in single or double quotes.
        names: Share of dictionary words with a capital, as names have it.
        numbers: Share of words that are numbers.
    """

    anywhere: ClassVar[bool] = True
    words: Length = Range(1, 8)
    small: Share = 0.45
    begins: Share = 0.35
    ends: Share = 0.3
    commas: Share = 0.06
    quotes: Share = 0.02
    names: Share = 0.12
    numbers: Share = 0.03

    def text(self, dice: Dice, locale: Locale) -> str:
        """Draw one piece."""
        words = [self._word(dice, locale) for _ in range(dice.count(self.words))]
        if dice.chance(self.begins):
            words[0] = words[0][0].upper() + words[0][1:]
        if dice.chance(self.ends):
            words[-1] += dice.choose(_ENDS)
        return " ".join([*[self._amid(word, dice) for word in words[:-1]], words[-1]])

    def _word(self, dice: Dice, locale: Locale) -> str:
        if dice.chance(self.numbers):
            return str(dice.integer(1, 10 ** dice.integer(1, 4)))
        if locale.letters:
            return dice.choose(vocabulary(locale))
        if dice.chance(self.small):
            # Log-uniform over ranks: each word about as common as its rank says (Zipf).
            known = word_list("small")
            return known[int(len(known) ** dice.random()) - 1]
        word = dice.choose(word_list("english"))
        return word.capitalize() if dice.chance(self.names) else word

    def _amid(self, word: str, dice: Dice) -> str:
        if dice.chance(self.quotes):
            mark = dice.choose("'\"")
            return f"{mark}{word}{mark}"
        return word + dice.choose(_MIDS) if dice.chance(self.commas) else word
