"""Words and phrases of a country, gathered from its file and its catalogue of goods."""

from functools import lru_cache
from typing import Final

from receiptgen.commerce.countries.locales import Locale
from receiptgen.commerce.countries.shelves import catalogue, catalogue_of
from receiptgen.core.inputs import on_forgetting

# Words of a locale that are phrases, as notices at the foot of receipts.
_PHRASES: Final = ("thanks", "goodbye", "returns", "survey", "hours", "terms")


def vocabulary(locale: Locale) -> tuple[str, ...]:
    """Return the words of a country's goods, towns and names of businesses that are written in its own letters."""
    return _words(locale.catalogue or catalogue_of(locale.language), locale.nouns, tuple(p.town for p in locale.places))


def phrases(locale: Locale) -> tuple[str, ...]:
    """Return what receipts of a country say to customers, each once."""
    return tuple(dict.fromkeys(text for key in _PHRASES for text in locale.words[key]))


@lru_cache(maxsize=64)
def _words(goods: str, nouns: tuple[str, ...], towns: tuple[str, ...]) -> tuple[str, ...]:
    names = [good.name for shelf in catalogue(goods).values() for good in shelf.goods]
    words = dict.fromkeys(word.strip("(),.;:%/") for text in (*names, *nouns, *towns) for word in text.split())
    return tuple(word for word in words if word and not word.isascii() and not any(map(str.isdigit, word)))


on_forgetting(_words.cache_clear)
