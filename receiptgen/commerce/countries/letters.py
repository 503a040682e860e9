"""Capitals, small letters and plain ASCII of texts, by the rules of their language.

Python's own rules hold, but for what a language does otherwise: a Turkish ``i`` becomes ``İ`` and ``ı`` becomes ``I``,
and Greek capitals have no accents. Such letters are data of a locale, a mapping of small letters to capitals.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final
from unicodedata import normalize

# No capitals other than Python's.
USUAL: Final[Mapping[str, str]] = MappingProxyType({})
# Letters without a decomposition, Greek ones by ELOT 743 (ISO 843), and Cyrillic ones, as web addresses spell them.
_ASCII: Final = str.maketrans({
    "ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i",
    "α": "a", "β": "v", "γ": "g", "δ": "d", "ε": "e", "ζ": "z", "η": "i", "θ": "th", "ι": "i", "κ": "k", "λ": "l",
    "μ": "m", "ν": "n", "ξ": "x", "ο": "o", "π": "p", "ρ": "r", "σ": "s", "ς": "s", "τ": "t", "υ": "y", "φ": "f",
    "χ": "ch", "ψ": "ps", "ω": "o",
    "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "е": "e", "ж": "zh", "з": "z", "и": "i", "к": "k", "л": "l",
    "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s", "т": "t", "у": "u", "ф": "f", "х": "h", "ц": "ts",
    "ч": "ch", "ш": "sh", "щ": "sch", "ъ": "", "ы": "y", "ь": "", "э": "e", "ю": "yu", "я": "ya", "є": "ie", "і": "i",
    "ґ": "g",
})  # fmt: skip


def upper(text: str, capitals: Mapping[str, str]) -> str:
    """Print a text in capitals.

    Args:
        text: Text of any case.
        capitals: Capitals of letters for which Python's rule does not hold.
    """
    return (text.translate({ord(small): capital for small, capital in capitals.items()}) if capitals else text).upper()


def lower(text: str, capitals: Mapping[str, str]) -> str:
    """Print a text in small letters: the usual ones, but for a capital whose usual small letter has another capital.

    So a Turkish ``I`` becomes ``ı``, as the capital of ``i`` is ``İ``; a Greek ``Α`` becomes ``α``, not ``ά``.
    """
    if not capitals:
        return text.lower()
    own = {ord(capital): small for small, capital in capitals.items() if upper(capital.lower(), capitals) != capital}
    return text.translate(own).lower()


def title(text: str, capitals: Mapping[str, str]) -> str:
    """Print each word with a capital and small letters after it, parted by single spaces."""
    small = lower(text, capitals).split()
    return " ".join(upper(word[:1], capitals) + word[1:] for word in small)


def ascii_name(text: str) -> str:
    """Spell a name in small ASCII letters and digits, as hosts are: ``Ψαράς Café`` -> ``psarascafe``; may be empty."""
    plain = normalize("NFKD", text.lower()).translate(_ASCII)
    return "".join(char for char in plain if char.isascii() and char.isalnum())
