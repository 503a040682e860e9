"""Characters that look alike in a font, of those that can stand in each other's place in a text.

A letter can be mistaken for another one of its script, for a digit, or for punctuation. A Greek or Cyrillic capital may
look like a Latin one, and a katakana like a hiragana: the word around it tells them apart. Where two characters that
can be mistaken look the same, a label with one of them could as well be the other's, and must not be written.

A font serves one of them wherever it draws both alike at any size: the digit, the capital, the letter rather than a
sign that no receipt prints (``coverage``). At a small size, or in one bit, others fall together; there the font serves
neither (``Atlas.tells_apart``).
"""

import unicodedata
from collections.abc import Callable, Hashable, Iterable
from functools import lru_cache

from receiptgen.core.scripts import script_of

# Of ASCII, what a font serves that draws two of these alike, from the first row to the last; what is in none goes last.
_PREFERRED = ("0123456789", "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz", ".,:-/%$#*+=&()'\"!?@;<>")
_RANKS = {char: rank for rank, chars in enumerate(_PREFERRED) for char in chars}
_RARE_ASCII, _OTHERS, _RADICALS = len(_PREFERRED) + 1, len(_PREFERRED) + 2, len(_PREFERRED) + 3
# Parts of Chinese characters, which have numbers of their own in dictionaries and in no text.
_FIRST_RADICAL, _LAST_RADICAL = "\u2e80", "\u2fdf"
# First letter that Arabic itself lacks; Persian, Urdu and others write some of these where Arabic has its like.
_FIRST_OF_OTHERS = "\u0671"
# Accents of the letters that languages of Europe and Vietnam compose.
_ACCENTS = "\u0300\u0301\u0302\u0303\u0304\u0306\u0307\u0308\u0309\u030a\u030b\u030c\u031b\u0323\u0326\u0327\u0328"
# Categories of the digits and the punctuation that stand beside letters of any script.
_STANDING = frozenset({"Nd", "Pc", "Pd", "Ps", "Pe", "Pi", "Pf", "Po"})
_DIGITS_AND_SIGNS = tuple(char for char in map(chr, range(0x21, 0x7F)) if not char.isalpha())


@lru_cache(maxsize=65536)
def place_of(char: str) -> str:
    """Return the texts in which a character stands, by their script; empty for signs and digits, which stand in all."""
    script = "" if char.isascii() else script_of(char)
    if script and unicodedata.category(char)[0] == "M":
        # A mark is known by where it stands, which its picture alone doesn't show.
        return f"mark {char}"
    if _FIRST_RADICAL <= char <= _LAST_RADICAL:
        return "han"
    if not char.isalpha():
        return ""
    if script == "kana":
        return unicodedata.name(char).split()[0].lower()
    if script == "arabic" and char >= _FIRST_OF_OTHERS:
        return "arabic letters of other languages"
    return script or "latin"


def drawn_alike(chars: Iterable[str], picture: Callable[[str], Hashable]) -> dict[str, str]:
    """Return the characters that a font can't serve, each with the one that is served and looks the same.

    Args:
        chars: Characters that the font draws.
        picture: Returns what one looks like.
    """
    served: dict[Hashable, list[tuple[str, str]]] = {}
    alike = {}
    for char in sorted(chars, key=_preference):
        place = place_of(char)
        same = served.setdefault(picture(char), [])
        first = next((other for other, there in same if _mistaken(char, place, other, there)), None)
        if first is None:
            same.append((char, place))
        else:
            alike[char] = first
    return alike


def looking_alike(chars: Iterable[str], picture: Callable[[str], Hashable]) -> set[str]:
    """Return those of some characters, of which any can be taken for any other, that look like another one."""
    seen: dict[Hashable, list[str]] = {}
    for char in chars:
        seen.setdefault(picture(char), []).append(char)
    return {char for same in seen.values() if len(same) > 1 for char in same}


def _mistaken(char: str, place: str, other: str, there: str) -> bool:
    """Tell whether two characters can stand in each other's place; signs of all sorts stand beside Latin letters."""
    if place == there or {place, there} == {"", "latin"}:
        return True
    return any(not where and _stands_anywhere(sign) for sign, where in ((char, place), (other, there)))


def _stands_anywhere(sign: str) -> bool:
    return sign.isascii() or unicodedata.category(sign) in _STANDING


def _preference(char: str) -> tuple[int, str]:
    if char.isascii():
        return _RANKS.get(char, _RARE_ASCII), char
    if _FIRST_RADICAL <= char <= _LAST_RADICAL:
        return _RADICALS, char
    return (_OTHERS if place_of(char) in {"", "latin"} and not char.isdecimal() else _RARE_ASCII - 1), char


@lru_cache(maxsize=4096)
def rivals(char: str) -> tuple[str, ...]:
    """Return the characters for which one that isn't in ASCII could be taken in small print.

    A Latin letter could be taken for its plain one or with another accent; a letter of another alphabet for another one
    of it, a digit or a sign. Chinese characters and Korean syllables, of which there are thousands, are compared at the
    size at which fonts are measured only.
    """
    place = place_of(char)
    if place == "latin":
        plain = unicodedata.normalize("NFD", char)[0]
        return tuple(each for each in (plain, *_accented(plain)) if each != char)
    if not place or script_of(char) in {"han", "hangul"} or unicodedata.category(char)[0] == "M":
        return ()
    start = ord(char) & ~0xFF
    alphabet = (each for each in map(chr, range(start, start + 0x100)) if place_of(each) == place and each != char)
    return (*alphabet, *_DIGITS_AND_SIGNS)


def _accented(letter: str) -> Iterable[str]:
    composed = (unicodedata.normalize("NFC", letter + accent) for accent in _ACCENTS)
    return (char for char in composed if len(char) == 1)
