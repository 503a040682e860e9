"""Faces: what they cover, the traps that make labels lie, and the glyphs of an atlas."""

import json
from functools import lru_cache
from itertools import islice
from pathlib import Path

import numpy as np
import pytest
from babel.numbers import format_currency, format_decimal
from independent import ASCII, build_font, cut, pillow_font, pillow_glyph

from receiptgen.config.records import load
from receiptgen.core.assets import font_folder
from receiptgen.core.dice import Dice
from receiptgen.core.distributions import Weights
from receiptgen.core.errors import ConfigError, FontError
from receiptgen.drawing.receipts import Receipts
from receiptgen.drawing.template import receipt_template
from receiptgen.imaging.sample import Sample
from receiptgen.typography.blocks import PLAIN, Style
from receiptgen.typography.coverage import measure
from receiptgen.typography.glyph_atlas import INKS, Atlas, Ink, atlas
from receiptgen.typography.printer import Printer, fit
from receiptgen.typography.typeface import FaceList, draw_faces, face, face_groups, faces, plain

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


# Trap 1: a missing glyph draws nothing, not always a box.


@pytest.mark.parametrize("name", ["ocra", "ocrb"])
def test_a_euro_that_would_be_drawn_as_nothing_is_not_covered(name: str) -> None:
    assert pillow_font(name, 30).getmask("€").getbbox() is None
    assert not face(name).covers("€")
    with pytest.raises(FontError, match=f"face '{name}' can't draw '€'"):
        atlas(face(name), 30)["€"]


@pytest.mark.parametrize(("name", "chars"), [("vt220", "Žťč€"), ("share-tech-mono", "ťč"), ("b612-mono", "Žťč")])
def test_characters_drawn_as_a_box_are_not_covered(name: str, chars: str) -> None:
    assert not any(face(name).covers(char) for char in chars)


def test_a_mapped_character_without_outline_is_not_covered(tmp_path: Path) -> None:
    made = build_font(tmp_path / "hollow.ttf", ASCII + "€£", empty="€")
    assert face(str(made)).covers("£")
    assert not face(str(made)).covers("€")


def test_every_face_covers_ascii_and_the_space() -> None:
    assert len(faces()) >= 60
    assert not [name for name, found in faces().items() if not found.covers(ASCII + " ")]


def test_every_covered_character_leaves_ink() -> None:
    for name in LOOKED_AT[:5]:
        font = pillow_font(name, 30)
        blank = [char for char in face(name).chars if char != " " and font.getmask(char).getbbox() is None]
        assert not blank, (name, blank)


def test_snippets_are_drawn_with_faces_that_cover_them(snippets: tuple[Sample, ...]) -> None:
    for sample in snippets:
        assert face(sample.face).covers(sample.text), sample.name


# Trap 2: number formats emit characters that almost no face has.


@pytest.mark.parametrize(
    ("printed", "said"),
    [
        (format_currency(1234567.5, "EUR", locale="fr_FR"), "1 234 567,50 €"),
        (format_currency(1234.5, "EUR", locale="de_DE"), "1.234,50 €"),
        (format_decimal(1234567, locale="pl_PL"), "1 234 567"),
        (format_currency(1234, "JPY", locale="ja_JP"), "\u00a51,234"),
        ("12\u202f%", "12 %"),
        ("a\u2009b\u2007c\tde", "a b c de"),
        ("Cafe\u0301", "Café"),
        ("co\u00adop\u200b\ufeff", "coop"),
        ("plain", "plain"),
    ],
)
def test_plain_leaves_what_faces_have(printed: str, said: str) -> None:
    assert plain(printed) == said


def test_nothing_drawn_or_labelled_holds_a_character_that_plain_replaces(
    receipts: tuple[Sample, ...], snippets: tuple[Sample, ...]
) -> None:
    for sample in (*receipts, *snippets):
        assert plain(sample.text.replace("\n", "|")) == sample.text.replace("\n", "|")


# Trap 3: two characters that look the same.


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
        looks: dict[object, str] = {}
        for char in sorted(face(name).chars - {" "})[:400]:
            glyph = pillow_glyph(name, 30, "smooth", char)
            seen = (glyph.ink.shape, glyph.ink.tobytes(), glyph.x, glyph.y, pillow_font(name, 30).getlength(char))
            assert looks.setdefault(seen, char) == char, (name, char, looks[seen])


@pytest.mark.parametrize("ink", INKS)
def test_twins_of_a_size_are_the_characters_that_pillow_draws_alike(ink: Ink) -> None:
    for name, size in (("arimo", 24), ("arimo", 30), ("cousine", 9), ("carlito", 13), ("tinos", 40)):
        looks: dict[object, list[str]] = {}
        for char in ASCII:
            glyph = pillow_glyph(name, size, ink, char)
            advance = round(pillow_font(name, size).getlength(char))
            looks.setdefault((glyph.ink.shape, glyph.ink.tobytes(), glyph.x, glyph.y, advance), []).append(char)
        alike = {char for same in looks.values() if len(same) > 1 for char in same}
        found = Atlas(face(name), size, ink).lookalikes
        # The advance may tell two characters apart on paper that an atlas still holds for twins.
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


def test_no_snippet_holds_twins_of_its_face_and_size(snippets: tuple[Sample, ...]) -> None:
    for sample in snippets:
        if sample.kind == "receipt_line":
            continue
        image = sample.page.image
        # Paper and ink alone: either ink may have been meant. Else it was drawn in levels.
        inks: tuple[Ink, ...] = INKS if ((image == 0) | (image == 255)).all() else ("smooth",)
        found = [atlas(face(sample.face), sample.size, ink).lookalikes & set(sample.text) for ink in inks]
        assert not all(found), (sample.name, sample.text, found)


# Trap 4: unicase faces; and whatever else is no font for us.


def test_a_unicase_face_is_rejected(tmp_path: Path) -> None:
    made = build_font(tmp_path / "unicase.ttf", unicase=True)
    with pytest.raises(FontError, match=r"draws characters alike \(A=a B=b"):
        face(str(made))


def test_a_face_that_lacks_ascii_is_rejected_with_what_it_lacks(tmp_path: Path) -> None:
    made = build_font(tmp_path / "few.ttf", ASCII.replace("~", "").replace("^", ""))
    with pytest.raises(FontError, match=r"lacks '\^~'; a face must draw all of ASCII"):
        face(str(made))


def test_an_empty_outline_in_ascii_counts_as_lacking(tmp_path: Path) -> None:
    made = build_font(tmp_path / "hole.ttf", empty="&")
    with pytest.raises(FontError, match="lacks '&'"):
        face(str(made))


REAL = (font_folder() / "Cousine_400Regular.ttf").read_bytes()
BROKEN = {
    "empty": b"",
    "html": b"<!DOCTYPE html><html><body>404</body></html>",
    "noise": bytes(range(256)) * 20,
    "a tenth": REAL[: len(REAL) // 10],
    "cut short": REAL[: len(REAL) * 9 // 10],
    "scrambled outlines": REAL[:200_000] + b"\xff" * 400 + REAL[200_400:],
    "scrambled advances": REAL[:150_000] + b"\xff" * 400 + REAL[150_400:],
    "woff": b"wOFF" + bytes(100),
}


@pytest.mark.parametrize("fault", BROKEN)
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_broken_file_is_one_line_of_error(fault: str, tmp_path: Path) -> None:
    path = tmp_path / "broken.ttf"
    path.write_bytes(BROKEN[fault])
    with pytest.raises(FontError) as caught:
        measure(path)
    assert str(caught.value).startswith(f"{path}: not a font that can be read (")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("table", ["cmap", "head", "hmtx", "hhea", "maxp", "loca", "glyf"])
def test_a_font_without_a_table_is_one_line_of_error(table: str, tmp_path: Path) -> None:
    # The table's name is spoilt in the table of contents.
    (tmp_path / "broken.ttf").write_bytes(REAL.replace(table.encode(), b"zzzz", 1))
    with pytest.raises(FontError, match=r"not a font that can be read \([^\n]+\)$"):
        measure(tmp_path / "broken.ttf")


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("arimoo", "unknown face or group 'arimoo'; did you mean 'arimo'?"),
        ("mona", "unknown face or group 'mona'; did you mean 'mono'?"),
        ("nowhere/x.ttf", "nowhere/x.ttf: no such font file"),
    ],
)
def test_an_unknown_face_is_told_with_its_near_miss(name: str, fault: str) -> None:
    with pytest.raises(FontError) as caught:
        face(name)
    assert str(caught.value) == fault


# The atlas.


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


def test_the_same_atlas_is_given_out_twice() -> None:
    assert atlas(face("cousine"), 22) is atlas(face("cousine"), 22)
    assert atlas(face("cousine"), 22) is not atlas(face("cousine"), 22, "dots")


# Drawing faces.


@pytest.mark.parametrize("chars", ["€", "Žť", "₹", "abc"])
def test_only_faces_that_cover_the_text_are_drawn_each_once(chars: str) -> None:
    weights = Weights({"bitmap": 2, "ocr": 3, "mono": 1, "arimo": 1, "handwriting": 0})
    drawn = list(draw_faces(weights, set(chars), Dice(5)))
    able = {f.name for group in ("bitmap", "ocr", "mono") for f in face_groups()[group] if f.covers(chars)}
    able |= {"arimo"} & {name for name in ("arimo",) if face(name).covers(chars)}
    assert sorted(f.name for f in drawn) == sorted(able)


def test_no_face_for_a_text_is_told_with_the_nearest_face_and_what_it_lacks() -> None:
    with pytest.raises(FontError) as caught:
        next(draw_faces(Weights({"ocr": 1, "vt220": 1}), set("12€ ₫"), Dice(1)))
    fault = str(caught.value)
    assert fault.startswith("no face among ocr, vt220 draws '")
    assert "€" in fault
    assert "nearest is 'vt220'" in fault or "nearest is 'ocr" in fault


def test_groups_are_met_by_weight() -> None:
    weights = Weights({"mono": 3, "bitmap": 1})
    groups = [next(draw_faces(weights, set(), Dice(seed))).group for seed in range(400)]
    assert 240 < groups.count("mono") < 360


@pytest.mark.parametrize(("native", "wanted", "size"), [("spleen-12x24", 30, 24), ("spleen-8x16", 30, 32)])
def test_a_bitmap_face_is_drawn_at_multiples_of_its_native_size(native: str, wanted: int, size: int) -> None:
    assert fit(face(native), wanted) == size
    assert fit(face("cousine"), wanted) == wanted


def test_the_native_cell_of_spleen_fills_the_columns_of_a_till() -> None:
    # 576 dots / 48 columns and 384 dots / 32 columns are both 12: ESC/POS Font A.
    assert fit(face("spleen-12x24"), 0, 12) == 24
    assert fit(face("spleen-12x24"), 0, 11) is None


# The folder of fonts.


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
    assert measure(path) == stored
    own = face(str(path))
    for ink in INKS:
        for bold in (False, True):
            for size in (8, 11, 16, 24, 41):
                key = f"{ink}{' bold' if bold else ''} {size}"
                assert "".join(sorted(Atlas(own, size, ink, bold=bold).lookalikes)) == lookalikes.get(key, ""), key


def test_every_packaged_face_has_its_licence_and_no_licence_is_left_over() -> None:
    folder = font_folder()
    named = {entry.licence for entry in load(folder / "faces.yaml", FaceList).faces.values()}
    assert named == {path.name for path in (folder / "licences").glob("*.txt")}
    assert all((folder / "licences" / name).stat().st_size > 100 for name in named)


def test_every_group_that_printers_default_to_has_faces() -> None:
    assert set(Printer().faces) | set(Printer().display) <= set(face_groups())


# Faces of the user's own.


def own_template(tmp_path: Path, fonts: str) -> Path:
    path = tmp_path / "own.yaml"
    path.write_text(
        f"extends: taxi\nlocales: {{en_US: 1}}\nprinters:\n  - {{dots: [576], columns: [40], faces: {fonts}}}\n",
        encoding="utf-8",
    )
    return path


def test_a_template_takes_a_font_file_by_its_path(tmp_path: Path) -> None:
    made = build_font(tmp_path / "bars.ttf", ASCII + "£€")
    template = receipt_template(str(own_template(tmp_path, f"{{{made}: 1}}"))).value
    for index in range(3):
        sample = Receipts([template], seed=1).draw(index)
        assert sample.face == str(made)
        assert (sample.page.image < 255).any()


def test_an_unfit_font_file_is_told_with_its_place_in_the_template(tmp_path: Path) -> None:
    made = build_font(tmp_path / "unicase.ttf", unicase=True)
    with pytest.raises(ConfigError, match=r"own\.yaml:4:\d+: printers\[0\]\.faces.*unicase\.ttf: .*alike"):
        receipt_template(str(own_template(tmp_path, f"{{{made}: 1}}")))


def test_faces_of_a_users_own_come_by_path_and_are_measured_once(tmp_path: Path) -> None:
    made = build_font(tmp_path / "bars.otf", ASCII)
    assert face(str(made)) is face(str(made))
    assert (face(str(made)).group, face(str(made)).native) == ("own", None)
    assert [f.name for f in islice(draw_faces(Weights({str(made): 1}), set("ab"), Dice(0)), 2)] == [str(made)]
