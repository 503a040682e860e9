"""Names of goods as cash registers shorten them, by the habits of a country."""

from collections.abc import Mapping
from functools import lru_cache
from itertools import pairwise
from typing import Final
from unicodedata import normalize

from receiptgen.commerce.countries.abbreviations import Abbreviations
from receiptgen.core.dice import Dice
from receiptgen.core.scripts import clusters, needs_shaping

# Without their accents; the last are those of Cyrillic.
_CYRILLIC: Final = "\u0410\u0415\u0418\u041e\u0423\u042b\u042d\u042e\u042f\u0406\u0404"
VOWELS: Final = frozenset(f"AEIOUÆØŒΑΕΗΙΟΥΩ{_CYRILLIC}")
# Vowels of Thai and Lao that stand before their consonant, and say nothing without it.
_LEADING_VOWELS: Final = "\u0e40\u0e41\u0e42\u0e43\u0e44\u0ec0\u0ec1\u0ec2\u0ec3\u0ec4"
# Words of at most this number of letters are never shortened, but for those that have a usual short form.
_SHORT: Final = 4


def till_name(name: str, length: int, dice: Dice, habits: Abbreviations) -> str:
    """Abbreviate a name as cash registers do: ``CHICKEN BREAST 500G`` -> ``CHKN BRST 500G``.

    A last word with a digit (a size) survives the cut. Words of scripts without capitals are cut only, between what a
    reader sees as characters.

    Args:
        name: Name to abbreviate, in the case in which it is printed.
        length: Most characters to return, as readers count them, at least 1.
        dice: Draws what becomes of each long word.
        habits: Habits of the country.
    """
    words = name.split()
    if not (habits.sparing and len(name) <= length):
        words = [short for word in words if (short := _usual(word, habits.words))] or words
        words = [
            _shortened(word, dice.weigh(habits.shortenings), habits.letters) if len(word) > _SHORT else word
            for word in words
        ]
    tail = f" {words.pop()}" if len(words) > 1 and any(char.isdigit() for char in words[-1]) else ""
    if len(tail) + 3 > length:
        tail = ""
    return _cut(" ".join(words), length - len(tail)).rstrip() + tail


def _usual(word: str, short_forms: Mapping[str, str]) -> str:
    """Return the usual short form of a word, in capitals where the word is."""
    short = short_forms.get(word.lower())
    return word if short is None else short.upper() if word.isupper() else short


@lru_cache(maxsize=4096)
def _shortened(word: str, way: str, letters: int) -> str:
    """Shorten a word in one of the ways of ``Abbreviations``; one with a digit, a point or without capitals stays."""
    if word.lower() == word.upper() or not word.isalpha():
        return word
    if way == "consonants":
        return _skeleton(word)
    return word if way == "whole" else _before_vowel(word, letters, "." if way == "point" else "")


def _skeleton(word: str) -> str:
    """Leave out vowels but for a leading one, doubled letters and the C of CK."""
    kept = word[0]
    for before, char in pairwise(word):
        if not _is_vowel(char) and char != before:
            kept = kept[:-1] + char if (before + char).upper() == "CK" and len(kept) > 1 else kept + char
    # Two letters would say nothing: PN for PANNA.
    return kept if len(kept) > 2 else word[:5]


def _before_vowel(word: str, letters: int, end: str) -> str:
    """Cut a word before a vowel that follows a consonant, where half of it stays; none for the sake of a letter."""
    least = max(letters, len(word) // 2)
    stop = next(
        (stop for stop in range(least, len(word)) if _is_vowel(word[stop]) and not _is_vowel(word[stop - 1])), len(word)
    )
    return word[:stop] + end if len(word) - stop > 1 else word


def _is_vowel(char: str) -> bool:
    return normalize("NFD", char.upper())[0] in VOWELS


def _cut(text: str, length: int) -> str:
    """Return the first characters of a text, at most ``length`` of them, counted as readers do."""
    if not needs_shaping(text):
        return text[:length]
    parts = clusters(text)
    kept = "".join(parts[:length])
    return kept if length >= len(parts) else kept.rstrip(_LEADING_VOWELS)
