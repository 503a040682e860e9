"""Fonts of all formats draw what they say."""

from pathlib import Path

import pytest
from font_formats import build_postscript, build_variable, repacked
from fontTools.ttLib import woff2
from independent import ASCII, build_font

from receiptgen.core.errors import FontError
from receiptgen.typography.glyph_atlas import Atlas
from receiptgen.typography.typeface import face


@pytest.mark.parametrize("flavor", ["woff", "woff2"])
def test_a_packed_font_draws_as_the_font_that_it_packs(tmp_path: Path, flavor: str) -> None:
    plain = build_font(tmp_path / "plain.ttf")
    packed = face(str(repacked(tmp_path / f"packed.{flavor}", plain, flavor)))
    assert packed.chars == face(str(plain)).chars
    assert Atlas(packed, 24).strip(ASCII).ink.tobytes() == Atlas(face(str(plain)), 24).strip(ASCII).ink.tobytes()


def test_an_axis_of_a_variable_font_changes_advance_and_ink_alike(tmp_path: Path) -> None:
    path = build_variable(tmp_path / "wide.ttf")
    usual, wide = (Atlas(face(f"{path}{axes}"), 100)["H"] for axes in ("", "@wght=900"))
    assert (usual.advance, usual.box[2] - usual.box[0]) == (50, 40)
    assert (wide.advance, wide.box[2] - wide.box[0]) == (90, 80)
    between = face(f"{path}@wght=650,wdth=80")
    assert between.coordinates == (650.0, 80.0)
    assert between.name == f"{path}@wght=650,wdth=80"
    assert face(str(path)).coordinates == ()


@pytest.mark.parametrize(
    ("axes", "fault"),
    [
        ("opsz=12", "the font has no axis 'opsz'; it has wght from 100 to 900, wdth from 50 to 100"),
        ("wght=1000", "wght goes from 100 to 900; there is no 1000"),
        ("wght=400,wdth=49.5", "wdth goes from 50 to 100; there is no 49.5"),
    ],
)
def test_axes_that_a_font_has_not_are_told(tmp_path: Path, axes: str, fault: str) -> None:
    path = build_variable(tmp_path / "wide.ttf")
    with pytest.raises(FontError) as caught:
        face(f"{path}@{axes}")
    assert str(caught.value) == f"{path}@{axes}: {fault}"


def test_a_font_that_is_not_variable_has_no_axes(tmp_path: Path) -> None:
    path = build_font(tmp_path / "plain.ttf", "AB")
    with pytest.raises(
        FontError, match=r"plain\.ttf@wght=600: the font is not variable; leave out what stands after '@'$"
    ):
        face(f"{path}@wght=600")


def test_outlines_of_postscript_are_measured_and_drawn(tmp_path: Path) -> None:
    own = face(str(build_postscript(tmp_path / "bars.otf")))
    assert own.covers("HI1 ")
    assert (own.width, own.ascent, own.descent) == (0.5, 0.4, 0)
    assert [Atlas(own, 20)[char].box[1] for char in "HI1"] == [3, 2, 1]


def test_a_packed_font_without_what_unpacks_it_names_the_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    packed = repacked(tmp_path / "packed.woff2", build_font(tmp_path / "plain.ttf", "AC"), "woff2")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(woff2, "haveBrotli", False)
    with pytest.raises(FontError, match=r"needs brotli: pip install 'receiptgen\[fonts\]'$"):
        face(str(packed))
    (tmp_path / "cut.woff2").write_bytes(packed.read_bytes()[:40])
    monkeypatch.undo()
    with pytest.raises(FontError, match=r"cut\.woff2: the font is damaged or cut off$"):
        face(str(tmp_path / "cut.woff2"))
