"""Values letter by letter as a page prints them."""

from dataclasses import replace

import pytest
from samples import receipt

from receiptgen.imaging.sample import Sample
from receiptgen.writers._printed import printed_date, printed_number, printed_texts


def saying(*fields: tuple[str, tuple[str, ...]], **values: object) -> Sample:
    """Return a receipt with a field a line that says some of its values."""
    sample = receipt(rows=[[(text, "text", -1)] for text, _ in fields])
    return replace(sample, values=values, printed=tuple(paths for _, paths in fields))


@pytest.mark.parametrize(
    ("text", "time", "date"),
    [
        ("18/08/2019 15:26", "15:26", "18/08/2019"),
        ("18 AUG 2018 03:26:11 PM", "15:26:11", "18 AUG 2018"),
        ("Aug 18, 2018 12:05 am", "00:05", "Aug 18, 2018"),
        ("10. 12. 2012 9.05", "09:05", "10. 12. 2012"),
        ("30.9.2025 klo 9.05", "09:05", "30.9.2025"),
        ("30/09/2560 18:36 น.", "18:36", "30/09/2560"),
        ("2023年11月19日(日) 18時36分", "18:36", "2023年11月19日(日)"),
        ("10.05.2025 10.05", "10:05", "10.05.2025"),
        ("26-01-19 15h26", "15:26", "26-01-19"),
    ],
)
def test_a_date_is_told_from_the_time_behind_it(text: str, time: str, date: str) -> None:
    assert printed_date(saying((text, ("date", "time")), time=time)) == date


def test_a_date_by_itself_is_taken_whole() -> None:
    assert printed_date(saying(("Tue 18 Aug 2018", ("date",)))) == "Tue 18 Aug 2018"
    assert printed_date(saying(("TOTAL", ()))) == ""


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("RM12.40", "12.40"),
        ("1.234,50 €", "1.234,50"),
        ("8 100 Ft", "8 100"),
        ("$-3.10", "-3.10"),
        ("0,50-", "0,50-"),
        ("CHF 1'041.29", "1'041.29"),
        ("١٢٫٥٠ د.إ", "١٢٫٥٠"),
        ("free", ""),
    ],
)
def test_an_amount_is_printed_without_its_sign(text: str, number: str) -> None:
    assert printed_number(saying((text, ("total",)), total="1"), "total") == number


def test_a_label_in_a_field_is_no_part_of_its_value() -> None:
    sample = saying(("TEL: 03-5542", ("phone",)), phone="03-5542")
    assert printed_texts(sample, "phone") == ["03-5542"]


def test_a_text_that_wraps_is_joined_and_one_that_is_printed_twice_counts_once() -> None:
    fields = [("The Long", ("name",)), ("Name Ltd", ("name",)), ("The Long Name Ltd", ("name",))]
    assert printed_texts(saying(*fields, name="The Long Name Ltd"), "name") == ["The Long", "Name Ltd"]


def test_entries_of_a_list_come_in_order_one_field_or_several() -> None:
    sample = saying(("1 High St, York", ("address.0", "address.1")), address=["1 High St", "York"])
    assert printed_texts(sample, "address") == ["1 High St, York"]
