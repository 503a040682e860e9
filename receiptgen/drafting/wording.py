"""Which of a country's words a label is."""

from collections.abc import Collection, Sequence
from functools import cached_property

from rapidfuzz.distance import Levenshtein

from receiptgen.commerce.countries.locales import Locale
from receiptgen.commerce.countries.words import WORDS

# What stands round a label and says nothing: colons, brackets, asterisks.
EDGES = " :.;-*=#<>|_,!"
# Words of the longest label.
_LONGEST = 5
# Letters and digits of a label for each of which one may be misread; shorter ones are other words rather.
_MISREAD = 6
# Letters of a word that tells what a label is of.
_LETTERS = 3


def plain_label(text: str) -> str:
    """Return a label as those are compared: small letters, no signs at its ends, nothing but spaces between words."""
    return " ".join("".join(char if char.isalnum() else " " for char in text.casefold()).split())


class Wording:
    """The words of a country's receipts.

    Args:
        country: The country.
    """

    def __init__(self, country: Locale) -> None:
        self.labels: dict[str, list[str]] = {}
        self._printed: dict[str, list[str]] = {}
        for key in sorted(WORDS):
            schemes = [word for scheme in country.taxes for word in scheme.words.get(key, ())]
            for word in (*country.words.get(key, ()), *schemes):
                if label := plain_label(word):
                    self.labels.setdefault(label, []).append(key)
                    self._printed.setdefault(key, []).append(word)

    def key_of(self, text: str, keys: Sequence[str]) -> str:
        """Return the first of some keys whose word a text is; empty where it is none's."""
        known = self.labels.get(plain_label(text), ())
        return next((key for key in keys if key in known), "")

    def longest(self, texts: Sequence[str], keys: Sequence[str]) -> tuple[str, int]:
        """Return the key of the longest label that some words begin with, and of how many words it is; or ``"", 0``."""
        for count in range(min(len(texts), _LONGEST), 0, -1):
            if key := self.key_of(" ".join(texts[:count]), keys):
                return key, count
        return "", 0

    def nearest(self, text: str, keys: Collection[str]) -> str:
        """Return the word of some keys that a misread label is, as it is printed; empty where it is like none.

        Spaces don't count: they are what is misread most.
        """
        plain = _squeezed(text)
        allowed = len(plain) // _MISREAD
        found = [
            (distance, Levenshtein.distance(word, text), word)
            for key in keys
            for word in self._printed.get(key, ())
            if (distance := Levenshtein.distance(_squeezed(word), plain, score_cutoff=allowed)) <= allowed
        ]
        return min(found)[2] if allowed and found else ""

    def spoken_for(self, text: str, keys: Collection[str]) -> frozenset[str]:
        """Return those of some keys that a label speaks for: its own, or else those that have one of its words."""
        if exact := {*self.labels.get(plain_label(text), ())} & {*keys}:
            return frozenset(exact)
        told = plain_label(text).split()
        return frozenset(key for word in told for key in self.keys_of_word(word) if key in keys)

    def keys_of_word(self, word: str) -> frozenset[str]:
        """Return the keys of whose labels a word of small letters is part; none for short words."""
        return frozenset(self._by_word.get(word, ()))

    @cached_property
    def _by_word(self) -> dict[str, set[str]]:
        """Keys by the words of their labels."""
        found: dict[str, set[str]] = {}
        for label, keys in self.labels.items():
            for word in label.split():
                if len(word) >= _LETTERS:
                    found.setdefault(word, set()).update(keys)
        return found


def _squeezed(label: str) -> str:
    return plain_label(label).replace(" ", "")
