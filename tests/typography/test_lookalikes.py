"""Which characters count as looking alike: those that can stand in each other's place."""

import string
from pathlib import Path

import numpy as np
import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from hypothesis import given
from hypothesis import strategies as st
from independent import ASCII, build_font, save_font

from receiptgen.typography.glyph_atlas import Atlas
from receiptgen.typography.lookalikes import drawn_alike, looking_alike, place_of, rivals
from receiptgen.typography.typeface import Face, face, plain


def twins(path: Path, *classes: str) -> Face:
    """Return a font that draws the characters of each class alike, and classes differently."""
    glyphs = {".notdef": TTGlyphPen(None).glyph(), "space": TTGlyphPen(None).glyph()}
    for number in range(len(classes)):
        pen = TTGlyphPen(None)
        pen.moveTo((50, 0))
        for point in ((50, 300 + 40 * number), (450, 300 + 40 * number), (450, 0)):
            pen.lineTo(point)
        pen.closePath()
        glyphs[f"bar{number}"] = pen.glyph()
    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder(list(glyphs))
    places = {ord(char): f"bar{number}" for number, chars in enumerate(classes) for char in chars}
    builder.setupCharacterMap({0x20: "space", **places})
    builder.setupGlyf(glyphs)
    return face(str(save_font(builder, glyphs, path)))


@pytest.mark.parametrize(
    ("alike", "served"),
    [
        ("0O", "0"), ("5S", "5"), ("1Il|", "1"), ("l|", "l"), ("Il", "I"), ("aA", "A"), ("`'", "'"), ("-\u2013", "-"),
        # The word around them tells letters of two scripts.
        ("\u0410A", "\u0410A"), ("\u0391A\u0410", "\u0391A\u0410"), ("\u30d8\u3078", "\u30d8\u3078"),
        # Digits and signs stand beside any letters.
        ("\u04173", "3"), ("\u0410\u0430", "\u0410"), ("|\u05d5", "\u05d5"), ("\u0661|", "\u0661"),
        # A part of Chinese characters, which no text has, gives way to the character.
        ("\u2f00\u4e00", "\u4e00"), ("\u4e00\u30fc", "\u4e00\u30fc"),
    ],
)  # fmt: skip
def test_of_characters_that_look_alike_the_one_that_texts_have_is_served(
    tmp_path: Path, alike: str, served: str
) -> None:
    own = twins(tmp_path / "twins.ttf", "\u00e7", alike)
    assert own.chars & set(alike) == set(served)
    assert set(own.alike) == set(alike) - set(served)


def test_seven_segments_serve_digits(tmp_path: Path) -> None:
    own = twins(tmp_path / "segments.ttf", "0OD", "1Il", "2Z", "3", "4", "5S", "6", "7", "8B", "9gq", ".", "-")
    assert own.covers("0123456789.-")
    assert not own.chars & set(string.ascii_letters)
    assert Atlas(own, 30).tells_apart(set("0123456789.-"))


def test_what_a_font_does_not_serve_makes_nothing_ambiguous(tmp_path: Path) -> None:
    capitals = face(str(build_font(tmp_path / "unicase.ttf", unicase=True)))
    assert not Atlas(capitals, 30).lookalikes
    assert Atlas(capitals, 30).tells_apart(set("ABC123"))


def test_accents_that_fall_together_in_small_print_are_not_told_apart() -> None:
    small, large = Atlas(face("spleen-8x16"), 6, "dots"), Atlas(face("spleen-8x16"), 32, "dots")
    accented = set("\u00e0\u00e1\u00e2\u00e3\u00e4")
    assert not small.tells_apart(accented)
    assert large.tells_apart(accented)


def test_cyrillic_letters_that_fall_together_in_small_print_are_not_told_apart() -> None:
    small, large = Atlas(face("cousine"), 6, "dots"), Atlas(face("cousine"), 24, "dots")
    alike = [other for other in "\u043d\u043f\u043a\u0447" if np.array_equal(small[other].cell, small["\u0438"].cell)]
    assert alike
    assert not small.tells_apart({"\u0438"})
    assert large.tells_apart({"\u0438", "\u0439"})


def test_rivals_are_letters_of_the_same_alphabet_and_never_the_letter_itself() -> None:
    assert {"e", "\u00e8", "\u1ebf"} & set(rivals("\u00e9")) == {"e", "\u00e8"}
    assert {"\u0418", "3"} <= set(rivals("\u0419"))
    assert not set(rivals("\u0419")) & set(string.ascii_letters)
    assert rivals("\u6f22") == rivals("\u0e48") == ()


@given(st.characters(exclude_categories=("Cs", "Cc", "Cn")))
def test_no_character_is_its_own_rival_and_every_one_has_a_place(char: str) -> None:
    for each in plain(char):
        assert each not in rivals(each) or each.isascii()
        assert isinstance(place_of(each), str)


@given(st.lists(st.sampled_from(ASCII + "\u00e9\u0410\u0391\u05d0\u6f22"), unique=True), st.integers(1, 5))
def test_no_two_characters_are_served_that_can_be_mistaken(chars: list[str], pictures: int) -> None:
    alike = drawn_alike(chars, lambda char: ord(char) % pictures)
    assert all(ord(char) % pictures == ord(other) % pictures for char, other in alike.items())
    assert not alike.keys() & set(alike.values())
    served = [char for char in chars if char not in alike]
    for char in served:
        same = [other for other in served if other != char and ord(other) % pictures == ord(char) % pictures]
        assert all({place_of(char), place_of(other)} not in ({""}, {"latin"}, {"", "latin"}) for other in same)


@given(st.text(ASCII), st.integers(1, 7))
def test_all_of_those_that_look_alike_are_found(chars: str, pictures: int) -> None:
    found = looking_alike(dict.fromkeys(chars), lambda char: ord(char) % pictures)
    for char in chars:
        twins = {other for other in chars if other != char and ord(other) % pictures == ord(char) % pictures}
        assert (char in found) == bool(twins)
