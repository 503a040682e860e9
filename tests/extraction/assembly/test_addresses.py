"""Rows of an address, by the words of a page."""

import pytest

from receiptgen.extraction.assembly.merchants import merchant_of
from receiptgen.extraction.labelling.roles import ROLE_NUMBERS
from tests.support.scored_pages import scored, scored_page

NAME = "Corner~merchant.legal_name Shop~merchant.legal_name Ltd~merchant.legal_name"
STREET = "1~merchant.address High~merchant.address Street~merchant.address"
TOWN = "Big~merchant.address Town~merchant.address"


def rows(*page: str) -> list[str]:
    return [line.value for line in merchant_of(scored_page(*page, apart=False)).address]


@pytest.mark.smoke
@pytest.mark.parametrize(
    "below",
    [
        "Site~label :~label 2365~merchant.address",
        "Site:2591~merchant.address",
        "me@shop.com~merchant.address",
        "VE05:~merchant.address Smith~merchant.address",
    ],
)
def test_a_value_below_an_address_is_no_part_of_it(below: str) -> None:
    assert rows(NAME, STREET, TOWN, below) == ["1 High Street", "Big Town"]


def test_a_number_in_the_cell_of_a_name_is_no_part_of_it() -> None:
    assert rows(f"99~merchant.address {NAME}", STREET) == ["1 High Street"]


def test_a_street_may_begin_with_a_number_and_its_label() -> None:
    assert rows(NAME, f"NO:~label {STREET}", TOWN) == ["NO: 1 High Street", "Big Town"]


def test_a_telephone_may_follow_in_the_row() -> None:
    assert rows(NAME, STREET, f"{TOWN} Tel~label 0123~merchant.phone") == ["1 High Street", "Big Town"]


def test_a_row_between_two_belongs_to_both_unless_it_says_something_else() -> None:
    assert rows(NAME, STREET, "Off Market Road", TOWN) == ["1 High Street", "Off Market Road", "Big Town"]
    assert rows(NAME, STREET, "GST~label 12-34~merchant.tax_ids.number", TOWN) == ["1 High Street"]


def test_a_row_below_that_was_taken_for_a_name_belongs_to_it_but_for_a_company() -> None:
    below = "Royal~merchant.name County~merchant.name"
    assert rows(NAME, STREET, TOWN, below) == ["1 High Street", "Big Town", "Royal County"]
    assert rows(STREET, TOWN, NAME) == ["1 High Street", "Big Town"]


def test_of_two_addresses_that_below_the_name_is_the_shops() -> None:
    buyer = ("To~label Somebody~other", "2~merchant.address Long~merchant.address Road~merchant.address", TOWN, TOWN)
    assert rows(NAME, STREET, "Invoice~label 7~invoice", "a", "b", *buyer) == ["1 High Street"]


def test_what_follows_in_the_cell_is_a_place_and_no_name() -> None:
    follows = f"{STREET} Batu~merchant.name Village~merchant.branch"
    assert rows(NAME, follows, TOWN) == ["1 High Street Batu Village", "Big Town"]


@pytest.mark.parametrize(
    ("read", "value"), [("4330O", "43300"), ("438OO", "43800"), ("O5-O1", "O5-O1"), ("OOOH", "OOOH")]
)
def test_noughts_in_numbers_are_written_as_such(read: str, value: str) -> None:
    assert rows(NAME, STREET, f"{read}~merchant.address {TOWN}") == ["1 High Street", f"{value} Big Town"]


def test_the_house_above_that_was_taken_for_a_name_begins_an_address() -> None:
    town = "41150~merchant.address Big~merchant.address Town~merchant.address"
    garden = "Oak~merchant.name Garden~merchant.name"
    labelled = "NO.22~merchant.name High~merchant.name Road~merchant.name 2/4~other"
    assert rows(NAME, labelled, garden, town) == ["NO.22 High Road 2/4", "Oak Garden", "41150 Big Town"]
    assert rows(NAME, "LOT~label PT~label 1138~other High~other Road~other", town)[0] == "LOT PT 1138 High Road"
    assert rows(NAME, "3RD~merchant.legal_name FLR,~merchant.legal_name Oak", town)[0] == "3RD FLR, Oak"
    part = "NO.3~merchant.name &~merchant.name 5,~merchant.address High~merchant.address Road~merchant.address"
    assert rows(NAME, part, town)[0] == "NO.3 & 5, High Road"


@pytest.mark.parametrize(
    "above",
    [
        "99~merchant.legal_name Oak~merchant.legal_name Ltd~merchant.legal_name", "No~label (1234567-X)~other",
        "No~label 12345678~other", "Till No: 7", "3.50 Tea", "12~invoice Oak~other",
        "Oak~merchant.name Garden~merchant.name",
    ],
)  # fmt: skip
def test_other_rows_above_begin_none(above: str) -> None:
    assert rows(NAME, above, TOWN) == ["Big Town"]


def test_nothing_stands_before_the_house() -> None:
    assert rows(NAME, "5~merchant.name Oak~merchant.name", STREET, TOWN) == ["1 High Street", "Big Town"]
    # The first row is of a name.
    assert rows("12~merchant.name Oaks~merchant.name", TOWN) == ["Big Town"]


def test_a_row_that_is_likely_a_street_stands_above_a_postcode() -> None:
    street = "High~merchant.name Street~merchant.address"
    town = "41150~merchant.address Big~merchant.address Town~merchant.address"
    page = scored_page(NAME, street, town, apart=False)
    shares = page.shares.copy()
    shares[3:5] = shares[0]
    shares[4, ROLE_NUMBERS["merchant.address"]] = 0.6
    assert [line.value for line in merchant_of(scored(list(page.words), shares)).address] == [
        "High Street",
        "41150 Big Town",
    ]


def test_a_stray_character_before_a_house_is_none_of_it_if_it_was_read_with_doubt() -> None:
    page = scored_page(NAME, f"s.~merchant.address {STREET}", TOWN, apart=False)
    words = [word._replace(confidence=0.6 if word.text == "s." else 1.0) for word in page.words]
    lines = [line.value for line in merchant_of(scored(words, page.shares)).address]
    assert lines == ["1 High Street", "Big Town"]
    assert next(line.value for line in merchant_of(page).address) == "s. 1 High Street"


@pytest.mark.parametrize("country", ["Malaysia", "MALAYSIA.", "United Kingdom", "U.S.A."])
def test_an_address_ends_with_its_country(country: str) -> None:
    last = " ".join(f"{word}~merchant.address" for word in country.split())
    mall = "Oak~merchant.address Mall~merchant.address"
    assert rows(NAME, STREET, f"{TOWN} {last}", mall) == ["1 High Street", f"Big Town {country}"]


def test_a_label_that_looks_like_a_town_ends_it() -> None:
    below = "Mobile~merchant.address :~label 012~merchant.phone"
    assert rows(NAME, STREET, TOWN, below) == ["1 High Street", "Big Town"]


def test_a_postcode_may_stand_below_by_itself() -> None:
    assert rows(NAME, STREET, TOWN, "47301~merchant.phone") == ["1 High Street", "Big Town", "47301"]
    town = f"{TOWN} 41150~merchant.address"
    assert rows(NAME, STREET, town, "47301~merchant.phone") == ["1 High Street", "Big Town 41150"]
    assert rows(NAME, STREET, TOWN, "473010123~merchant.phone") == ["1 High Street", "Big Town"]


def test_a_company_below_has_the_number_of_its_register_below_it() -> None:
    owner = "Oak~merchant.legal_name Servport~merchant.legal_name"
    number = "Co.~label No:~label 948487-V~merchant.company_ids.number"
    assert rows(NAME, STREET, TOWN, owner, number) == ["1 High Street", "Big Town"]
    assert rows(NAME, STREET, TOWN, owner)[-1] == "Oak Servport"
    # After its postcode, and with its country, it is a town.
    postcode = f"{TOWN} 41150~merchant.address"
    assert rows(NAME, STREET, postcode, owner, number)[-1] == "Oak Servport"
    country = "Oak~merchant.name Malaysia~merchant.name"
    assert rows(NAME, STREET, TOWN, country, number)[-1] == "Oak Malaysia"


def test_words_before_those_of_an_address_in_a_row_between_belong_to_it() -> None:
    between = "Oak~merchant.name Garden,~merchant.name Off~merchant.address Market~merchant.address"
    assert rows(NAME, STREET, between, TOWN) == ["1 High Street", "Oak Garden, Off Market", "Big Town"]


def test_a_word_below_a_name_is_no_address_beside_a_whole_one() -> None:
    page = (
        NAME,
        STREET,
        TOWN,
        "a",
        "b",
        "c",
        "d",
        "Oak~merchant.legal_name Inc~merchant.legal_name",
        "7~merchant.address",
    )
    assert rows(*page) == ["1 High Street", "Big Town"]
