"""Stamps speak the language of the receipt's country."""

import pytest
from warps import dotted_page

from receiptgen.commerce.countries.locales import locale
from receiptgen.core.assets import packaged_names
from receiptgen.core.dice import Dice
from receiptgen.effects import apply_effects
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


def test_a_page_of_a_country_has_its_stamps() -> None:
    page = dotted_page(1)
    _, (record,) = apply_effects([Stamp()], page, Dice(2), locale("de_DE"))
    assert record["text"] in locale("de_DE").stamps or record["date"]
