"""Words and phrases of a country, gathered from its file and its catalogue of goods."""

from collections.abc import Iterable
from typing import Final

from receiptgen.commerce.countries.locales import Locale
from receiptgen.commerce.countries.shelves import catalogue, catalogue_of
from receiptgen.commerce.countries.words import OCCASIONAL
from receiptgen.core.inputs import on_forgetting

# Words of a locale that are phrases, as notices at the foot of receipts.
_PHRASES: Final = ("thanks", "goodbye", "returns", "survey", "hours", "terms")


def vocabulary(locale: Locale) -> tuple[str, ...]:
    """Return the words of a country's goods, towns and names of businesses that are written in its own letters."""
    own, towns = locale.goods, tuple(place.town for place in locale.places)
    goods = locale.catalogue or catalogue_of(locale.language)
    key = (locale.name, goods, locale.nouns, towns, own.without, tuple(own.names.items()))
    if key not in _vocabularies:
        sold = [good for shelf in catalogue(goods).values() for good in shelf.goods if own.sells(good, locale.name)]
        # A country's own goods have the words of the country already.
        names = [good.name if good.countries else own.names.get(good.name, good.name) for good in sold]
        _vocabularies[key] = _words((*names, *locale.nouns, *towns))
    return _vocabularies[key]


def phrases(locale: Locale) -> tuple[str, ...]:
    """Return what receipts of a country say to customers, each once."""
    keys = (each for key in _PHRASES for each in (key, *sorted(OCCASIONAL)) if each.partition(".")[0] == key)
    return tuple(dict.fromkeys(text for key in keys for text in locale.words.get(key, ())))


def _words(texts: Iterable[str]) -> tuple[str, ...]:
    words = dict.fromkeys(word.strip("(),.;:%/") for text in texts for word in text.split())
    return tuple(word for word in words if word and not word.isascii() and not any(map(str.isdigit, word)))


_vocabularies: dict[tuple[object, ...], tuple[str, ...]] = {}
on_forgetting(_vocabularies.clear)
