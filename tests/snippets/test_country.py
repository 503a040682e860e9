"""Snippets of countries with a script of their own say what the country says, unless their settings say otherwise."""

import pytest
from snippet_kinds import draws

from receiptgen.commerce.countries.locales import locale
from receiptgen.commerce.countries.vocabulary import phrases, vocabulary

COUNTRIES = ["ru_RU", "ja_JP", "he_IL", "th_TH"]
every_country = pytest.mark.parametrize("country", COUNTRIES)


@every_country
def test_random_characters_are_letters_of_the_country_digits_and_signs(country):
    place = locale(country)
    chars = set("".join(draws("word", 100, country) + draws("char", 100, country)))
    assert chars & set(place.letters)
    assert not [char for char in chars if char.isalpha() and char not in place.letters]


@every_country
def test_words_are_those_of_the_countrys_goods_and_towns(country):
    known = {word.casefold() for word in vocabulary(locale(country))}
    said = {word.casefold() for text in draws("act_word", 60, country) for word in text.split()}
    assert said <= known


@every_country
@pytest.mark.parametrize("kind", ["totL", "totR", "tax", "priceL", "priceR", "price"])
def test_labels_and_amounts_are_the_countrys(kind, country):
    place = locale(country)
    texts = draws(kind, 60, country)
    assert all(place.currency.sign in text for text in texts)
    key = {"tot": "total", "tax": "tax"}.get(kind[:3])
    if key:
        words = [word.casefold().strip("()") for word in place.words[key]]
        assert all(any(word in text.casefold() for word in words) for text in texts)


def test_amounts_are_of_the_size_that_is_usual_in_the_currency():
    texts = draws("price_left", 200, "ja_JP")
    values = [int(text.removeprefix("¥").replace(",", "")) for text in texts]
    assert min(values) >= 1
    assert max(values) > 20_000


@every_country
def test_dates_and_times_are_printed_as_the_country_does(country):
    place = locale(country)
    shapes = {len(text) for text in draws("date", 100, country)}
    assert shapes
    assert not any(
        " PM" in text for text in draws("time", 100, country) if not any("%p" in each for each in place.times)
    )


def test_phrases_are_those_of_the_country():
    assert set(draws("file", 60, "ko_KR")) <= set(phrases(locale("ko_KR")))


def test_a_setting_goes_before_the_country():
    assert set("".join(draws("word", 40, "ru_RU", charset="abc"))) <= set("abc")
    assert all("$" in text for text in draws("price", 20, "ru_RU", signs={"$": 1}))
    assert all(text.startswith("Sum") for text in draws("totL", 20, "ru_RU", labels={"Sum": 1}, cases={"kept": 1}))


def test_countries_of_latin_script_have_the_usual_settings():
    assert all(text.isascii() for text in draws("act_word", 40, "de_DE"))


def test_capitals_of_words_are_the_countrys():
    greek = "".join(draws("priceR", 80, "el_GR", cases={"upper": 1}))
    assert set(greek) & set("ΣΩΔ")
    assert not set(greek) & set("ΆΈΉΊΌΎΏ")
    assert draws("price", 3, "el_GR")[0].count("€") == 1
