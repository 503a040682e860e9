"""Years of eras, as Japan and Thailand print them."""

from datetime import date, datetime

import pytest

from receiptgen.commerce.countries.eras import Era, era_of
from receiptgen.commerce.countries.locales import locale


@pytest.mark.parametrize(
    ("day", "printed"),
    [
        (datetime(2025, 11, 29), "令和7年11月29日"),
        (datetime(2019, 5, 1), "令和1年5月1日"),
        (datetime(2019, 4, 30), "平成31年4月30日"),
        (datetime(1989, 1, 7), "昭和64年1月7日"),
    ],
)
def test_an_era_begins_on_its_first_day(day, printed):
    assert locale("ja_JP").stamp(day, "%EC%Ey年%-m月%-d日") == printed


def test_years_of_buddha_are_543_more():
    assert locale("th_TH").stamp(datetime(2025, 11, 29), "%d/%m/%Ey") == "29/11/2568"


def test_a_country_without_eras_has_the_usual_year():
    assert locale("en_GB").stamp(datetime(2025, 11, 29), "%EC%Ey") == "2025"


def test_a_day_before_all_eras_has_the_usual_year():
    assert era_of(date(1900, 1, 1), (Era(name="昭和", since=date(1926, 12, 25)),)) == ("", 1900)
