"""Ranges of days."""

from datetime import date

import pytest

from receiptgen.core.days import Days
from receiptgen.core.dice import Dice


def test_days_that_two_ranges_share():
    spring = Days(date(2026, 3, 1), date(2026, 5, 31))
    assert spring.overlap(Days.of_years(2020, 2025)) is None
    assert spring.overlap(Days.of_years(2026, 2027)) == spring
    assert spring.overlap(Days.parse("2026-01-01..2026-03-01")) == Days.parse("2026-03-01")


def test_both_ends_belong_to_a_range_and_are_drawn():
    days = Days.parse("2024-02-28..2024-03-01")
    drawn = {days.draw(Dice(key)) for key in range(60)}
    assert drawn == {date(2024, 2, 28), date(2024, 2, 29), date(2024, 3, 1)}
    assert all(day in days for day in drawn)
    assert date(2024, 3, 2) not in days


@pytest.mark.parametrize("text", ["2024-13-01", "2024-03-01..2024-02-01", "spring"])
def test_what_is_no_range_of_days_is_refused(text):
    with pytest.raises(ValueError, match=r"day|ends before"):
        Days.parse(text)
