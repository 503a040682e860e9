"""Date, time and numbers of a receipt."""

from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from receiptgen.extraction.assembly.moments import date_of, number_of, time_of
from receiptgen.extraction.labelling.roles import ROLE_NUMBERS
from receiptgen.extraction.labelling.scored_words import ScoredWords
from tests.support.scored_pages import scored_page


@pytest.mark.smoke
def test_date_and_time_of_a_row_are_told_by_their_words() -> None:
    page = scored_page("SHOP", "Date:~label 31/01/18~date 1:29~time PM")
    day, note = date_of(page)
    moment = time_of(page)
    assert day
    assert moment
    assert (day.value, day.words, note) == ("2018-01-31", (2,), "")
    assert (moment.value, moment.words) == ("13:29:00", (3, 4))
    assert date_of(scored_page("SHOP")) == (None, "")
    assert time_of(scored_page("SHOP")) is None


@given(day=st.dates(date(2000, 1, 1), date(2039, 12, 31)), moment=st.times())
def test_what_is_printed_is_read_back(day: date, moment: time) -> None:
    clock = moment.replace(microsecond=0)
    page = scored_page(f"{day:%d.%m.%Y}~date {clock:%H:%M:%S}~time")
    read, _ = date_of(page)
    hour = time_of(page)
    assert read
    assert hour
    assert (read.date, hour.time) == (day, clock)


def test_a_date_of_several_words_has_them_all() -> None:
    day, _ = date_of(scored_page("Date~label 8~date Jan~date 2018,~date 13h29~time"))
    assert day
    assert (day.value, day.words) == ("2018-01-08", (1, 2, 3))


@pytest.mark.parametrize(
    ("month_first", "value", "note"),
    [
        (0.02, "2018-01-08", ""), (0.98, "2018-08-01", ""), (0.4, "2018-01-08", "date 08/01/18: may be 2018-08-01"),
        (0.6, "2018-08-01", "date 08/01/18: may be 2018-01-08"),
    ],
)  # fmt: skip
def test_the_network_tells_the_order_and_doubt_is_noted(month_first: float, value: str, note: str) -> None:
    day, told = date_of(scored_page("08/01/18~date", month_first=month_first))
    assert day
    assert (day.value, told) == (value, note)
    assert (day.confidence < 0.7) == bool(note)


@pytest.mark.parametrize(
    ("row", "value"),
    [
        ("31/01/18 13:29", "2018-01-31"), ("1 Date: 31/01/18", "2018-01-31"), ("Fecha : 31/01/18", "2018-01-31"),
        ("Return by 31/01/18", None), ("Expiry date 31/01/18", None),
    ],
)  # fmt: skip
def test_where_no_word_may_be_a_date_rows_that_begin_with_one_or_name_one_tell_it(row: str, value: str | None) -> None:
    # What is likeliest says no date.
    day, _ = date_of(scored_page("SHOP", "53/71~date 6789", row, share=0.999))
    assert (day and day.value) == value


def test_of_two_dates_the_surer_is_taken_and_of_those_alike_the_first() -> None:
    rows = "31/01/18~date", "28/02/19~date"
    first, _ = date_of(scored_page(*rows))
    second, _ = date_of(scored_page("Due 31/01/18", "28/02/19~date"))
    assert first
    assert second
    assert (first.value, second.value) == ("2018-01-31", "2019-02-28")


def test_numbers_are_told_without_what_stands_round_them() -> None:
    page = scored_page("No~label #A85958:~number", "Invoice~label INV~invoice 7~invoice")
    number, invoice = number_of(page, "number"), number_of(page, "invoice")
    assert number
    assert invoice
    assert (number.value, number.text, invoice.value) == ("A85958", "#A85958:", "INV 7")
    assert number_of(scored_page("SHOP"), "number") is None


def test_a_sign_alone_is_told_as_it_is() -> None:
    number = number_of(scored_page("No #~number"), "number")
    assert number
    assert number.value == "#"


def test_a_row_that_begins_with_a_date_is_taken_where_no_word_is_told_to_be_one() -> None:
    page = scored_page("Due 31/12/2018", "25/12/2018 10:34")
    shares = page.shares.copy()
    shares[:, ROLE_NUMBERS["date"]] = 0.001
    day, _ = date_of(ScoredWords(page.words, shares, page.starts, page.month_first))
    assert day
    assert (day.value, day.text) == ("2018-12-25", "25/12/2018")


@pytest.mark.parametrize(
    ("row", "value"),
    [
        ("TEA 8.40~time", ""), ("8.40~time", ""), ("TEA 007874223023 F 0.38~time N", ""), ("TEA 8:40~time", "08:40:00"),
        ("Time 8.40~time", "08:40:00"), ("8.40~time Uhr", "08:40:00"), ("kl. 8.40~time", "08:40:00"),
        ("31.01.2018~date 8.40~time", "08:40:00"), ("8.40~time PM", "20:40:00"), ("08.40.12~time", "08:40:12"),
    ],
)  # fmt: skip
def test_a_time_with_a_point_needs_a_sign_that_it_is_no_price(row: str, value: str) -> None:
    found = time_of(scored_page(row))
    assert (found.value if found else "") == value
