"""Bitmap fonts print their own dots, at their size and its multiples."""

import gzip
from pathlib import Path

import numpy as np
import pytest
from font_formats import DOTS, bdf, pcf

from receiptgen.core.errors import FontError
from receiptgen.typography.face_choice import lacks
from receiptgen.typography.font_files.bitmap_fonts import native_size, outlines_of
from receiptgen.typography.glyph_atlas import Atlas
from receiptgen.typography.printer import fit_size
from receiptgen.typography.typeface import face


@pytest.mark.parametrize(
    ("name", "content"),
    [("a.bdf", bdf()), ("a.pcf", pcf()), ("a.bdf.gz", gzip.compress(bdf())), ("a.pcf.gz", gzip.compress(pcf()))],
    ids=["bdf", "pcf", "packed bdf", "packed pcf"],
)
@pytest.mark.parametrize("scale", [1, 3])
def test_dots_are_those_of_the_file(tmp_path: Path, name: str, content: bytes, scale: int) -> None:
    (tmp_path / name).write_bytes(content)
    own = face(str(tmp_path / name))
    assert (own.native, own.fixed, own.width) == (8, True, 1.0)
    assert fit_size(own, 30) == 32
    for ink in ("dots", "smooth"):
        glyphs = Atlas(own, 8 * scale, ink)
        for char, rows in DOTS.items():
            wanted = np.array([[int(dot) for dot in row] for row in rows]).repeat(scale, 0).repeat(scale, 1) * 255
            top = glyphs.ascent - 7 * scale
            assert np.array_equal(glyphs[char].cell[max(0, top) : top + 8 * scale], wanted[max(0, -top) :]), (ink, char)


def test_only_characters_with_dots_are_covered(tmp_path: Path) -> None:
    (tmp_path / "a.bdf").write_bytes(bdf("A1B"))
    own = face(str(tmp_path / "a.bdf"))
    assert own.covers("A1 ")
    assert lacks(own, set("AB")) == "'B'"
    assert own.space == own.digit == 1.0


def test_numbers_that_are_no_characters_are_passed_over(tmp_path: Path) -> None:
    odd = bdf().replace(b"ENCODING 103", b"ENCODING 1114112").replace(b"ENCODING 49", b"ENCODING 55296")
    (tmp_path / "a.bdf").write_bytes(odd)
    assert face(str(tmp_path / "a.bdf")).chars & set("A1g") == {"A"}


def test_a_size_in_points_is_one_in_pixels_by_the_resolution(tmp_path: Path) -> None:
    (tmp_path / "a.bdf").write_bytes(bdf().replace(b"PIXEL_SIZE 8\n", b"").replace(b"SIZE 8 75 75", b"SIZE 4 144 144"))
    assert native_size(tmp_path / "a.bdf") == 8


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (
            bdf(charset=("JISX0208", "0")),
            "its characters are numbered as in JISX0208-0; bitmap fonts of ISO10646-1 and",
        ),
        (b"no font", "not a bitmap font (BDF or PCF)"),
        (pcf()[:60], "the font is damaged or cut off"),
        (gzip.compress(bdf())[:40], "the font is damaged or cut off"),
        (bdf().replace(b"PIXEL_SIZE 8", b"PIXEL_SIZE 0"), "bitmaps of 0 pixels an em; expected 1 to 200"),
        (bdf().replace(b"PIXEL_SIZE 8", b"PIXEL_SIZE x"), "the font is damaged or cut off"),
    ],
    ids=["numbering", "text", "cut off", "packed and cut off", "without size", "size of no number"],
)
def test_what_is_wrong_with_a_file_is_told(tmp_path: Path, content: bytes, fault: str) -> None:
    (tmp_path / "a.bdf").write_bytes(content)
    with pytest.raises(FontError) as caught:
        outlines_of(tmp_path / "a.bdf")
    assert str(caught.value).startswith(f"{tmp_path / 'a.bdf'}: {fault}")
