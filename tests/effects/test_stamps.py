"""Stamps speak the language of the receipt's country."""

from datetime import date, datetime, time, timedelta

import pytest
from warps import dotted_page

from receiptgen.commerce.countries.locales import locale
from receiptgen.core.assets import packaged_names
from receiptgen.core.dice import Dice
from receiptgen.effects import apply_effects
from receiptgen.effects.handling._lettering import in_country, soon_after
from receiptgen.effects.handling.stamp import Stamp, StampDrawn


def drawn(place: str, key: int) -> StampDrawn:
    (step,) = Stamp().draw(Dice(key))
    return Stamp().draw_in_country(step.drawn, locale(place), Dice(key))


@pytest.mark.parametrize("place", packaged_names("locales"))
def test_stamps_say_words_of_the_country_or_a_date_alone(place: str) -> None:
    where = locale(place)
    for key in range(20):
        stamp = drawn(place, key)
        assert stamp.text or stamp.date
        if where.language != "en":
            assert not stamp.text or stamp.text in {where.upper(word) for word in where.stamps or where.words["paid"]}


def test_english_stamps_stay_as_drawn() -> None:
    (step,) = Stamp().draw(Dice(3))
    assert drawn("en_IN", 3) == step.drawn


def test_scripts_that_stamps_can_not_print_have_a_date() -> None:
    assert {drawn("ar_AE", key).text for key in range(20)} == {""}


@pytest.mark.parametrize("place", ["en_MY", "de_DE", "th_TH", "fr_FR"])
def test_dates_of_stamps_and_jottings_follow_the_receipts_soon(place: str) -> None:
    where, day = locale(place), date(2019, 12, 28)
    near = [day + timedelta(days=days) for days in range(15)]
    patterns = [*where.dates, "%d.%m.%Y", "%-d %b %Y"]
    stamped = {where.upper(where.stamp(datetime.combine(each, time()), form)) for each in near for form in patterns}
    for key in range(30):
        (step,) = Stamp(dated=1).draw(Dice(key))
        assert Stamp().draw_in_country(step.drawn, where, Dice(key), day).date in stamped
        jotted = in_country("3/4/17", where, ("hand",), Dice(key), day)
        assert {f"{each.day}/{each.month}/{each:%y}" for each in near} & {jotted, "/".join(jotted.split("/")[::-1])}


def test_no_stamp_is_of_a_day_after_the_last() -> None:
    assert soon_after(date.max, Dice(1)) == date.max


def test_a_page_of_a_country_has_its_stamps() -> None:
    page = dotted_page(1)
    _, (record,) = apply_effects([Stamp()], page, Dice(2), locale("de_DE"))
    assert record["text"] in locale("de_DE").stamps or record["date"]
