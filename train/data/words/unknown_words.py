"""Words that nobody knows: letters changed for others, the same all over a page; numbers stay."""

from collections.abc import Sequence

from receiptgen.core.dice import Dice
from receiptgen.extraction.labelling.roles import ROLE_NUMBERS

from .printed_words import PrintedWord

# Roles of words that are names, which shops, streets and goods have without end.
_NAMES = frozenset(
    ROLE_NUMBERS[role]
    for role in (
        "merchant.name",
        "merchant.legal_name",
        "merchant.branch",
        "merchant.address",
        "items.name",
        "items.note",
    )
)
# Words of names that say what they are, whatever stands beside them.
_FORMS = "sdn bhd s/b ltd inc co llc gmbh kg sl sa srl bv ab as oy no lot jalan jln street st road rd"
_KEPT = frozenset(_FORMS.split())
_VOWELS, _CONSONANTS = "aeiou", "bcdfghjklmnpqrstvwxyz"


class UnknownWords:
    """Changes the letters of a page's words, vowels for vowels.

    Args:
        dice: Dice of the page.
    """

    def __init__(self, dice: Dice) -> None:
        table = {}
        for letters in (_VOWELS, _CONSONANTS):
            others = [letter for _, letter in sorted((dice.random(), letter) for letter in letters)]
            for letter, other in zip(letters, others, strict=True):
                table[letter], table[letter.upper()] = other, other.upper()
        self._table = str.maketrans(table)

    def of(self, words: Sequence[PrintedWord]) -> list[PrintedWord]:
        """Return words with other letters; those with digits, as amounts with their currencies, stay as they are."""
        return [self._changed(word) for word in words]

    def of_names(self, words: Sequence[PrintedWord]) -> list[PrintedWord]:
        """Return words with other letters in names alone, but for what says that they are names."""
        return [
            self._changed(word) if word.role in _NAMES and word.text.strip("().,").casefold() not in _KEPT else word
            for word in words
        ]

    def _changed(self, word: PrintedWord) -> PrintedWord:
        if any(map(str.isdigit, word.text)):
            return word
        return word._replace(text=word.text.translate(self._table))
