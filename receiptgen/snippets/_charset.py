"""Random characters: which there are, and drawing them."""

from collections.abc import Iterable
from functools import cached_property, lru_cache
from string import ascii_lowercase, ascii_uppercase, digits, punctuation
from typing import Annotated, Any, ClassVar, Self
from unicodedata import category

from pydantic import BeforeValidator, WithJsonSchema, model_validator

from receiptgen.commerce.countries.locales import Locale
from receiptgen.config.records import Record
from receiptgen.core.dice import Dice
from receiptgen.core.distributions import Range, Share
from receiptgen.snippets._country import left_to
from receiptgen.snippets._fields import Length

# All 94 printable ASCII characters but the space.
ASCII = "".join(map(chr, range(33, 127)))
# Latin-1 adds 0xA1 to 0xFF without the soft hyphen 0xAD, which shows nothing.
NAMED = {
    "digits": digits,
    "upper": ascii_uppercase,
    "lower": ascii_lowercase,
    "letters": ascii_uppercase + ascii_lowercase,
    "punctuation": punctuation,
    "ascii": ASCII,
    "latin1": ASCII + "".join(chr(code) for code in range(0xA1, 0x100) if code != 0xAD),
}
# Characters that printers and readers take for one another.
CONFUSABLES = "0O1Il5S8B.,:;'-"


def characters(value: Any) -> str:
    """Spell out a character set: names of ``NAMED``, or the characters themselves, or a list of such.

    Spaces are left out, characters that occur twice count once.

    Raises:
        ValueError: Nothing is left, or a character can't be printed.
    """
    parts = (
        [str(part) for part in value] if isinstance(value, Iterable) and not isinstance(value, str) else [str(value)]
    )
    spelled = "".join(NAMED.get(part, part) for part in parts)
    drawn = "".join(dict.fromkeys(mark for mark in spelled if not mark.isspace()))
    if not drawn:
        raise ValueError(f"character set {value!r} is empty; give characters, or names such as digits and upper")
    for mark in drawn:
        if category(mark).startswith("M"):
            raise ValueError(
                f"character {mark!r} of the set can't be printed alone; draw it with its letter by a pattern"
            )
        if not mark.isprintable():
            raise ValueError(f"character {mark!r} of the set can't be printed")
    return drawn


@lru_cache(maxsize=64)
def country_set(letters: str) -> str:
    """Return letters with the other signs that texts in them have, each group as often as in ASCII."""
    times = max(1, round(len(NAMED["letters"]) / len(letters)))
    return letters * times + (digits + punctuation) * max(1, round(len(letters) / len(NAMED["letters"])))


Charset = Annotated[
    str,
    BeforeValidator(characters),
    WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}, "minItems": 1}]}),
]


class Characters(Record):
    """Random characters of a set.

    Attributes:
        charset: The characters, or names of sets (``digits upper lower letters punctuation ascii latin1``),
            or a list of both; without spaces. Where none is given, countries with a script of their own have their
            letters, digits and punctuation.
        confusables: Share of characters drawn from those of ``0O1Il5S8B.,:;'-`` that are in ``charset``.
    """

    anywhere: ClassVar[bool] = True
    charset: Charset = ASCII
    confusables: Share = 0.0

    @cached_property
    def alike(self) -> str:
        """The confusable characters of the set."""
        return "".join(mark for mark in CONFUSABLES if mark in self.charset)

    @model_validator(mode="after")
    def _has_confusables(self) -> Self:
        if self.confusables and not self.alike:
            raise ValueError(f"confusables {self.confusables} asks for some of {CONFUSABLES!r}, charset has none")
        return self

    def alphabets(self) -> tuple[str]:
        """Return the set: one text may hold any of its characters."""
        return (self.charset,)

    def characters(self, dice: Dice, locale: Locale, count: int) -> str:
        """Draw that many characters, each on its own."""
        if left_to(locale, self, "charset"):
            return dice.letters(country_set(locale.letters), count)
        if not self.confusables:
            return dice.letters(self.charset, count)
        share, choose = self.confusables, dice.choose
        return "".join([choose(self.alike if dice.random() < share else self.charset) for _ in range(count)])


class RandomWord(Characters):
    """One word of random characters.

    Attributes:
        length: Characters of the word.
    """

    length: Length = Range(1, 10)

    def word(self, dice: Dice, locale: Locale) -> str:
        """Draw one word."""
        return self.characters(dice, locale, dice.count(self.length))
