"""Character models made from texts, and what is held out to check them."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from receiptgen.core.errors import LanguageError
from receiptgen.recognition.character_model import CharacterModel
from receiptgen.recognition.language_fit import bits_per_character, fit_character_model

TEXTS = [f"TOTAL {number}.50" for number in range(100)]


def test_a_tenth_of_the_different_texts_is_held_out_whatever_their_order_and_number() -> None:
    fitted = fit_character_model(TEXTS)
    assert len(fitted.held_out) == 10
    assert fit_character_model(TEXTS[::-1] * 3).held_out == fitted.held_out
    assert fit_character_model(TEXTS[:19]).held_out == ()
    assert math.isnan(fit_character_model(TEXTS[:19]).bits)
    assert len(fit_character_model([f"{number}" for number in range(20_000)], 1).held_out) == 1000


def test_the_check_counts_none_of_the_held_out_texts_and_the_model_counts_all() -> None:
    fitted = fit_character_model(TEXTS, 3)
    others = CharacterModel.train([text for text in TEXTS if text not in fitted.held_out], 3)
    assert fitted.bits == bits_per_character(others, fitted.held_out)
    assert fitted.model.pack() == CharacterModel.train(TEXTS, 3).pack()


def test_the_order_is_that_which_predicts_best() -> None:
    fitted = fit_character_model(TEXTS)
    for order in range(1, 7):
        assert fitted.bits <= fit_character_model(TEXTS, order).bits
    assert fit_character_model(TEXTS, fitted.model.order).bits == fitted.bits


@given(texts=st.lists(st.text("abc ", min_size=1, max_size=6), min_size=1, max_size=6), order=st.integers(1, 4))
def test_a_shortened_model_is_that_of_the_lower_order(texts: list[str], order: int) -> None:
    assert CharacterModel.train(texts, 4).shortened(order).pack() == CharacterModel.train(texts, order).pack()


def test_bits_are_those_of_characters_and_ends() -> None:
    model = CharacterModel.train(TEXTS, 3)
    assert bits_per_character(model, ["TOTAL"]) == pytest.approx(-model.log_prob("TOTAL") / math.log(2) / 6)


def test_nothing_and_too_much_are_refused() -> None:
    with pytest.raises(LanguageError, match="the texts are empty"):
        fit_character_model([])
    with pytest.raises(LanguageError, match="order 30; with 16 characters 1 to 12"):
        fit_character_model(TEXTS, 30)
    # Of thousands of characters, shorter n-grams alone fit.
    assert fit_character_model(["".join(map(chr, range(0x4E00, 0x9E00)))]).model.order == 4
