"""Numbers of houses by which rows are known, and what is mended in them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from receiptgen.extraction.assembly.house_numbers import (
    begins_with_house,
    begins_with_label,
    begins_with_postcode,
    ends_with_postcode,
    with_true_signs,
)

LABELLED = [
    "NO.22 Oak Road", "No: 28,Oak Road", "NO 7. Oak Road", "Lot PT 1138 ,PT 33122", "LOT P.T. 2811, Oak", "PT17920 Oak",
    "Lot F15, Oak Mall", "Unit L1-044B, Oak", "LOT NO. G23, Oak", "Level 6, Oak House", "Nos 3 & 5, Oak Road",
    "Lot 2110&2111",
]  # fmt: skip
BARE = ["22, Oak Road", "18,Oak Road", "5-7, Oak Road", "B-8, Oak Road", "3RD FLR, Oak", "12 Oak Road", "221B Oak Road"]
OTHERS = [
    "41150 Big Town", "8466 Oak Road", "10:00 am", "12.50 Tea", "2 x Tea", "No 0312345678", "Tel 0312345678", "7-OAKS",
    "(JM0840871-W)", "Noble 3", "Shop", "03-6258 7191", "12", "3 am",
]  # fmt: skip


@pytest.mark.smoke
@pytest.mark.parametrize("text", LABELLED)
def test_a_number_after_a_word_for_it_begins_an_address(text: str) -> None:
    assert begins_with_label(text)
    assert begins_with_house(text)


@pytest.mark.parametrize("text", BARE)
def test_a_short_number_before_a_name_begins_an_address(text: str) -> None:
    assert begins_with_house(text)
    assert not begins_with_label(text)


@pytest.mark.parametrize("text", OTHERS)
def test_other_numbers_do_not(text: str) -> None:
    assert not begins_with_house(text)


def test_postcodes_stand_before_a_town_or_at_the_end() -> None:
    assert begins_with_postcode("41150 Big Town")
    assert ends_with_postcode("Oak Garden, 41050")
    assert not any(map(begins_with_postcode, ("8466 Oak Road", "41150", "Big Town 41150")))
    assert not any(map(ends_with_postcode, ("Unit 12", "41050 Big Town", "A41050")))


@pytest.mark.parametrize(
    ("read", "written"),
    [
        ("NO. 31G833G, Oak Road", "NO. 31G&33G, Oak Road"), ("NO.113G 8 115G Oak", "NO.113G & 115G Oak"),
        ("NO 19-G&19-1819-2 Oak", "NO 19-G&19-1&19-2 Oak"), ("No.3 8 5, Oak", "No.3 & 5, Oak"),
        ("No. 89891, Oak Road", "No. 89&91, Oak Road"), ("Lot 211082111 Oak", "Lot 2110&2111 Oak"),
        ("LOT 1851-A & 1851-8, Oak", "LOT 1851-A & 1851-B, Oak"),
        ("4330O Town", "43300 Town"), ("475\u00d3O Town", "47500 Town"), ("Unit L1-O44B", "Unit L1-044B"),
    ],
)  # fmt: skip
def test_signs_and_letters_of_numbers_are_written_as_they_are(read: str, written: str) -> None:
    assert with_true_signs(read) == written


@pytest.mark.parametrize(
    "text",
    [
        "50850 Big Town", "No 183, Oak Road", "No. 89895, Oak Road", "31G835H", "3 8 9, Oak", "12 8 Oak", "O5-O1",
        "OOOH",
        "Lot 1851-A & 1852-8", "Lot 1851-C & 1851-8", "Lot 1851-1 & 1851-8", "No. 12814281", "Lot 08809",
    ],
)  # fmt: skip
def test_numbers_that_may_be_right_stay(text: str) -> None:
    assert with_true_signs(text) == text


@given(st.integers(10, 9998), st.sampled_from(["", "A", "G"]), st.integers(1, 2))
def test_neighbouring_houses_are_told_apart(house: int, letter: str, step: int) -> None:
    if len(str(house)) != len(str(house + step)):
        return
    read = f"No. {house}{letter}8{house + step}{letter}, Oak Road"
    assert with_true_signs(read) == f"No. {house}{letter}&{house + step}{letter}, Oak Road"
    assert with_true_signs(with_true_signs(read)) == with_true_signs(read)
