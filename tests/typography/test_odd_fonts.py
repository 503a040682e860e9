"""Fonts that lack what most have, or have more than any needs."""

from pathlib import Path

import numpy as np
import pytest
from fontTools.ttLib import TTFont
from fontTools.ttLib.scaleUpem import scale_upem
from independent import ASCII, build_font

from receiptgen.core.dice import Dice
from receiptgen.core.distributions import Weights
from receiptgen.core.errors import FontError
from receiptgen.drawing.profile import profile
from receiptgen.drawing.snippet_styles import SnippetStyle
from receiptgen.typography.blocks import PLAIN, Run
from receiptgen.typography.glyph_atlas import Atlas
from receiptgen.typography.printer import Printer
from receiptgen.typography.raster import draw_text
from receiptgen.typography.typeface import face


def changed(path: Path, advance: int | None = None, em: int | None = None, space: bool = True) -> Path:
    """Write a font of bars with another advance of all characters, another em, or without a space."""
    font = TTFont(build_font(path))
    if advance is not None:
        font["hmtx"].metrics = {name: (advance, bearing) for name, (_, bearing) in font["hmtx"].metrics.items()}
        font["hhea"].advanceWidthMax = advance
    if em is not None:
        scale_upem(font, em)
    if not space:
        for table in font["cmap"].tables:
            table.cmap.pop(0x20, None)
    font.save(path)
    return path


def test_a_font_without_a_space_leaves_one_as_wide_as_a_digit(tmp_path: Path) -> None:
    own = face(str(changed(tmp_path / "close.ttf", space=False)))
    glyphs = Atlas(own, 40)
    assert own.space == 0.5
    assert (glyphs[" "].advance, glyphs[" "].box, int(glyphs[" "].cell.max())) == (20, (0, 0, 0, 0), 0)
    page = draw_text(Run("A B", "m"), glyphs, (2, 2, 2, 2))
    assert [span.text for span in page.regions.words] == ["A", "B"]


def test_a_font_without_digits_prints_words_in_columns_as_wide_as_its_letters(tmp_path: Path) -> None:
    made = str(build_font(tmp_path / "letters.ttf", "ABC"))
    printer = Printer(faces=Weights({made: 1}), display=Weights({made: 1}))
    settings = printer.draw({PLAIN: set("ABC ")}, Dice(1))
    assert settings.face is face(made)
    assert settings.unit == round(0.5 * settings.size)
    assert settings.atlas(PLAIN).digit is settings.atlas(PLAIN)["A"]
    with pytest.raises(FontError, match=r"letters\.ttf draws '0': nearest is"):
        printer.draw({PLAIN: set("A0")}, Dice(1))


def test_letters_without_a_width_are_not_served(tmp_path: Path) -> None:
    with pytest.raises(FontError, match="the font draws no character"):
        face(str(changed(tmp_path / "flat.ttf", advance=0)))


def test_the_largest_em_is_drawn_like_any(tmp_path: Path) -> None:
    fine = face(str(changed(tmp_path / "em.ttf", em=16384)))
    usual = face(str(build_font(tmp_path / "usual.ttf")))
    assert fine.covers(ASCII)
    assert (fine.width, round(fine.ascent, 3)) == (usual.width, round(usual.ascent, 3))
    assert Atlas(fine, 40)["A"].box == Atlas(usual, 40)["A"].box


def test_thousands_of_characters_that_are_drawn_alike_are_one_of_each_script(tmp_path: Path) -> None:
    alike = "".join(map(chr, (*range(0x4E00, 0x5000), *range(0xAC00, 0xAE00))))
    font = TTFont(build_font(tmp_path / "few.ttf", "AB"))
    for table in font["cmap"].tables:
        table.cmap |= {ord(char): "g65" for char in alike}
    font.save(tmp_path / "many.ttf")
    many = face(str(tmp_path / "many.ttf"))
    assert many.chars & set("AB" + alike) == {"A", "B", "\u4e00", "\uac00"}
    assert set(many.alike) == set(alike) - many.chars


def test_neighbours_of_a_font_with_digits_alone_are_digits(tmp_path: Path) -> None:
    (tmp_path / "cut.yaml").write_text("about: cut\ncrop: {leak: 1}\n", encoding="utf-8")
    made = str(build_font(tmp_path / "digits.ttf", "0123456789"))
    settings = next(Printer(faces=Weights({made: 1}), display=Weights({made: 1})).settings({PLAIN: set("1")}, Dice(1)))
    cut = profile(str(tmp_path / "cut.yaml")).value
    style = SnippetStyle(settings, PLAIN, cut)
    tips = [tip for seed in range(60) if (tip := style.draw_tip(200, 1, cut.crop, Dice(seed)))]
    assert tips
    assert all(np.asarray(tip.ink).any() for tip in tips)
