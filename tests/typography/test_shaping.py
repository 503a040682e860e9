"""Shaped texts: as Pillow's raqm draws them, where HarfBuzz puts each cluster, in the order that readers expect."""

from functools import lru_cache

import numpy as np
import pytest
import uharfbuzz as hb
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageFont, features

from receiptgen.core.bidi import direction_of, visual_order
from receiptgen.core.errors import FontError
from receiptgen.core.scripts import clusters
from receiptgen.typography.glyph_atlas import Atlas
from receiptgen.typography.glyphs import Strip
from receiptgen.typography.shaping import pieces_of, unshaped
from receiptgen.typography.typeface import face, plain

SIZE = 40
WORDS = [
    ("cairo", "المجموع"), ("vazirmatn", "ضريبية"), ("noto-naskh-arabic", "السَّلامُ"), ("vazirmatn", "نان\u200cها"),
    ("cairo", "كتـــاب"), ("noto-naskh-arabic", "إلى،"), ("heebo", "סה\"כ"), ("heebo", "שָׁלוֹם"),
    ("sarabun", "น้ำดื่ม"), ("ibm-plex-sans-thai-looped", "ทั้งสิ้น"), ("noto-sans-devanagari", "क्षेत्र"), ("mukta", "कर्म"),
    ("noto-sans-devanagari", "द्वितीय"), ("mukta", "लिंक"),
]  # fmt: skip
LINES = {
    "cairo": "المجموع لا إله ضريبة \u200c\u200d\u064e AED 45.00%(،)", "heebo": "סה\"כ לתשלום שלום 12.50 ABC()",
    "mukta": "क्षेत्र कर्म लिंक 12 ab", "sarabun": "น้ำดื่มทั้งสิ้น 20 บาท ab",
}  # fmt: skip


@lru_cache
def atlas(name: str, **style: object) -> Atlas:
    return Atlas(face(name), SIZE, **style)  # type: ignore[arg-type]


def trimmed(ink: np.ndarray) -> np.ndarray:
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    return ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def boxes_by_cluster(strip: Strip, text: str) -> list[list[int]]:
    """Return the box of each cluster, which all of its characters share."""
    boxes, start = [], 0
    for part in clusters(text):
        of_part = strip.boxes[start : start + len(part)]
        assert (of_part == of_part[0]).all()
        boxes.append(of_part[0].tolist())
        start += len(part)
    return boxes


@pytest.mark.parametrize(("name", "text"), WORDS)
@pytest.mark.parametrize("ink", ["smooth", "dots"])
def test_a_word_has_the_pixels_that_raqm_draws(name: str, text: str, ink: str) -> None:
    font = ImageFont.truetype(str(face(name).path), SIZE, layout_engine=ImageFont.Layout.RAQM)
    image = Image.new("L", (12 * SIZE, 4 * SIZE))
    pen = ImageDraw.Draw(image)
    pen.fontmode = "1" if ink == "dots" else "L"
    pen.text((SIZE, 2 * SIZE), text, 255, font, "ls", direction=direction_of(text))
    assert np.array_equal(trimmed(atlas(name, ink=ink).strip(text).ink), trimmed(np.array(image)))


@pytest.mark.parametrize(("name", "text"), WORDS)
def test_a_cluster_lies_where_harfbuzz_puts_its_glyphs(name: str, text: str) -> None:
    font = hb.Font(hb.Face(hb.Blob.from_file_path(str(face(name).path))))
    font.scale = (SIZE * 64, SIZE * 64)
    buffer = hb.Buffer()
    buffer.add_str(text)
    buffer.guess_segment_properties()
    hb.shape(font, buffer)
    found = atlas(name)
    spots: list[tuple[int, list[float]]] = []
    pen = 0
    for info, position in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True):
        extents = font.get_glyph_extents(info.codepoint)
        if extents.width:
            x0, y0 = pen + position.x_offset + extents.x_bearing, position.y_offset + extents.y_bearing
            box = [x0, -y0, x0 + extents.width, -y0 - extents.height]
            spots.append((info.cluster, (np.array(box) / 64 + [0, found.ascent] * 2).tolist()))
        pen += position.x_advance
    strip = found.strip(text)
    start = 0
    for part, box in zip(clusters(text), boxes_by_cluster(strip, text), strict=True):
        glyphs = np.array([spot for at, spot in spots if start <= at < start + len(part)])
        expected = [*glyphs[:, :2].min(axis=0), *glyphs[:, 2:].max(axis=0)]
        assert np.abs(np.array(box) - expected).max() < 2.5, (part, box, expected)
        start += len(part)


@given(st.sampled_from(sorted(LINES)), st.data())
def test_every_character_but_the_space_has_ink_in_its_box(name: str, data: st.DataObject) -> None:
    text = plain(data.draw(st.text(st.sampled_from(LINES[name]), min_size=1, max_size=12))).strip()
    drawn = [char for char in text if char != " "]
    if not drawn:
        return
    found = atlas(name)
    strip = found.strip(text)
    assert strip.inked.tolist() == [char != " " for char in text]
    inside = np.zeros(strip.ink.shape, bool)
    for x0, y0, x1, y1 in strip.boxes[strip.inked].tolist():
        assert min(x0 + strip.left, y0 + strip.above) >= 0
        inside[y0 + strip.above : y1 + strip.above, x0 + strip.left : x1 + strip.left] = True
    assert np.count_nonzero(strip.ink[inside]) >= 0.95 * np.count_nonzero(strip.ink)


@pytest.mark.parametrize(
    ("name", "text"),
    [("cairo", "المجموع: 45.00 AED"), ("heebo", "TOTAL סה\"כ (12)"), ("heebo", "מחיר 12.50"), ("cairo", "خصم 10 (لا)")],
)  # fmt: skip
def test_words_and_numbers_stand_in_visual_order(name: str, text: str) -> None:
    boxes = atlas(name).strip(text).boxes
    drawn = [index for index in visual_order(text) if text[index] != " "]
    middles = (boxes[drawn, 0] + boxes[drawn, 2]) / 2
    # Marks, and the letters of a ligature, share a box.
    assert (np.diff(middles) >= 0).all()


def test_brackets_are_mirrored_from_right_to_left() -> None:
    left, right = atlas("heebo")["("].box, atlas("heebo")[")"].box
    boxes = atlas("heebo").strip("(אב)").boxes.tolist()
    widths = [x1 - x0 for x0, _, x1, _ in boxes]
    assert boxes[0][0] > boxes[3][0]
    assert widths[0] == right[2] - right[0]
    assert widths[3] == left[2] - left[0]


@pytest.mark.parametrize(("name", "text"), WORDS[::3])
def test_doubling_repeats_columns_and_rows(name: str, text: str) -> None:
    once, doubled = atlas(name).strip(text), atlas(name, wide=True, tall=True).strip(text)
    assert np.array_equal(trimmed(doubled.ink), trimmed(once.ink).repeat(2, axis=0).repeat(2, axis=1))
    assert np.abs(doubled.boxes - 2 * once.boxes).max() <= 2
    assert atlas(name, wide=True).measure(text) == 2 * atlas(name).measure(text)


@pytest.mark.parametrize(("name", "text"), WORDS[::3])
def test_styles_hold_for_shaped_words(name: str, text: str) -> None:
    plain_ink = trimmed(atlas(name).strip(text).ink)
    bold, narrow = trimmed(atlas(name, bold=True).strip(text).ink), trimmed(atlas(name, stretch=0.7).strip(text).ink)
    lean = trimmed(atlas(name, lean=0.3).strip(text).ink)
    assert bold.shape[1] == plain_ink.shape[1] + 1
    assert abs(narrow.shape[1] - 0.7 * plain_ink.shape[1]) < 3
    assert lean.shape[1] >= plain_ink.shape[1]
    assert not np.array_equal(lean, plain_ink)
    assert set(np.unique(atlas(name, ink="dots", stretch=0.7).strip(text).ink)) == {0, 255}


def test_a_word_takes_whole_columns_of_a_pitch_and_begins_where_reading_does() -> None:
    thai, hebrew = atlas("sarabun", pitch=24), atlas("heebo", pitch=24)
    assert thai.measure("น้ำดื่ม") % 24 == 0
    assert thai.measure("น้ำ 20") == thai.measure("น้ำ") + 3 * 24
    text = "שלום"
    assert hebrew.measure(text) % 24 == 0
    natural = atlas("heebo").measure(text)
    assert hebrew.measure(text) - hebrew.strip(text).boxes[:, 0].min() <= natural


def test_stacked_marks_rise_above_the_cell() -> None:
    low = Atlas(face("sarabun"), SIZE)
    low._shaped._ascent = low.ascent = low.ascent // 2
    strip = low.strip("ที่")
    assert strip.above > 0
    assert strip.boxes[:, 1].min() == -strip.above


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("סה\"כ 12.50", ["12.50", " ", "סה\"כ"]),
        ("ราคา20บาท", ["ราคา", "20", "บาท"]),
        ("abc (كتاب) 1", ["abc", " ", "(", "كتاب", ")", " ", "1"]),
        ("كتاب، كتاب", ["كتاب", " ", "كتاب،"]),
    ],
)  # fmt: skip
def test_pieces_are_words_of_one_direction(text: str, pieces: list[str]) -> None:
    assert [piece.text for piece in pieces_of(text)] == pieces


@pytest.mark.parametrize(("text", "script"), [("كتاب", "arabic"), ("น้ำ", "thai"), ("ק कु", "hebrew and devanagari")])
def test_without_raqm_texts_are_refused_by_script(text: str, script: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(features, "check", lambda feature: feature != "raqm")
    assert unshaped(text).startswith(f"{script} needs Pillow with raqm")
    assert not unshaped("TOTAL 12.50 €")
    with pytest.raises(FontError, match=r"arabic needs Pillow with raqm.*pip install"):
        Atlas(face("cairo"), SIZE).strip("كتاب")


@pytest.mark.parametrize(
    ("text", "drawn"),
    [
        ("\u202bשלום\u202c", "שלום"), ("a\u200d\u200bb", "ab"), ("می\u200cشود", "می\u200cشود"),
        ("كتاب\u200c.", "كتاب."), ("ه\u200d", "ه\u200d"), ("\u2067כ\u2069\u200f", "כ"),
        ("क्\u200dष", "क्\u200dष"), ("x\u200cy", "xy"),
    ],
)  # fmt: skip
def test_plain_text_has_no_controls_and_keeps_the_joiners_that_show(text: str, drawn: str) -> None:
    assert plain(text) == drawn
