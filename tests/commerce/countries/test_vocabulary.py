"""Words and phrases that snippets take from a country."""

import pytest

from receiptgen.commerce.countries.locales import locale
from receiptgen.commerce.countries.shelves import LocalGoods, catalogue
from receiptgen.commerce.countries.vocabulary import phrases, vocabulary
from receiptgen.core.assets import packaged_names

OWN = [name for name in packaged_names("locales") if locale(name).letters]


@pytest.mark.parametrize("name", OWN)
def test_countries_with_their_own_script_have_words_in_it(name):
    words = vocabulary(locale(name))
    assert len(words) >= 300
    assert len(set(words)) == len(words)
    assert not any(word.isascii() or word != word.strip() or " " in word for word in words)


@pytest.mark.parametrize("name", OWN)
def test_phrases_are_those_of_the_foot_of_receipts(name):
    said = phrases(locale(name))
    assert set(locale(name).words["thanks"]) <= set(said)
    assert len(said) == len(set(said)) >= 20


def test_words_are_of_goods_that_the_country_sells():
    india = locale("hi_IN")
    own = {word for text in (*india.nouns, *(place.town for place in india.places)) for word in text.split()}
    word = next(word for word in vocabulary(india) if word not in own)
    names = {good.name for shelf in catalogue("hi").values() for good in shelf.goods if word in good.name}
    other = india.model_copy(update={"goods": LocalGoods(without=tuple(names))})
    assert word not in vocabulary(other)
