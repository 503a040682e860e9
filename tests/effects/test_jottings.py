"""What is written on receipts by hand is in the language of the country."""

import re

import pytest

from receiptgen.commerce.countries.locales import locale
from receiptgen.core.dice import Dice
from receiptgen.effects.handling._lettering import WORDING, face_for, in_country
from receiptgen.effects.handling.handwriting import Handwriting
from receiptgen.effects.handling.label import Label

HANDS = ("handwriting",)


@pytest.mark.parametrize("place", ["de_DE", "fr_FR", "es_CL", "pl_PL", "tr_TR", "en_US"])
def test_notes_are_those_of_the_country(place: str) -> None:
    country = locale(place)
    assert country.jottings
    for seed in range(20):
        said = in_country(WORDING["note"](Dice(seed)), country, HANDS, Dice(seed))
        assert said in country.jottings
        assert face_for(said, HANDS, Dice(seed)) is not None


def test_letters_that_no_hand_writes_leave_the_drawn_note() -> None:
    assert in_country("lunch", locale("th_TH"), HANDS, Dice(1)) in {"lunch", *locale("th_TH").words["paid"]}
    assert in_country("lunch", locale("en_MY"), HANDS, Dice(1)) == "lunch"


@pytest.mark.parametrize(
    ("place", "text", "said"),
    [
        ("en_US", "23/12/17", "12/23/17"), ("de_DE", "23.12.17", "23.12.17"), ("ja_JP", "3-1-20", "20-1-3"),
        ("de_DE", "327.50", "327,50"), ("en_GB", "327.50", "327.50"), ("ja_JP", "327.50", "328"),
        ("fr_FR", "A06069", "A06069"), ("fr_FR", "3180301", "3180301"),
    ],
)  # fmt: skip
def test_dates_and_amounts_are_written_as_there(place: str, text: str, said: str) -> None:
    assert in_country(text, locale(place), HANDS, Dice(1)) == said


def test_names_are_those_of_the_country() -> None:
    said = in_country("anna b.", locale("fi_FI"), HANDS, Dice(4))
    assert re.fullmatch(r"\S+ b\.", said)
    assert said.split()[0] in locale("fi_FI").firstnames


@pytest.mark.parametrize("effect", [Handwriting(texts={"note": 1}), Label(texts={"note": 1})])
def test_effects_write_in_the_country(effect: Handwriting | Label) -> None:
    (step,) = effect.draw(Dice(2))
    assert effect.draw_in_country(step.drawn, locale("it_IT"), Dice(2)).text in locale("it_IT").jottings
