"""Words and phrases that snippets take from a country."""

import pytest

from receiptgen.commerce.countries.locales import locale
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
