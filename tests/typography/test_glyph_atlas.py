"""Glyphs of an atlas: as Pillow draws them, styled, and told apart."""

from functools import lru_cache

import numpy as np
import pytest
from independent import ASCII, cut, pillow_font, pillow_glyph

from receiptgen.core.dice import Dice
from receiptgen.core.errors import FontError
from receiptgen.imaging.sample import Sample
from receiptgen.typography.blocks import PLAIN, Style
from receiptgen.typography.glyph_atlas import Atlas, atlas
from receiptgen.typography.ink_style import INKS, Ink
from receiptgen.typography.printer import Printer
from receiptgen.typography.typeface import face

# Faces of every group: coverage is measured again for the first four.
LOOKED_AT = (
    "spleen-12x24", "ocra", "courier-prime", "arimo", "terminus", "cousine", "barlow-condensed", "caveat", "vt323",
    "tinos", "special-elite", "ibm-plex-mono-bold",
)  # fmt: skip
CHARS = "AgjQW@_|'.0€"


def pixels(found: Atlas, char: str) -> tuple[np.ndarray, int, int]:
    """Return an atlas's glyph as ``cut`` returns Pillow's."""
    glyph = found[char]
    ink = glyph.cell if glyph.full is None else glyph.full
    return cut(ink, 0 if glyph.full is None else glyph.left, found.ascent)


@pytest.mark.parametrize("ink", INKS)
def test_lookalikes_of_a_size_are_the_characters_that_pillow_draws_alike(ink: Ink) -> None:
    for name, size in (("arimo", 24), ("arimo", 30), ("cousine", 9), ("carlito", 13), ("tinos", 40)):
        shapes: dict[object, list[str]] = {}
        for char in ASCII:
            glyph = pillow_glyph(name, size, ink, char)
            advance = round(pillow_font(name, size).getlength(char))
            shapes.setdefault((glyph.ink.shape, glyph.ink.tobytes(), glyph.x, glyph.y, advance), []).append(char)
        alike = {char for same in shapes.values() if len(same) > 1 for char in same}
        found = Atlas(face(name), size, ink).lookalikes
        # The advance may tell two characters apart on paper that an atlas still holds to be the same.
        assert alike <= found, (name, size)
        assert found <= alike or found == frozenset("Il"), (name, size, found)


def test_arimo_is_passed_over_where_its_capital_i_is_its_small_l() -> None:
    assert {"I", "l"} <= atlas(face("arimo"), 24).lookalikes
    assert not atlas(face("arimo"), 30).lookalikes & {"I", "l"}
    printer = Printer.model_validate({"size": 24, "ink": "smooth", "faces": {"arimo": 9, "cousine": 1}})
    for seed in range(12):
        assert printer.draw({PLAIN: set("Il")}, Dice(seed)).face.name == "cousine"
        assert printer.draw({PLAIN: set("Ab")}, Dice(seed)).face.name in {"arimo", "cousine"}
    alone = Printer.model_validate({"size": 24, "ink": "smooth", "faces": "arimo"})
    with pytest.raises(FontError, match="alike"):
        alone.draw({PLAIN: set("Il")}, Dice(1))


def test_no_snippet_holds_lookalikes_of_its_face_and_size(snippets: tuple[Sample, ...]) -> None:
    for sample in snippets:
        if sample.kind == "receipt_line":
            continue
        image = sample.page.image
        # Paper and ink alone: either ink may have been meant. Else it was drawn in levels.
        inks: tuple[Ink, ...] = INKS if ((image == 0) | (image == 255)).all() else ("smooth",)
        found = [atlas(face(sample.face), sample.size, ink).lookalikes & set(sample.text) for ink in inks]
        assert not all(found), (sample.name, sample.text, found)


@pytest.mark.parametrize("name", LOOKED_AT)
@pytest.mark.parametrize("ink", INKS)
def test_an_atlas_draws_glyphs_as_pillow_does(name: str, ink: Ink) -> None:
    for size in (13, 24, 47):
        found = Atlas(face(name), size, ink)
        for char in CHARS:
            if face(name).covers(char):
                ours, theirs = pixels(found, char), pillow_glyph(name, size, ink, char)
                assert np.array_equal(ours[0], theirs.ink), (name, size, char)
                assert ours[1:] == theirs[1:], (name, size, char)
                assert found[char].advance == round(pillow_font(name, size).getlength(char))


@pytest.mark.parametrize("name", LOOKED_AT)
def test_a_glyphs_box_is_its_ink(name: str) -> None:
    found = Atlas(face(name), 29)
    for char in CHARS:
        if face(name).covers(char):
            ink, x, y = pixels(found, char)
            height, width = ink.shape
            assert found[char].box == (x, y + found.ascent, x + width, y + found.ascent + height)
            assert 0 <= found[char].box[1] < found[char].box[3] <= found.height


def test_no_covered_glyph_of_any_face_is_cut_off_by_its_cell() -> None:
    # Latin-1 is what locales print; the box is checked against a canvas with room to spare.
    chars = [chr(code) for code in range(0xA1, 0x100)]
    for name in LOOKED_AT:
        for size in (12, 33):
            found = Atlas(face(name), size)
            for char in chars:
                if face(name).covers(char):
                    x, y = pillow_glyph(name, size, "smooth", char)[1:]
                    assert found[char].box[:2] == (x, y + found.ascent), (name, size, char)


def test_dots_are_one_bit_and_smooth_has_levels() -> None:
    dots, smooth = (atlas(face("cousine"), 24, ink).strip("Sample").ink for ink in INKS)
    assert set(np.unique(dots)) == {0, 255}
    assert len(np.unique(smooth)) > 10


@pytest.mark.parametrize("name", ["spleen-12x24", "cousine", "arimo"])
@pytest.mark.parametrize("pitch", [9, 12, 15, 18])
def test_a_glyph_stands_in_the_middle_of_its_pitch(name: str, pitch: int) -> None:
    found = Atlas(face(name), 20, "dots", pitch)
    for char in "Wi.0":
        natural = round(pillow_font(name, 20).getlength(char))
        assert found[char].advance == pitch
        assert found[char].box[0] == pillow_glyph(name, 20, "dots", char).x + (pitch - natural) // 2
        assert np.array_equal(pixels(found, char)[0], pillow_glyph(name, 20, "dots", char).ink)


@pytest.mark.parametrize("ink", INKS)
@pytest.mark.parametrize(
    "style", [Style(bold=True), Style(wide=True), Style(tall=True), Style(wide=True, tall=True, bold=True)]
)
def test_a_tills_styles_are_repeated_and_struck_twice(ink: Ink, style: Style) -> None:
    found = Atlas(face("cousine"), 20, ink, 13, style.bold, style.wide, style.tall)
    single = Atlas(face("cousine"), 20, ink, 13)
    for char in "Mij_8":
        expected, x, y = pillow_glyph("cousine", 20, ink, char)
        if style.bold:
            struck = np.zeros((expected.shape[0], expected.shape[1] + 1), np.uint8)
            struck[:, :-1] = expected
            struck[:, 1:] = np.maximum(struck[:, 1:], expected)
            expected = struck
        expected = np.repeat(np.repeat(expected, 1 + style.tall, axis=0), 1 + style.wide, axis=1)
        ours, left, top = pixels(found, char)
        assert np.array_equal(ours, expected)
        shift = (13 - round(pillow_font("cousine", 20).getlength(char))) // 2
        assert (left, top) == ((x + shift) * (1 + style.wide), y * (1 + style.tall))
        assert found[char].advance == single[char].advance * (1 + style.wide)
    assert found.height == single.height * (1 + style.tall)


@pytest.mark.parametrize("ink", INKS)
@pytest.mark.parametrize("stretch", [1.0, 0.8])
def test_italics_lean_about_the_baseline(ink: Ink, stretch: float) -> None:
    upright, italic = (Atlas(face("cousine"), 40, ink, 24, stretch=stretch, lean=lean) for lean in (0.0, 0.25))
    for char in "HIl|p":
        straight, leant = (middles(*pixels(found, char)) for found in (upright, italic))
        assert straight.keys() == leant.keys()
        for row, middle in straight.items():
            assert abs(leant[row] - middle + row * 0.25) < 1, "row 0 is the baseline"
        assert italic[char].advance == upright[char].advance


def middles(ink: np.ndarray, left: int, top: int) -> dict[int, float]:
    """Return where the ink of each row lies."""
    return {top + row: left + float((line * np.arange(len(line))).sum() / line.sum()) for row, line in enumerate(ink)}


@pytest.mark.parametrize("text", ["jf", "f j", "Ty", "ab  c", "WAVE", "j"])
@pytest.mark.parametrize("name", ["caveat", "arimo", "spleen-12x24"])
def test_a_strip_is_its_glyphs_side_by_side(name: str, text: str) -> None:
    size = 24
    found = Atlas(face(name), size)
    strip = found.strip(text)
    canvas = np.zeros((found.height, 400), np.uint8)
    pen = 100
    for place, char in enumerate(text):
        if char != " ":
            ink, x, y = pillow_glyph(name, size, "smooth", char)
            top, left = found.ascent + y, pen + x
            target = canvas[top : top + ink.shape[0], left : left + ink.shape[1]]
            np.maximum(target, ink, out=target)
            box = (left - 100, top, left - 100 + ink.shape[1], top + ink.shape[0])
            assert tuple(strip.boxes[place].tolist()) == box
        pen += round(pillow_font(name, size).getlength(char))
    assert found.measure(text) == pen - 100
    start = 100 - strip.left
    assert np.array_equal(strip.ink, canvas[:, start : start + strip.ink.shape[1]])
    assert not canvas[:, :start].any()
    assert not canvas[:, start + strip.ink.shape[1] :].any()


def test_the_shelf_keeps_the_atlases_last_used() -> None:
    assert atlas.cache_info().maxsize == 112
    shelf = lru_cache(maxsize=3)(atlas.__wrapped__)
    first = shelf(face("cousine"), 20)
    for size in (21, 22, 23, 24):
        shelf(face("cousine"), size)
        assert shelf(face("cousine"), 20) is first
        assert shelf.cache_info().currsize <= 3
    for size in range(30, 40):
        shelf(face("cousine"), size)
    assert shelf.cache_info().currsize == 3
    assert shelf(face("cousine"), 20) is not first


def test_what_another_thread_draws_meanwhile_is_not_drawn_again(monkeypatch: pytest.MonkeyPatch) -> None:
    found = Atlas(face("cousine"), 21)

    class Meanwhile:
        """A lock that is had once another thread has drawn what this one wants."""

        def __enter__(self) -> None:
            found._draw(ASCII)

        def __exit__(self, *error: object) -> None:
            pass

    monkeypatch.setattr(found, "_lock", Meanwhile())
    found.prepare(ASCII)
    assert len(found) == len(ASCII)


def test_the_same_atlas_is_given_out_twice() -> None:
    assert atlas(face("cousine"), 22) is atlas(face("cousine"), 22)
    assert atlas(face("cousine"), 22) is not atlas(face("cousine"), 22, "dots")


def test_a_character_that_leaves_no_ink_is_not_told_apart() -> None:
    tiny, legible = Atlas(face("inconsolata-bold"), 8, "dots"), Atlas(face("inconsolata-bold"), 20, "dots")
    assert not tiny["`"].box[3]
    assert not tiny.tells_apart({"`"})
    assert legible.tells_apart({"`"})
    assert tiny.tells_apart({" ", "A"})


def test_wide_characters_take_two_columns_of_a_pitch_in_their_middle() -> None:
    found = atlas(face("dejavu-sans-mono"), 20, "smooth", 14)
    assert found.measure("a♌b") == 4 * 14
    x0, _, x1, _ = found["♌"].box
    assert abs((x0 + x1) / 2 - 14) <= 3
    assert atlas(face("dejavu-sans-mono"), 20, "smooth", 14, wide=True).measure("♌") == 4 * 14


def test_spacing_moves_characters_apart_and_leaves_them_as_they_are() -> None:
    near, apart = atlas(face("cousine"), 24, "dots", 14), atlas(face("cousine"), 24, "dots", 14, spacing=10)
    assert apart.measure("TOTAL") == near.measure("TOTAL") + 5 * 10
    for char in "TOTAL":
        (a, b, c, d), (e, f, g, h) = near[char].box, apart[char].box
        assert (c - a, d - b) == (g - e, h - f)
        assert e - a == 5
    proportional = atlas(face("arimo"), 24), atlas(face("arimo"), 24, spacing=7)
    assert proportional[1].measure("ab") == proportional[0].measure("ab") + 14


def test_outlines_keep_boxes_and_are_hollow_where_strokes_are_thick() -> None:
    solid, hollow = (atlas(face("archivo-black"), 60, outline=outline) for outline in (False, True))
    for char in "HO":
        assert hollow[char].box == solid[char].box
        assert hollow[char].cell.sum() < solid[char].cell.sum() * 0.7
    thin = [atlas(face("cousine"), 20, "dots", outline=outline)["l"].cell for outline in (False, True)]
    assert np.array_equal(*thin)
