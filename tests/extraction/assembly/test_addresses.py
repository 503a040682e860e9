"""Rows of an address, by the words of a page."""

import pytest

from receiptgen.extraction.assembly.merchants import merchant_of
from tests.support.scored_pages import scored_page

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
