"""Names of goods are shortened as the cash registers of their country do."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from receiptgen.commerce.countries.abbreviations import Abbreviations
from receiptgen.commerce.countries.locales import locale
from receiptgen.commerce.countries.shelves import catalogue, catalogue_of
from receiptgen.commerce.trade.till_names import till_name
from receiptgen.core.assets import packaged_names
from receiptgen.core.dice import Dice
from receiptgen.core.distributions import Weights

seeds = st.integers(0, 2**64 - 1)
VOWELLESS = Abbreviations()


def shortened(place: str, name: str, length: int, count: int = 60) -> set[str]:
    """Return the short names that cash registers of a country give."""
    return {till_name(name, length, Dice(seed), locale(place).abbreviations) for seed in range(count)}


@pytest.mark.smoke
def test_names_lose_vowels_and_keep_the_size() -> None:
    names = {till_name("CHICKEN BREAST 500G", 20, Dice(seed), VOWELLESS) for seed in range(40)}
    assert "CHKN BRST 500G" in names
    assert all(name.endswith(" 500G") for name in names)
    assert "PANNA COTTA" in {till_name("PANNA COTTA", 20, Dice(seed), VOWELLESS) for seed in range(3)}


@pytest.mark.parametrize(
    ("place", "name", "length", "printed"),
    [
        ("de_DE", "Frische Vollmilch 3,5% 1L", 20, "fr. Vollm. 3,5% 1L"),
        ("de_DE", "Deutscher Spargel weiß", 18, "Deutsch. Sparg. wß"),
        ("fr_FR", "YAOURT NATURE SANS SUCRE", 18, "YRT NAT. S/ SUCRE"),
        ("it_IT", "PROSCIUTTO COTTO SENZA GLUTINE", 24, "PROSC. COTTO S/ GLUT."),
        ("es_ES", "LECHE ENTERA SIN LACTOSA", 20, "LECHE ENT. S/ LACT"),
        ("ru_RU", "МАСЛО СЛИВОЧНОЕ БЕЗ СОЛИ", 20, "МАСЛО СЛИВ. Б/ СОЛИ"),
        ("en_US", "CHICKEN NOODLE SOUP", 18, "CHKN NDL SOUP"),
        ("id_ID", "BERAS PANDAN WANGI 5KG", 18, "BRS PNDN WNG 5KG"),
    ],
)
def test_words_are_shortened_as_in_their_country(place: str, name: str, length: int, printed: str) -> None:
    assert printed in shortened(place, name, length)


@pytest.mark.parametrize("place", ["de_DE", "fr_FR", "pl_PL", "ru_RU", "it_IT"])
def test_countries_that_cut_words_drop_no_vowels(place: str) -> None:
    where = locale(place)
    assert "consonants" not in where.abbreviations.shortenings
    kept = {"".join(char for char in word if char.isalpha()) for word in where.abbreviations.words.values()}
    for good in catalogue(catalogue_of(where.language))["supermarket"].goods[:20]:
        words = good.name.split()
        for short in shortened(place, good.name, 14, 5):
            for part in (part.strip(".") for part in short.split()):
                assert any(word.startswith(part) for word in words) or "".join(filter(str.isalpha, part)) in kept


@pytest.mark.parametrize("place", ["ja_JP", "ko_KR", "zh_CN", "th_TH"])
def test_scripts_without_vowels_to_drop_are_cut_only(place: str) -> None:
    where = locale(place)
    for good in catalogue(catalogue_of(where.language))["supermarket"].goods[:20]:
        assert shortened(place, good.name, 40, 3) == {good.name}


def test_names_that_fit_are_left_alone_where_registers_are_sparing() -> None:
    assert shortened("de_DE", "Erdbeerjoghurt 150g", 24) == {"Erdbeerjoghurt 150g"}
    assert len(shortened("en_US", "STRAWBERRY YOGURT 150G", 24)) > 1


@given(
    st.text(st.characters(codec="latin-1", categories=["Lu", "Ll", "Zs"]), min_size=1),
    st.integers(1, 40),
    seeds,
    st.sampled_from([locale(name).abbreviations for name in packaged_names("locales")]),
)
@settings(max_examples=60)
def test_names_never_exceed_their_length(name: str, length: int, seed: int, habits: Abbreviations) -> None:
    assert len(till_name(name, length, Dice(seed), habits)) <= length


def test_a_name_of_words_that_are_left_out_alone_stays() -> None:
    habits = Abbreviations(shortenings=Weights(whole=1.0), words={"de": ""})
    assert till_name("DE", 10, Dice(0), habits) == "DE"


@pytest.mark.parametrize(
    ("name", "length", "printed"),
    [
        ("स्पेशल थाली", 6, "स्पेशल थाली"),
        ("स्पेशल थाली", 5, "स्पेशल था"),
        ("स्पेशल थाली", 4, "स्पेशल"),
        ("स्पेशल थाली", 1, "स्पे"),
        ("น้ำแข็งเปล่า", 4, "น้ำแข็ง"),
        ("牛乳 1000ML", 10, "牛乳 1000ML"),
    ],
)
def test_names_of_scripts_without_capitals_are_cut_between_what_readers_see_as_characters(name, length, printed):
    assert till_name(name, length, Dice(1), VOWELLESS) == printed
