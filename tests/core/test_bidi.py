"""Directions: held to another implementation of the Unicode Bidirectional Algorithm."""

import pytest
from bidi import get_display
from hypothesis import given
from hypothesis import strategies as st

from receiptgen.core.bidi import Direction, direction_of, levels_of, mirrored, to_logical, to_visual, visual_order

# Letters of both directions, marks, digits of two kinds, signs and separators of numbers, brackets.
ALPHABET = "abC 12.,:-+%$()[]<>/\"'אבגדהעربملا،٣٤#€\u064e\u05b0"
TEXTS = st.text(st.sampled_from(ALPHABET), min_size=1, max_size=20)


@given(TEXTS, st.sampled_from([("ltr", "L"), ("rtl", "R"), (None, None)]))
def test_visual_order_is_that_of_another_implementation(
    text: str, direction: tuple[Direction | None, str | None]
) -> None:
    ours, theirs = direction
    expected = get_display(text, base_dir=theirs) if theirs else get_display(text)
    assert "".join(text[index] for index in visual_order(text, ours)) == expected


@given(TEXTS)
def test_what_is_read_back_has_the_same_characters(text: str) -> None:
    visual = to_visual(text)
    again = to_logical(visual)
    assert sorted(min(char, mirrored(char)) for char in again) == sorted(min(char, mirrored(char)) for char in text)


@pytest.mark.parametrize(
    ("text", "visual"),
    [
        ("סה\"כ 12.50", "12.50 כ\"הס"),
        ("(שלום)", "(םולש)"),
        ("المجموع: 45.00 AED", "AED 45.00 :عومجملا"),
        ("TOTAL סך", "TOTAL ךס"),
        ("שָׁלוֹם", "םוֹלשָׁ"),
        ("خصم 10%", "%10 مصخ"),
        ("מבצע 10%", "10% עצבמ"),
        ("a (ב) c", "a (ב) c"),
    ],
)  # fmt: skip
def test_texts_are_as_their_picture_shows_them(text: str, visual: str) -> None:
    assert to_visual(text) == visual


@pytest.mark.parametrize(
    "text",
    ["סה\"כ 12.50", "שלום (עולם) 3", "المجموع: 45.00 AED", "خصم 10%", "فاتورة ضريبية", "TOTAL", "ราคา 20", "כ-5 ש\"ח",
     "abc def אב"],
)  # fmt: skip
def test_texts_come_back_from_their_picture(text: str) -> None:
    assert to_logical(to_visual(text)) == text


@pytest.mark.parametrize(
    ("text", "direction"),
    [("12.50", "ltr"), ("TOTAL", "ltr"), ("12 שח", "rtl"), ("A אב", "ltr"), ("ราคา", "ltr"), ("٣ درهم", "rtl")],
)
def test_direction_is_that_of_the_first_strong_letter(text: str, direction: Direction) -> None:
    assert direction_of(text) == direction


def test_spaces_at_the_end_of_a_line_belong_to_the_line() -> None:
    assert levels_of("abc  ", "rtl") == [2, 2, 2, 1, 1]
