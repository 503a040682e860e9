"""Receipts that are read from right to left: columns are mirrored, texts keep their own direction."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from receiptgen.core.bidi import Direction
from receiptgen.typography.blocks import PLAIN, Align, Block, Frame, Gap, Graphic, Row, Rule, Run, Style
from receiptgen.typography.layout import Layout
from receiptgen.typography.print_settings import PrintSettings
from receiptgen.typography.raster import draw_page
from receiptgen.typography.row_fitting import wrap
from receiptgen.typography.typeface import face
from receiptgen.typography.typesetter import Typesetter

WIDTH, MARGIN = 384, 20
HEEBO, COUSINE = "heebo", "cousine"


def settings(name: str = COUSINE, pitch: int | None = 12) -> PrintSettings:
    return PrintSettings(WIDTH, MARGIN, "dots" if pitch else "smooth", face(name), 20, pitch, 26, face("arimo"), 1.7)


def lay(blocks: list[Block], direction: Direction, how: PrintSettings | None = None) -> Layout:
    return Typesetter(how or settings(), 10, 10, direction).set(blocks)


RUNS = st.lists(
    st.builds(
        Run,
        st.text(st.sampled_from("abc 1.0"), min_size=1, max_size=20).map(lambda text: " ".join(text.split()) or "a"),
        align=st.sampled_from(["left", "center", "right"]),
        columns=st.sampled_from([None, 0, 8, "shared"]),
        indent=st.integers(0, 3),
        style=st.sampled_from([PLAIN, Style(wide=True), Style(tall=True, underline=True)]),
        values=st.just(()),
        by_hand=st.just(False),
    ),
    min_size=1,
    max_size=3,
).map(tuple)
BLOCKS = st.lists(
    st.one_of(
        st.builds(Row, RUNS, leader=st.sampled_from(["", "."])),
        st.builds(Rule, st.sampled_from(["-", "solid", "dotted"]), st.sampled_from([1.0, 0.4])),
        st.builds(lambda runs: Frame((Row(runs),)), RUNS),
    ),
    min_size=1,
    max_size=4,
)


@given(BLOCKS)
def test_everything_stands_at_the_other_side_in_the_same_row_and_reads_the_same(blocks: list[Block]) -> None:
    left, right = lay(blocks, "ltr"), lay(blocks, "rtl")
    assert (left.width, left.height) == (right.width, right.height)
    for line, mirrored in zip(left.lines, right.lines, strict=True):
        for one, other in zip(line, mirrored, strict=True):
            assert (one.text, one.y) == (other.text, other.y)
            assert one.x + other.x + left.settings.glyphs(one.run).measure(one.text) == WIDTH + 2 * MARGIN
    for drawn, there in zip(left.drawings, right.drawings, strict=True):
        assert drawn.box[1::2] == there.box[1::2]
        # Underlines and inverse blocks go with the ink of their text, which isn't mirrored.
        if drawn.kind in {"rule", "frame"} and drawn.ink is None:
            # Rules are as long as whole dots and gaps have room.
            assert abs(drawn.box[0] + there.box[2] - left.width) < 6
    assert left.text() == right.text()


@pytest.mark.parametrize("align", ["left", "right"])
def test_a_code_and_a_line_to_write_on_are_mirrored_too(align: Align) -> None:
    code = Graphic("qr", "x", np.ones((20, 20), np.bool_), largest=2, align=align)
    hand = Run("", "signature", columns=12, style=Style(underline=True), by_hand=True)
    left, right = (
        lay([code, Row((Run("X", columns=4), hand._replace(text="abc")))], way, settings()._replace(pen=settings()))
        for way in ("ltr", "rtl")
    )
    for one, other in zip(left.drawings, right.drawings, strict=True):
        assert one.box[0] + other.box[2] == left.width


def test_regions_are_in_reading_order_and_lines_say_their_direction() -> None:
    row = Row((Run('סה"כ לתשלום', "total.label", columns=None), Run("12.50", "total", "right", columns=0)))
    page = draw_page(lay([row], "rtl", settings(HEEBO, None)))
    (line,) = page.regions.lines
    assert (line.text, line.direction) == ('סה"כ לתשלום 12.50', "rtl")
    assert [field.direction for field in page.regions.fields] == ["rtl", "ltr"]
    assert [word.direction for word in page.regions.words] == ["rtl", "rtl", "ltr"]
    lefts = page.regions.word_quads[:, 0, 0].tolist()
    assert lefts == sorted(lefts, reverse=True)
    # The price stands at the left edge of the print, the label at the right.
    assert lefts[-1] < MARGIN + 5
    assert page.regions.word_quads[0, 1, 0] > MARGIN + WIDTH - 8


def test_boxes_of_a_page_hold_all_of_its_ink_and_nothing_else() -> None:
    rows = [
        Row((Run("שָׁלוֹם עולם", columns=None), Run("₪12.50", align="right", columns=0))),
        Gap(),
        Row((Run("ABC (אב) 12", align="center"),)),
    ]
    page = draw_page(lay(rows, "rtl", settings(HEEBO, None)))
    ink = page.image < 255
    for quad in page.regions.word_quads:
        (x0, y0), (x1, y1) = quad[0], quad[2]
        part = ink[y0:y1, x0:x1]
        assert all(edge.any() for edge in (part[0], part[-1], part[:, 0], part[:, -1]))
        ink[y0:y1, x0:x1] = False
    assert not ink.any()


@given(st.text(st.sampled_from("กำน้ที่ดื่ม"), min_size=1, max_size=30), st.integers(1, 200))
def test_long_words_are_broken_between_clusters_and_lose_nothing(word: str, width: int) -> None:
    glyphs = settings("sarabun", None).atlas(PLAIN)
    parts = wrap(word, width, glyphs)
    assert "".join(parts) == word
    assert all(parts)
    for part in parts[1:]:
        assert part[0] not in "ำ้ี่ื่"


@pytest.mark.parametrize(
    ("text", "columns", "parts"),
    [
        ("(מספר עוסק: 123456789)", 16, ["(מספר", "עוסק: 123456789)"]),
        ("-חשבונית TAX INVOICE-", 16, ["-חשבונית TAX", "INVOICE-"]),
        ("-מס חשבונית TAX INVOICE-", 21, ["-מס", "חשבונית TAX INVOICE-"]),
        ("סך הכל 12.50", 7, ["סך הכל", "12.50"]),
        ("(מס 123456789)", 6, ["(מס", "123456", "789)"]),
        ("(no. 123456789)", 10, ["(no.", "123456789)"]),
    ],
)
def test_a_broken_text_keeps_its_last_signs_beside_letters_that_tell_their_side(
    text: str, columns: int, parts: list[str]
) -> None:
    glyphs = settings().atlas(PLAIN)
    assert wrap(text, columns * 12, glyphs) == parts
