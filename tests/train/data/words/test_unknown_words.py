"""Words that nobody knows: other letters, the same all over a page."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from receiptgen.core.dice import Dice
from receiptgen.extraction.labelling.roles import ROLE_NUMBERS
from receiptgen.train.data.words.labelled_words import UNKNOWN
from receiptgen.train.data.words.printed_words import PrintedWord
from receiptgen.train.data.words.unknown_words import UnknownWords

VOWELS = frozenset("aeiouAEIOU")


def _word(text: str, role: str = "other") -> PrintedWord:
    return PrintedWord(text, 0, 0, 10.0 * len(text), 16, 0, ROLE_NUMBERS[role], -1, UNKNOWN)


def _changed(key: int, *texts: str) -> list[str]:
    return [word.text for word in UnknownWords(Dice(key)).of([_word(text) for text in texts])]


@pytest.mark.smoke
@given(key=st.integers(0, 10**6), text=st.text(string.ascii_letters, min_size=1))
def test_each_letter_has_one_other_everywhere(key: int, text: str) -> None:
    whole, *letters = _changed(key, text, *text)
    assert whole == "".join(letters)
    assert _changed(key, text) == [whole]
    for char, other in zip(text, whole, strict=True):
        assert char.isupper() == other.isupper()
        assert (char in VOWELS) == (other in VOWELS)


@given(key=st.integers(0, 10**6))
def test_no_two_letters_become_one(key: int) -> None:
    (alphabet,) = _changed(key, string.ascii_letters)
    assert sorted(alphabet) == sorted(string.ascii_letters)


@given(key=st.integers(0, 10**6), text=st.text(min_size=1))
def test_what_has_digits_or_no_letters_stays(key: int, text: str) -> None:
    kept = f"RM{text}7", "12.50", "3.50A", "--", "&"
    assert tuple(_changed(key, *kept)) == kept


def test_all_but_the_text_stays() -> None:
    words = [_word("Bread", "items.name"), _word("TOTAL", "label")]
    changed = UnknownWords(Dice(3)).of(words)
    assert [word.text for word in changed] != [word.text for word in words]
    assert [word._replace(text="") for word in changed] == [word._replace(text="") for word in words]


@given(key=st.integers(0, 10**6))
def test_names_alone_change_but_for_what_says_that_they_are_names(key: int) -> None:
    kept = [_word("TOTAL", "label"), _word("Tax"), _word("Ltd.", "merchant.name"), _word("(SDN", "merchant.legal_name"),
            _word("JALAN", "merchant.address"), _word("A12", "merchant.address")]  # fmt: skip
    names = [_word("Strawberryquench", role) for role in ("merchant.name", "items.name", "items.note")]
    changed = UnknownWords(Dice(key)).of_names([*kept, *names])
    assert changed[: len(kept)] == kept
    assert {word.text for word in changed[len(kept) :]} == set(_changed(key, "Strawberryquench"))
