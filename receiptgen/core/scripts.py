"""Scripts of texts: what a character belongs to, what needs shaping, and what a reader sees as one character."""

import re
import unicodedata
from functools import lru_cache

# Joiners are no ink: the first parts letters that would join or conjoin, the second joins a letter to nothing.
NON_JOINER, JOINER = "\u200c", "\u200d"
JOINERS = NON_JOINER + JOINER
# Scripts whose characters' names begin with another word than ours; all others are called as Unicode calls them.
_RENAMED = {"cjk": "han", "ideographic": "han", "hiragana": "kana", "katakana": "kana", "katakana-hiragana": "kana"}
# First words of the names of letters, marks and digits that are of no script, or of several.
_COMMON = frozenset(
    {"combining", "modifier", "micro", "feminine", "masculine", "enclosing", "variation", "digit", "superscript",
     "subscript", "vulgar", "roman", "circled", "parenthesized", "mathematical", "script", "planck",
     "squared", "fraction"}
)  # fmt: skip
# Words before the name of the script.
_WIDTHS = ("fullwidth ", "halfwidth ", "extended ", "vertical ")
# What a font can't draw character by character: marks that have no composed form; scripts from right to left; scripts
# of India and of South-East Asia, Tibetan and Mongolian; conjoining jamo; and what selects or joins forms. The sign of
# the baht stands among Thai letters, and prints as any sign of a currency does.
_SHAPED = re.compile(
    "[\u0300-\u036f\u0483-\u0489\u0590-\u0e3e\u0e40-\u109f\u1100-\u11ff\u1700-\u18af\u1900-\u1cff\u1dc0-\u1dff"
    "\u200c\u200d\u20d0-\u20ff\u302a-\u302f\u3099\u309a\ua66f-\ua67d\ua800-\uab2f\uabc0-\uabff\ud7b0-\ud7ff"
    "\ufb1d-\ufdff\ufe00-\ufe0f\ufe20-\ufe2f\ufe70-\ufefe\U00010800-\U00011fff\U0001e800-\U0001efff"
    "\U000e0100-\U000e01ef]"
)
# Signs that make one character of the letters before and after them (UAX #29, GB9c), and those of Kannada, Khmer and
# Burmese, which write the second letter below the first.
_LINKERS = frozenset("\u094d\u09cd\u0acd\u0b4d\u0c4d\u0ccd\u0d4d\u17d2\u1039")
# Thai and Lao vowels that stand after their consonant and put a part of theirs above it.
_TRAILING = frozenset("\u0e33\u0eb3")
_TAMIL_CONJUNCT = "\u0b95\u0bcd\u0bb7"
# Lam with whatever form, and the alefs that it makes a ligature with in every Arabic font.
_LAMS, _ALEFS = (
    frozenset("\u0644\u06b5\u06b6\u06b7\u06b8"),
    frozenset("\u0622\u0623\u0625\u0627\u0671\u0672\u0673\u0675"),
)
# Leading and other conjoining jamo.
_LEADING_JAMO, _FOLLOWING_JAMO = re.compile("[\u1100-\u11ff\ua960-\ua97c]"), re.compile("[\u1160-\u11ff\ud7b0-\ud7fb]")


@lru_cache(maxsize=65536)
def script_of(char: str) -> str:
    """Return the script of a character: ``latin greek cyrillic arabic hebrew devanagari thai han kana hangul`` ....

    Args:
        char: One character. Letters, marks and digits of a script belong to it, and its own punctuation.

    Returns:
        The script; empty for what several scripts share, as spaces, ASCII's digits and punctuation.
    """
    name = unicodedata.name(unicodedata.normalize("NFC", char)[0], "").lower()
    # Signs, of currencies say, stand in texts of any script.
    if (char.isascii() and not char.isalpha()) or unicodedata.category(char)[0] not in "LMNP":
        return ""
    for width in _WIDTHS:
        name = name.removeprefix(width)
    word = re.split("[ -]", name, maxsplit=1)[0]
    script = _RENAMED.get(word, word)
    if unicodedata.category(char)[0] == "P":
        return script if script in {"arabic", "hebrew"} else ""
    return "" if script in _COMMON else script


def needs_shaping(text: str) -> bool:
    """Tell whether a text is more than its characters side by side: joined, reordered, or from right to left.

    False for composed Latin, Greek, Cyrillic, Chinese, Japanese and Korean.
    """
    return not text.isascii() and _SHAPED.search(text) is not None


def shaped_scripts(text: str) -> list[str]:
    """Return the scripts of a text that need shaping, each once, in order."""
    found = [script_of(char) for char in _SHAPED.findall(text)]
    return list(dict.fromkeys(script for script in found if script))


def columns_of(text: str) -> int:
    """Return how many columns a text takes: two for a wide character of East Asia (UAX #11), none for a mark."""
    if text.isascii():
        return len(text)
    wide = sum([unicodedata.east_asian_width(char) in "WF" for char in text])
    return len(text) + wide - sum([unicodedata.category(char) == "Mn" for char in text])


def clusters(text: str) -> list[str]:
    """Part a text into what a reader sees as one character.

    A letter with its marks; consonants of India that a virama links; lam with alef; jamo of a syllable. They are the
    extended grapheme clusters of UAX #29 for letters, with lam-alef, the conjuncts of Kannada, and Tamil's ``ksha``.
    """
    parts: list[str] = []
    for char in text:
        if parts and _continues(parts[-1], char):
            parts[-1] += char
        else:
            parts.append(char)
    return parts


def _continues(cluster: str, char: str) -> bool:
    """Tell whether a character belongs to the cluster before it."""
    if char.isascii() or cluster.isspace():
        return False
    if char in JOINERS or char in _TRAILING or unicodedata.category(char)[0] == "M":
        return True
    if unicodedata.category(char)[0] != "L":
        return False
    base = cluster.rstrip(JOINERS)
    if not base:
        return True
    if cluster[-1] != NON_JOINER and base[-1] in _LINKERS:
        return script_of(base[-1]) == script_of(char)
    if char in _ALEFS:
        return cluster[0] in _LAMS and NON_JOINER not in cluster
    if _FOLLOWING_JAMO.match(char):
        return _LEADING_JAMO.match(cluster[-1]) is not None or _takes_jamo(cluster[-1], char)
    return cluster + char == _TAMIL_CONJUNCT


def _takes_jamo(syllable: str, jamo: str) -> bool:
    """Tell whether a composed syllable without a final consonant has one in a jamo that wasn't composed with it."""
    return "\uac00" <= syllable <= "\ud7a3" and jamo >= "\u11a8" and (ord(syllable) - 0xAC00) % 28 == 0
