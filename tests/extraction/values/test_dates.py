"""Dates and times as receipts print them, read back."""

from datetime import date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from receiptgen.commerce.countries.locales import locale
from receiptgen.extraction.values.dates import parse_date, parse_time


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("25/12/2018", date(2018, 12, 25)), ("Date: 12 MAR 2018", date(2018, 3, 12)), ("MAR 5, 2018", date(2018, 3, 5)),
        ("2018-03-12", date(2018, 3, 12)), ("O5/O1/2O18", date(2018, 1, 5)), ("27 Okt 2017", date(2017, 10, 27)),
        ("20180312", date(2018, 3, 12)), ("12MAR18", date(2018, 3, 12)), ("5 DEC'17", date(2017, 12, 5)),
        ("25/ 12/ 2018", date(2018, 12, 25)), ("-REG #19- 21/03/2018 19:53", date(2018, 3, 21)),
        ("25/12-2018", date(2018, 12, 25)), ("25/12.18", date(2018, 12, 25)),
        ("Jun 15 12:47:59 2011", date(2011, 6, 15)), ("16/05/22/15:01:03", date(2022, 5, 16)),
        ("ThuAug09,2012", date(2012, 8, 9)), ("Tuesday,March27th2018", date(2018, 3, 27)),
        ("ThuAug09,20l2", date(2012, 8, 9)), ("12 Mar 20I8", date(2018, 3, 12)),
        ("JAN24'13 5:17PM", date(2013, 1, 24)), ("Tuesday. Karch 27th 2018", date(2018, 3, 27)),
        ("5. Febrvar 2019", date(2019, 2, 5)), ("27/01/2561", date(2018, 1, 27)),
    ],
)  # fmt: skip
def test_dates_are_read_in_all_forms(text: str, day: date) -> None:
    found = parse_date(text)
    assert found is not None
    assert found.day == day


@pytest.mark.smoke
def test_a_date_of_two_readings_tells_both() -> None:
    days, months = parse_date("05/03/2018"), parse_date("05/03/2018", month_first=True)
    assert days
    assert months
    assert (days.day, days.other) == (date(2018, 3, 5), date(2018, 5, 3))
    assert (months.day, months.other) == (date(2018, 5, 3), date(2018, 3, 5))
    # No month has the number 25.
    sure = parse_date("05/25/2018")
    assert sure
    assert (sure.day, sure.other) == (date(2018, 5, 25), None)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2018. \u00e1pr. 1.", date(2018, 4, 1)), ("25. marraskuuta 2018", date(2018, 11, 25)),
        ("25/1 2018", date(2018, 1, 25)), ("mar 25/09/2018", date(2018, 9, 25)),
        ("mar 25 2018", date(2018, 3, 25)), ("mar-25-18", date(2018, 3, 25)),
        ("12 \u043d\u043e\u044f\u0431\u0440\u044f 2024", date(2024, 11, 12)),
        ("5 \u039c\u03b1\u0390\u03bf\u03c5 2023", date(2023, 5, 5)),
        ("2018\u5e741\u670825\u65e5", date(2018, 1, 25)), ("2018\ub144 1\uc6d4 25\uc77c", date(2018, 1, 25)),
    ],
)  # fmt: skip
def test_names_of_months_and_days_of_the_week_are_told_apart_in_all_countries(text: str, day: date) -> None:
    found = parse_date(text)
    assert found
    assert found.day == day


@pytest.mark.parametrize(
    "text",
    [
        "",
        "99/99/99",
        "03-2284 5028",
        "12.50",
        "SUBTOTAL 22.04",
        "DISCOUNT 10,25",
        "10:34",
        "1234567890",
        "1 @ 2/ 1.00",
        "1-02-7-15-002500",
        "7-15-02-1",
        "7 sundae 20",
    ],
)
def test_what_is_no_date_is_none(text: str) -> None:
    assert parse_date(text) is None


@pytest.mark.parametrize(
    ("text", "clock"),
    [("10:34", time(10, 34)), ("3:04PM", time(15, 4)), ("12:05 a.m.", time(0, 5)), ("14h11", time(14, 11)),
     ("18.57", time(18, 57)), ("23:59:59", time(23, 59, 59))],
)  # fmt: skip
def test_times_are_read_in_all_forms(text: str, clock: time) -> None:
    found = parse_time(text)
    assert found is not None
    assert found[0] == clock


@given(
    moment=st.datetimes(datetime(2000, 1, 1), datetime(2049, 12, 31)),
    name=st.sampled_from([
        "en_US", "de_DE", "en_MY", "fr_FR", "pl_PL", "cs_CZ", "tr_TR", "pt_BR", "da_DK", "hu_HU", "sv_SE", "fr_BE",
        "it_IT", "fi_FI", "zh_CN", "ko_KR",
    ]),
)  # fmt: skip
def test_what_a_country_prints_is_read_back(moment: datetime, name: str) -> None:
    country = locale(name)
    # A year of two digits in front looks like a day.
    for pattern in (pattern for pattern in country.dates if not pattern.startswith("%y")):
        found = parse_date(country.stamp(moment, pattern), month_first=name == "en_US")
        assert found is not None, pattern
        assert moment.date() in {found.day, found.other}, (pattern, found)
