"""Slim and wide characters."""

from typing import Any

import numpy as np
import pytest

from receiptgen.core.dice import Dice
from receiptgen.typography.blocks import PLAIN
from receiptgen.typography.glyph_atlas import Atlas
from receiptgen.typography.printed_glyphs import ASCII
from receiptgen.typography.printer import Printer
from receiptgen.typography.typeface import face, faces

OUTLINES = sorted(name for name, found in faces().items() if not found.native)
SLIM = 0.7


@pytest.mark.parametrize("name", ["cousine", "arimo", "courier-prime", "vt323"])
@pytest.mark.parametrize("ink", ["dots", "smooth"])
def test_narrow_characters_are_as_high_and_less_wide(name: str, ink: Any) -> None:
    wide, slim = Atlas(face(name), 24, ink), Atlas(face(name), 24, ink, stretch=SLIM)
    assert (slim.height, slim.ascent) == (wide.height, wide.ascent)
    for char in "HMW08Eg":
        assert slim[char].advance == round(wide[char].advance * SLIM)
        _, top, _, bottom = wide[char].box
        assert abs(slim[char].box[1] - top) <= 1
        assert abs(slim[char].box[3] - bottom) <= 1
        assert slim[char].box[2] - slim[char].box[0] < wide[char].box[2] - wide[char].box[0]


@pytest.mark.parametrize("ink", ["dots", "smooth"])
def test_wide_characters_are_as_high_and_wider(ink: Any) -> None:
    own, wide = Atlas(face("cousine"), 24, ink), Atlas(face("cousine"), 24, ink, stretch=1.5)
    for char in "HMW08Eg":
        assert wide[char].advance == round(own[char].advance * 1.5)
        assert abs((wide[char].box[3] - wide[char].box[1]) - (own[char].box[3] - own[char].box[1])) <= 2
        assert wide[char].box[2] - wide[char].box[0] > 1.3 * (own[char].box[2] - own[char].box[0])


def test_a_narrow_glyphs_box_is_its_ink() -> None:
    for name in ("cousine", "tinos", "caveat"):
        slim = Atlas(face(name), 25, "dots", stretch=SLIM)
        for char in ASCII:
            glyph = slim[char]
            ink = glyph.cell if glyph.full is None else glyph.full
            rows, columns = np.nonzero(ink)
            found = (columns.min() - glyph.left, rows.min(), columns.max() + 1 - glyph.left, rows.max() + 1)
            assert glyph.box == found, (name, char)


@pytest.mark.parametrize("stretch", [0.5, 0.65, 0.85, 1.1, 1.3, 1.85])
@pytest.mark.parametrize("ink", ["dots", "smooth"])
def test_a_stretched_character_is_the_same_whatever_is_drawn_with_it(ink: Any, stretch: float) -> None:
    for name, pitch in (("arimo", None), ("cousine", 13)):
        whole = Atlas(face(name), 24, ink, pitch, stretch=stretch)
        whole.prepare(ASCII)
        for char in ASCII[::4]:
            alone = Atlas(face(name), 24, ink, pitch, stretch=stretch)[char]
            assert alone.box == whole[char].box, (name, char)
            assert np.array_equal(alone.cell, whole[char].cell), (name, char)


def test_narrow_dots_are_of_one_bit() -> None:
    assert set(np.unique(Atlas(face("cousine"), 24, "dots", stretch=SLIM).strip("Sample 08").ink)) == {0, 255}


def test_in_a_pitch_narrow_characters_are_the_higher() -> None:
    printer = {"dots": [576], "columns": [48], "faces": "cousine", "stretch": 1}
    wide, slim = (Printer.model_validate({**printer, "stretch": stretch}) for stretch in (1, SLIM))
    settings = [made.draw({PLAIN: set(ASCII)}, Dice(1)) for made in (wide, slim)]
    assert settings[1].size > 1.2 * settings[0].size
    assert settings[0].pitch == settings[1].pitch == 12
    for setting in settings:
        assert {setting.atlas(PLAIN)[char].advance for char in "iW.0"} == {12}


def test_bitmap_faces_are_never_narrowed() -> None:
    printer = Printer.model_validate({"dots": [576], "columns": [48], "faces": "spleen-12x24", "stretch": SLIM})
    assert printer.draw({PLAIN: {"A"}}, Dice(1)).stretch == 1


@pytest.mark.parametrize(("size", "stretch"), [(16, SLIM), (23, SLIM), (30, SLIM), (14, 0.5)])
def test_no_character_vanishes_when_it_is_narrowed(size: int, stretch: float) -> None:
    # ASCII and what locales print, in every face.
    chars = ASCII + "".join(map(chr, range(0xA1, 0xAD))) + "".join(map(chr, range(0xAE, 0x100))) + "€₹"
    for name in OUTLINES:
        slim = Atlas(face(name), size, "dots", stretch=stretch)
        covered = [char for char in chars if char in face(name).chars]
        slim.prepare(covered)
        blank = [char for char in covered if not slim[char].box[3]]
        assert not blank, (name, size, blank)


@pytest.mark.parametrize("size", [16, 21, 26, 30])
def test_strokes_of_narrowed_till_fonts_stay_whole(size: int) -> None:
    # A stem that broke off in between would leave rows without ink between its top and its foot.
    for found in faces().values():
        if found.native or found.group not in {"mono", "terminal"}:
            continue
        slim = Atlas(found, size, "dots", stretch=SLIM)
        for char in "lIHEFTL1|":
            _, top, _, bottom = slim[char].box
            assert slim[char].cell[top:bottom].any(axis=1).all(), (found.name, size, char)


@pytest.mark.parametrize("size", [16, 23, 30])
def test_ascii_characters_of_a_narrow_face_are_told_apart_or_named_as_lookalikes(size: int) -> None:
    for name in OUTLINES[::4]:
        slim = Atlas(face(name), size, "dots", stretch=SLIM)
        looks: dict[object, list[str]] = {}
        for char in ASCII:
            glyph = slim[char]
            ink = glyph.cell if glyph.full is None else glyph.full
            looks.setdefault((ink.shape, ink.tobytes(), glyph.left), []).append(char)
        alike = {char for same in looks.values() if len(same) > 1 for char in same}
        assert alike <= slim.lookalikes, (name, size, alike - slim.lookalikes)


def test_no_text_is_printed_with_lookalikes_of_its_narrow_face() -> None:
    printer = Printer.model_validate({"dots": [576], "size": "14..16", "ink": "dots", "stretch": 0.5, "faces": "sans"})
    for key in range(12):
        setting = printer.draw({PLAIN: set("Il1O0 S5B8")}, Dice(key))
        assert setting.atlas(PLAIN).lookalikes.isdisjoint("Il1O0S5B8")
