"""What faces cover, and the traps that make labels lie."""

import json
from pathlib import Path

import pytest
from independent import ASCII, build_font, pillow_font, pillow_glyph

from receiptgen.config.records import load
from receiptgen.core.assets import font_folder
from receiptgen.core.errors import FontError
from receiptgen.core.scripts import JOINERS
from receiptgen.imaging.sample import Sample
from receiptgen.typography.coverage import measure_font
from receiptgen.typography.glyph_atlas import Atlas, atlas
from receiptgen.typography.ink_style import INKS
from receiptgen.typography.lookalikes import place_of
from receiptgen.typography.typeface import FaceList, face, faces

# Faces of every group: coverage is measured again for the first four.
LOOKED_AT = (
    "spleen-12x24", "ocra", "courier-prime", "arimo", "terminus", "cousine", "barlow-condensed", "caveat", "vt323",
    "tinos", "special-elite", "ibm-plex-mono-bold",
)  # fmt: skip


@pytest.mark.parametrize("name", ["ocra", "ocrb"])
def test_a_euro_that_would_be_drawn_as_nothing_is_not_covered(name: str) -> None:
    assert pillow_font(name, 30).getmask("€").getbbox() is None
    assert not face(name).covers("€")
    with pytest.raises(FontError, match=f"font '{name}' can't draw '€'"):
        atlas(face(name), 30)["€"]


@pytest.mark.parametrize(("name", "chars"), [("vt220", "Žťč€"), ("share-tech-mono", "ťč"), ("b612-mono", "Žťč")])
def test_characters_drawn_as_a_box_are_not_covered(name: str, chars: str) -> None:
    assert not any(face(name).covers(char) for char in chars)


def test_a_mapped_character_without_outline_is_not_covered(tmp_path: Path) -> None:
    made = build_font(tmp_path / "hollow.ttf", ASCII + "€£", empty="€")
    assert face(str(made)).covers("£")
    assert not face(str(made)).covers("€")


@pytest.mark.smoke
def test_every_face_covers_ascii_and_the_space() -> None:
    assert len(faces()) >= 60
    assert not [name for name, found in faces().items() if not found.covers(ASCII + " ")]


def test_every_covered_character_leaves_ink() -> None:
    for name in LOOKED_AT[:5]:
        font = pillow_font(name, 30)
        blank = [
            char for char in face(name).chars if char not in f" {JOINERS}" and font.getmask(char).getbbox() is None
        ]
        assert not blank, (name, blank)


def test_snippets_are_drawn_with_faces_that_cover_them(snippets: tuple[Sample, ...]) -> None:
    for sample in snippets:
        assert face(sample.face).covers(sample.text), sample.name


@pytest.mark.parametrize(
    ("name", "kept", "left_out"),
    [
        ("spleen-12x24", "'", "\u2019"), ("spleen-12x24", "'", "\u2018"), ("spleen-16x32", '"', "\u201d"),
        ("ocrb", "'", "\u2019"),
        ("courier-prime", "-", "\u2013"), ("anonymous-pro", "-", "\u2013"), ("terminus", "-", "\u2013"),
        ("3270", "-", "\u2013"),
    ],
)  # fmt: skip
def test_of_identical_characters_only_the_plain_one_is_covered(name: str, kept: str, left_out: str) -> None:
    one, other = (pillow_font(name, 30).getmask(char) for char in (kept, left_out))
    assert bytes(one) == bytes(other)
    assert face(name).covers(kept)
    assert not face(name).covers(left_out)


def test_no_face_covers_two_characters_that_look_alike() -> None:
    for name in LOOKED_AT:
        shapes: dict[object, str] = {}
        for char in sorted(face(name).chars - {" ", *JOINERS})[:400]:
            glyph = pillow_glyph(name, 30, "smooth", char)
            seen = (
                place_of(char),
                glyph.ink.shape,
                glyph.ink.tobytes(),
                glyph.x,
                glyph.y,
                pillow_font(name, 30).getlength(char),
            )
            assert shapes.setdefault(seen, char) == char, (name, char, shapes[seen])


def test_greek_capitals_are_covered_though_latin_ones_look_alike() -> None:
    assert face("cousine").covers("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ")


def test_coverage_lists_exactly_the_font_files_that_the_list_names() -> None:
    folder = font_folder()
    listed = {entry.file for entry in load(folder / "faces.yaml", FaceList).faces.values()}
    stored = json.loads((folder / "coverage.json").read_text(encoding="utf-8"))
    assert listed == set(stored) == {path.name for path in folder.iterdir() if path.suffix in {".ttf", ".otf"}}


@pytest.mark.parametrize("name", LOOKED_AT[:4])
def test_stored_coverage_is_what_measuring_finds(name: str) -> None:
    path = face(name).path
    stored = json.loads((font_folder() / "coverage.json").read_text(encoding="utf-8"))[path.name]
    lookalikes = stored.pop("lookalikes")
    assert {key: value for key, value in measure_font(path).items() if key != "alike"} == stored
    own = face(str(path))
    for ink in INKS:
        for bold in (False, True):
            for size in (8, 11, 16, 24, 41):
                key = f"{ink}{' bold' if bold else ''} {size}"
                assert "".join(sorted(Atlas(own, size, ink, bold=bold).lookalikes)) == lookalikes.get(key, ""), key


@pytest.mark.smoke
def test_every_packaged_face_has_its_licence_and_no_licence_is_left_over() -> None:
    folder = font_folder()
    named = {entry.licence for entry in load(folder / "faces.yaml", FaceList).faces.values()}
    assert named == {path.name for path in (folder / "licences").glob("*.txt")}
    assert all((folder / "licences" / name).stat().st_size > 100 for name in named)
