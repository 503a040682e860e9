"""Businesses have the numbers and web addresses of their country."""

import pytest

from receiptgen.commerce import basket
from receiptgen.commerce.basket import BasketSpec
from receiptgen.commerce.countries.locales import locale
from receiptgen.commerce.trade.merchants import draw_merchant, draw_person, host_of, slug
from receiptgen.commerce.trade.rides import in_town
from receiptgen.commerce.trade.shops import shop_type
from receiptgen.core.assets import packaged_names
from receiptgen.core.dice import Dice


@pytest.mark.parametrize(
    ("name", "place", "spelled"),
    [
        ("Bäckerei Süß", "de_DE", "baeckereisuess"),
        ("Hotell Öberg", "sv_SE", "hotelloberg"),
        ("Kahvila Mäkelä", "fi_FI", "kahvilamakela"),
        ("Røde Lade", "da_DK", "roedelade"),
        ("Blå Hjørne", "nb_NO", "blahjorne"),
        ("Łódź & Œuf", "fr_FR", "lodzoeuf"),
        ("***", "en_GB", "shop"),
    ],
)
def test_web_addresses_spell_letters_as_their_country_does(name, place, spelled):
    assert slug(name, locale(place).language) == spelled


@pytest.mark.parametrize(("place", "most"), [("sv_SE", "Org"), ("da_DK", "CVR"), ("fi_FI", "Y-")])
def test_the_number_that_the_law_asks_for_is_printed_under_every_scheme(place, most):
    where = locale(place)
    for scheme in where.taxes:
        labels = [draw_merchant(shop_type("cafe"), scheme, Dice(key), where).tax_ids[0].label for key in range(40)]
        assert any(label.casefold().startswith(most.casefold()) for label in labels)


def test_a_number_of_another_tax_is_not_printed():
    malaysia = locale("en_MY")
    for scheme in malaysia.taxes:
        names = {name for rate in scheme.rates.values() for name in rate.parts}
        if names & {"GST", "SST"}:
            label = draw_merchant(shop_type("cafe"), scheme, Dice(1), malaysia).tax_ids[0].label
            assert any(name in label for name in names)


def test_hungarian_names_begin_with_the_surname() -> None:
    country = locale("hu_HU")
    for seed in range(20):
        surname, first = draw_person(Dice(seed), country).split()
        assert surname in country.surnames
        assert first in country.firstnames
    assert country.full_name("", "Nagy") == "Nagy"


@pytest.mark.parametrize("place", ["sv_SE", "da_DK", "fi_FI"])
def test_numbers_that_hold_one_another_agree(place):
    where = locale(place)
    merchants = [draw_merchant(shop_type("cafe"), where.taxes[0], Dice(key), where) for key in range(120)]
    pairs = [merchant.tax_ids for merchant in merchants if len(merchant.tax_ids) > 1]
    assert pairs
    for numbers in pairs:
        first, second = sorted(["".join(filter(str.isdigit, number.number)) for number in numbers], key=len)
        assert second.startswith(first)


@pytest.mark.parametrize(
    ("place", "digits"),
    [("fr_BE", 10), ("fr_FR", 9), ("en_CA", 9), ("it_IT", 11)],
)
def test_tax_and_company_numbers_are_of_one_register(place: str, digits: int) -> None:
    where, told = locale(place), 0
    shared = [number for number in (*where.tax_ids, *where.company_ids) if number.shared]
    of_register = {label for number in shared for label in number.labels}
    for key in range(150):
        merchant = draw_merchant(shop_type("cafe"), where.taxes[0], Dice(key), where)
        numbers = [
            "".join(filter(str.isdigit, one.number))
            for one in (*merchant.tax_ids, *merchant.company_ids)
            if one.label in of_register
        ]
        # The French VAT number has its check before that of the register.
        cut = [number[2:] if place == "fr_FR" and len(number) == 11 else number for number in numbers]
        assert len({number[:digits] for number in cut}) <= 1, (merchant.tax_ids, merchant.company_ids)
        told += len(numbers) > 1
    assert told


@pytest.mark.parametrize("place", ["en_AU", "en_IN", "it_IT", "de_DE", "fr_FR", "en_GB"])
def test_a_business_has_one_number_of_a_kind(place: str) -> None:
    where, twos = locale(place), 0
    for key in range(400):
        merchant = draw_merchant(shop_type("cafe"), where.taxes[0], Dice(key), where)
        for ids in (merchant.tax_ids, merchant.company_ids):
            letters = ["".join(filter(str.isalpha, one.label)).casefold() for one in ids]
            assert len(set(letters)) == len(letters)
            assert not (len(ids) == 2 and {"abn", "rea", "gstin", "piva"}.issuperset(letters)), letters
            twos += len(ids) == 2
    assert twos or place in {"en_AU", "it_IT"}


@pytest.mark.parametrize("place", packaged_names("locales"))
def test_web_addresses_are_those_of_the_business(place):
    where, shop = locale(place), shop_type("restaurant")
    for key in range(25):
        merchant = draw_merchant(shop, where.taxes[0], Dice(key), where)
        host = merchant.url.removeprefix("www.").partition(".")[0]
        parts = where.hosts if isinstance(where.hosts, dict) else {}
        spelled = {
            slug(merchant.name, where.language),
            *(slug(noun, where.language) for noun in where.nouns if noun in merchant.name),
        }
        told = {parts[noun] for noun in parts if noun in merchant.name}
        spelled |= told | {f"{each}-restaurant" for each in told}
        assert host in spelled or (not told and host.startswith("restaurant"))
        assert merchant.email.endswith(f"@{merchant.url.removeprefix('www.')}")


@pytest.mark.parametrize("place", ["en_US", "fr_FR", "ja_JP", "de_DE"])
def test_a_taxi_rides_through_the_town_of_its_business(place: str) -> None:
    country = locale(place)
    towns = {each.town for each in country.places}
    for seed in range(12):
        receipt = basket.draw(BasketSpec(shop="taxi"), Dice(seed), country)
        here = {town for town in towns if any(town in line for line in receipt.merchant.address)}
        for key in ("pickup", "dropoff"):
            spot = str(receipt.facts[key])
            ends = {town for town in towns if spot.endswith(f", {town}") or spot.startswith(town)}
            assert not ends or ends & here


def test_a_street_that_is_called_after_a_town_stays() -> None:
    facts = {"pickup": "12 rue de Paris", "dropoff": "rue de Paris, Lyon", "distance": 3}
    told = in_town(facts, "Nice", locale("fr_FR"))
    assert told == {"pickup": "12 rue de Paris", "dropoff": "rue de Paris, Nice", "distance": 3}


@pytest.mark.parametrize("place", ["ja_JP", "hi_IN", "ko_KR", "zh_CN", "ar_AE", "he_IL", "th_TH"])
def test_web_addresses_spell_surnames_towns_and_nouns(place: str) -> None:
    country = locale(place)
    assert {*country.surnames, *country.nouns} <= set(country.hosts)
    shop = shop_type("supermarket")
    assert host_of(country.surnames[3], shop, Dice(1), country).endswith("-supermarket")
    assert not any(char.isdigit() for char in host_of(country.surnames[3], shop, Dice(1), country))
