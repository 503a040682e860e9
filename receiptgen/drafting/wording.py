"""Which of a country's words a label is."""

from collections.abc import Sequence

from receiptgen.commerce.countries.locales import Locale
from receiptgen.commerce.countries.words import WORDS

# What stands round a label and says nothing: colons, brackets, asterisks.
EDGES = " :.;-*=#<>|_,!"
# Words of the longest label.
_LONGEST = 5


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
        for key in sorted(WORDS):
            schemes = [word for scheme in country.taxes for word in scheme.words.get(key, ())]
            for word in (*country.words.get(key, ()), *schemes):
                if label := plain_label(word):
                    self.labels.setdefault(label, []).append(key)

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
