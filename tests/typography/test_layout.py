"""Rows to places: wrapping, columns, styles, frames; on any paper, nothing overlaps and nothing is lost."""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from samples import in_locale

from receiptgen.commerce import basket
from receiptgen.commerce.countries.locales import locale
from receiptgen.core.assets import packaged_names
from receiptgen.core.dice import Dice, key_of
from receiptgen.drawing.receipt_pages import lay_out
from receiptgen.drawing.template import receipt_template
from receiptgen.elements import ElementContext, draw_voice
from receiptgen.imaging.geometry import boxes_of_quads
from receiptgen.imaging.page import Page
from receiptgen.typography.blocks import Align, Block, Frame, Gap, Graphic, Row, Rule, Run, Style
from receiptgen.typography.glyph_atlas import atlas
from receiptgen.typography.layout import Layout, PlacedRun
from receiptgen.typography.print_settings import PrintSettings
from receiptgen.typography.raster import draw_page
from receiptgen.typography.row_fitting import wrap
from receiptgen.typography.typeface import face
from receiptgen.typography.typesetter import Typesetter

WORDS = st.text(st.sampled_from("abcWil.:$0"), min_size=1, max_size=14)
TEXTS = st.lists(WORDS, min_size=1, max_size=8).map(" ".join)
STYLES = st.builds(
    Style,
    **dict.fromkeys(("wide", "tall", "bold", "small", "underline", "inverse", "spaced", "outline"), st.booleans()),
)


def setting(
    width: int = 384, pitch: int | None = 12, name: str = "cousine", size: int = 20, margin: int = 20
) -> PrintSettings:
    return PrintSettings(width, margin, "dots" if pitch else "smooth", face(name), size, pitch, 26, face("arimo"), 1.7)


def lay(blocks: Sequence[Block], how: PrintSettings | None = None) -> Layout:
    return Typesetter(how or setting(), 10, 10).set(blocks)


def line_texts(layout: Layout) -> list[str]:
    return [" ".join(placed.text for placed in line) for line in layout.lines]


def end(placed: PlacedRun, layout: Layout) -> int:
    return placed.x + layout.settings.glyphs(placed.run).measure(placed.text)


def ink_boxes(layout: Layout) -> list[list[int]]:
    """Return the ink of each line."""
    return boxes_of_quads(draw_page(layout).regions.line_quads).tolist()


# Wrapping.


@given(TEXTS, st.integers(1, 400), st.sampled_from(["cousine", "arimo"]))
@settings(max_examples=80, deadline=None, derandomize=True)
def test_wrapped_parts_hold_the_whole_text_and_fit(text: str, width: int, name: str) -> None:
    glyphs = atlas(face(name), 20)
    parts = wrap(text, width, glyphs)
    assert all(parts)
    assert "".join(parts).replace(" ", "") == text.replace(" ", "")
    assert all(glyphs.measure(part) <= width or len(part) == 1 for part in parts)
    assert all(part == part.strip() for part in parts)


@given(TEXTS.filter(lambda text: ":" not in text))
@settings(max_examples=60, deadline=None, derandomize=True)
def test_wrapping_breaks_at_spaces_only_where_words_fit_and_fills_lines(text: str) -> None:
    glyphs = atlas(face("cousine"), 20)
    width = glyphs.measure("W" * 14)
    parts = wrap(text, width, glyphs)
    assert " ".join(parts) == text
    for part, following in pairwise(parts):
        assert glyphs.measure(f"{part} {following.split(' ')[0]}") > width


def test_a_colon_set_apart_stays_with_its_word() -> None:
    glyphs = atlas(face("cousine"), 20)
    assert wrap("Totale :", glyphs.measure("Totale"), glyphs) == ["Totale", ":"]
    assert wrap("Il Totale :", glyphs.measure("Totale :"), glyphs) == ["Il", "Totale :"]


def test_a_text_that_fits_is_left_alone() -> None:
    assert wrap("one two", 10_000, atlas(face("cousine"), 20)) == ["one two"]


# Any rows at all.

RUNS = st.builds(
    Run,
    TEXTS | st.just(""),
    st.just("text"),
    st.sampled_from(["left", "center", "right"]),
    st.sampled_from([None, 0, 5, "a", "b"]),
    st.just(-1),
    STYLES,
    st.integers(0, 3),
)
BLOCKS: st.SearchStrategy[Block] = st.one_of(
    st.builds(Row, st.lists(RUNS, min_size=1, max_size=4).map(tuple), st.sampled_from(["", "."])),
    st.builds(Rule, st.sampled_from(["-", "=", "_", "solid", "double", "dotted"]), st.sampled_from([1.0, 0.4])),
    st.builds(Gap, st.floats(0, 2)),
)
FRAMES = st.builds(
    Frame, st.lists(BLOCKS, min_size=1, max_size=3).map(tuple), st.sampled_from(["", "", "*", "-"]), st.just(False)
)
ANY_BLOCKS = st.lists(BLOCKS | FRAMES, max_size=7)
SETTINGS = st.builds(
    lambda width, pitch, name: setting(width, pitch, name),
    st.sampled_from([220, 384, 576]), st.sampled_from([None, 9, 12]),
    st.sampled_from(["cousine", "arimo", "spleen-8x16"]),
)  # fmt: skip


def texts_of(blocks: Sequence[Block]) -> Iterator[str]:
    for block in blocks:
        if isinstance(block, Frame):
            yield from texts_of(block.rows)
        elif isinstance(block, Row):
            yield from (run_.text for run_ in block.runs)


@given(ANY_BLOCKS, SETTINGS)
@settings(max_examples=80, deadline=None, derandomize=True)
def test_any_rows_keep_all_their_text_on_the_paper_and_apart(blocks: list[Block], how: PrintSettings) -> None:
    layout = lay(blocks, how)
    said = "".join(placed.text for line in layout.lines for placed in line)
    assert sorted(said.replace(" ", "")) == sorted("".join(texts_of(blocks)).replace(" ", ""))
    page = draw_page(layout)
    boxes = boxes_of_quads(page.regions.quads)
    assert (boxes >= 0).all()
    assert (boxes[:, [0, 2]] <= layout.width).all()
    assert (boxes[:, [1, 3]] <= layout.height).all()
    lines = boxes_of_quads(page.regions.line_quads)
    assert (lines[1:, 1] > lines[:-1, 3]).all()
    for line in layout.lines:
        for one, other in pairwise(line):
            assert end(one, layout) < other.x


# The packaged templates.


@lru_cache(maxsize=1)
def template_layouts() -> tuple[Layout, ...]:
    made = []
    for name in packaged_names("templates"):
        template = receipt_template(name).value
        for country in template.locales:
            dice, place = Dice(key_of(name, country)), locale(country)
            receipt = basket.draw(template.basket, dice.fork("basket"), place)
            voice = draw_voice(place, receipt.scheme, dice.fork("voice"))
            made.append(lay_out(in_locale(template, country), ElementContext(receipt, voice), dice))
    return tuple(made)


def test_no_text_of_any_template_leaves_the_printable_width() -> None:
    for layout in template_layouts():
        how = layout.settings
        for line in layout.lines:
            for placed in line:
                assert placed.x >= how.margin, (placed, how)
                assert end(placed, layout) <= how.margin + how.width, (placed.text, how)


def test_no_drawing_of_any_template_leaves_the_paper() -> None:
    for layout in template_layouts():
        for drawing in layout.drawings:
            x0, y0, x1, y1 = drawing.box
            assert 0 <= x0 < x1 <= layout.width, drawing
            assert 0 <= y0 < y1 <= layout.height, drawing


def test_texts_in_a_row_stand_at_least_half_a_column_apart() -> None:
    for layout in template_layouts():
        for line in layout.lines:
            for one, other in pairwise(line):
                assert other.x - end(one, layout) >= layout.settings.unit // 2, (one.text, other.text)


def test_prices_of_a_till_end_in_one_column() -> None:
    for layout in template_layouts():
        ends = {
            end(p, layout)
            for line in layout.lines
            for p in line
            if p.run.role == "item.price" and p.run.align == "right"
        }
        assert len(ends) <= 1, (layout.settings, ends)


def test_no_amount_of_any_template_is_broken() -> None:
    amounts = {"item.price", "total", "subtotal", "tax", "change", "payable", "rounding"}
    for layout in template_layouts():
        for line in layout.lines:
            for placed in line:
                if placed.run.role in amounts:
                    assert placed.text == placed.run.text, (placed.text, placed.run)


def is_of_one_cell(style: Style) -> bool:
    return not (style.wide or style.tall or style.bold or style.small or style.display)


def test_text_of_a_till_keeps_its_columns() -> None:
    for layout in template_layouts():
        how = layout.settings
        if how.pitch is None:
            continue
        for row, line in zip(layout.text().split("\n"), layout.lines, strict=True):
            if all(is_of_one_cell(placed.run.style) for placed in line):
                for placed in line:
                    column = round((placed.x - how.margin) / how.pitch)
                    assert row[column : column + len(placed.text)] == placed.text


# Columns.


def test_runs_that_share_a_column_stand_in_line() -> None:
    prices = ("1.20", "100.00", "3.5 A")
    rows = [Row((Run(f"item {price}", columns=None), Run(price, "p", "right", "price"))) for price in prices]
    layout = lay(rows)
    assert {end(line[-1], layout) for line in layout.lines} == {20 + 384}
    assert {line[0].x for line in layout.lines} == {20}
    left = lay([Row((Run(label, columns="label"), Run("value"))) for label in ("A:", "A long label:", "B:")])
    assert len({line[1].x for line in left.lines}) == 1


def test_a_column_is_as_wide_as_its_widest_run_even_in_a_frame() -> None:
    rows = [Row((Run("a", columns="c"), Run("x"))), Frame((Row((Run("aaaaaaaa", columns="c"), Run("y"))),))]
    layout = lay(rows)
    (first, x), (second, y) = layout.lines
    assert x.x - first.x == y.x - second.x == 9 * 12


@pytest.mark.parametrize(("align", "start"), [("left", 20), ("center", 20 + (384 - 48) // 2), ("right", 20 + 384 - 48)])
def test_a_run_stands_where_it_is_aligned(align: Align, start: int) -> None:
    ((placed,),) = lay([Row((Run("four", align=align),))]).lines
    assert placed.x == start


def test_an_indent_moves_a_run_in() -> None:
    ((placed,),) = lay([Row((Run("four", indent=3),))]).lines
    assert placed.x == 20 + 36


def test_an_empty_run_prints_nothing_and_keeps_its_columns() -> None:
    ((placed,),) = lay([Row((Run("", columns=6), Run("x", columns=0)))]).lines
    assert placed.text == "x"
    assert placed.x >= 20 + 6 * 12


def test_a_long_label_wraps_and_its_value_stays_whole_at_the_right() -> None:
    label = "a label that is far longer than any paper of a till could ever hold"
    layout = lay([Row((Run(label, "l"), Run("1234.56", "v", "right", 0)))])
    values = [placed for line in layout.lines for placed in line if placed.run.role == "v"]
    labels = [placed.text for line in layout.lines for placed in line if placed.run.role == "l"]
    assert [value.text for value in values] == ["1234.56"]
    assert end(values[0], layout) == 20 + 384
    assert " ".join(labels) == label


def test_a_long_value_goes_below_its_label() -> None:
    layout = lay([Row((Run("Label:", "l", columns=0), Run("v" * 30, "v", "right", 0)))])
    assert line_texts(layout) == ["Label:", "v" * 30]
    assert end(layout.lines[1][0], layout) == 20 + 384


def test_a_word_longer_than_the_paper_is_broken_inside() -> None:
    assert line_texts(lay([Row((Run("x" * 70),))])) == ["x" * 32, "x" * 32, "x" * 6]


@pytest.mark.parametrize("width", [24, 60, 120])
def test_narrow_paper_loses_nothing(width: int) -> None:
    rows = [
        Row((Run("GRAND TOTAL"), Run("1,234.56", "v", "right", 0))),
        Row((Run("a" * 20, columns=9), Run("b", columns=9))),
    ]
    layout = lay(rows, setting(width))
    assert "".join(line_texts(layout)).replace(" ", "") == "GRANDTOTAL1,234.56" + "a" * 20 + "b"
    assert all(p.x >= 20 and end(p, layout) <= 20 + width for line in layout.lines for p in line)


# Styles.


def struck(style: Style, text: str = "Hop", pitch: int | None = 12) -> Page:
    return draw_page(lay([Row((Run(text, style=style),))], setting(pitch=pitch)))


def word_pixels(page: Page) -> np.ndarray:
    x0, y0, x1, y1 = boxes_of_quads(page.regions.word_quads)[0].tolist()
    return page.image[y0:y1, x0:x1]


def size_of(page: Page) -> tuple[int, int]:
    """Return width and height of the first character."""
    x0, y0, x1, y1 = boxes_of_quads(page.regions.char_quads)[0].tolist()
    return x1 - x0, y1 - y0


def test_a_till_doubles_widths_and_heights() -> None:
    width, height = size_of(struck(Style()))
    assert size_of(struck(Style(wide=True))) == (2 * width, height)
    assert size_of(struck(Style(tall=True))) == (width, 2 * height)
    assert size_of(struck(Style(wide=True, tall=True))) == (2 * width, 2 * height)
    assert size_of(struck(Style(bold=True))) == (width + 1, height)
    small = size_of(struck(Style(small=True)))
    assert small[0] < width
    assert small[1] < height


def test_a_driver_scales_its_sizes() -> None:
    heights = [
        size_of(struck(style, pitch=None))[1]
        for style in (Style(small=True), Style(), Style(tall=True), Style(wide=True, tall=True))
    ]
    assert heights == sorted(set(heights))
    assert size_of(struck(Style(display=True), pitch=None))[1] > heights[1]


def test_a_line_feed_is_as_high_as_its_highest_run() -> None:
    def pitch_of(style: Style) -> int:
        boxes = ink_boxes(lay([Row((Run("H", style=style),)), Row((Run("H"),))]))
        return int(boxes[1][1] - boxes[0][1])

    assert pitch_of(Style(tall=True)) > pitch_of(Style())


def test_runs_of_one_row_share_a_baseline() -> None:
    page = draw_page(
        lay(
            [Row((Run("H", columns=0, style=Style(tall=True)), Run("H", columns=0), Run("H", style=Style(small=True))))]
        )
    )
    assert len(set(boxes_of_quads(page.regions.char_quads)[:, 3].tolist())) == 1


def test_inverse_is_white_on_black_and_underline_a_mark_below() -> None:
    page = struck(Style(inverse=True))
    ((x0, y0, x1, y1),) = boxes_of_quads(page.regions.mark_quads).tolist()
    word = boxes_of_quads(page.regions.word_quads)[0].tolist()
    assert page.regions.marks[0].kind == "inverse"
    assert [x0, y0, x1, y1] == [word[0] - 4, word[1] - 4, word[2] + 4, word[3] + 4]
    assert not page.image[y0, x0:x1].any()
    assert (page.image[y0:y1, x0:x1] == 255).any()
    assert np.array_equal(255 - word_pixels(page), word_pixels(struck(Style())))
    page = struck(Style(underline=True))
    ((x0, y0, x1, y1),) = boxes_of_quads(page.regions.mark_quads).tolist()
    word = boxes_of_quads(page.regions.word_quads)[0].tolist()
    assert page.regions.marks[0].kind == "underline"
    assert (x0, x1) == (word[0], word[2])
    assert word[3] < y0 < y1
    assert not page.image[y0:y1, x0:x1].any()


# Rules, gaps, codes, frames.


def test_a_frame_encloses_its_rows_and_nothing_else() -> None:
    inner = (Row((Run("inside"),)), Rule("solid"), Row((Run("y" * 80),)))
    layout = lay([Row((Run("above"),)), Frame(inner), Row((Run("below"),))])
    (frame,) = (drawing.box for drawing in layout.drawings if drawing.kind == "frame")
    lines = ink_boxes(layout)
    assert lines[0][3] < frame[1]
    assert lines[-1][1] > frame[3]
    for x0, y0, x1, y1 in lines[1:-1]:
        assert frame[0] + 2 < x0 < x1 < frame[2] - 2
        assert frame[1] + 2 < y0 < y1 < frame[3] - 2
    for drawing in layout.drawings:
        if drawing.kind == "rule":
            assert frame[0] < drawing.box[0] < drawing.box[2] < frame[2]


def test_a_short_rule_stands_at_the_right() -> None:
    layout = lay([Row((Run("x"),)), Rule("-", 0.25), Rule("solid", 0.25)])
    for drawing in layout.drawings:
        assert drawing.box[0] > 20 + 384 * 0.7
        assert drawing.box[2] > 20 + 384 - 12


def test_a_gap_is_empty_paper() -> None:
    near, far = (ink_boxes(lay([Row((Run("x"),)), Gap(lines), Row((Run("x"),))])) for lines in (0, 3))
    assert (far[1][1] - far[0][1]) - (near[1][1] - near[0][1]) == 3 * 26


def test_a_code_is_scaled_by_whole_numbers_and_centred() -> None:
    modules = np.zeros((1, 95), bool)
    modules[0, ::2] = True
    (drawing,) = lay([Row((Run("x"),)), Graphic("ean13", "1", modules, 60, largest=3)]).drawings
    x0, y0, x1, y1 = drawing.box
    assert (x1 - x0, y1 - y0) == (95 * 3, 60)
    assert abs((x0 - 20) - (20 + 384 - x1)) <= 1


def test_a_page_is_as_wide_as_its_paper_and_as_high_as_its_rows() -> None:
    short, long = (lay([Row((Run("x"),))] * count) for count in (1, 5))
    assert short.width == long.width == 384 + 2 * 20
    assert long.height - short.height == 4 * 26
    assert ink_boxes(long)[-1][3] <= long.height - 10


def test_large_print_is_made_smaller_rather_than_break_a_word() -> None:
    how = setting(width=300)
    name = "HYPERSUPERMARKET OF BIRMINGHAM"
    fitting = how.with_whole_words([Run(name, style=Style(display=True))])
    assert how.with_whole_words([Run("SHOP", style=Style(display=True))]) is how
    lines = lay([Row((Run(name, style=Style(display=True)),))], fitting).lines
    assert [run.text for line in lines for run in line] == ["HYPERSUPERMARKET", "OF BIRMINGHAM"]
    assert fitting.display_scale < how.display_scale


def table(*rows: tuple[str, ...]) -> list[Block]:
    """Return rows of a name and of columns at its right."""
    return [
        Row((Run(name, columns=None), *(Run(text, "n", "right", f"c {i}") for i, text in enumerate(rest))))
        for name, *rest in rows
    ]


def test_columns_of_a_table_are_set_apart_by_the_share_of_empty_paper_and_stay_in_line() -> None:
    rows = table(("A", "1.00", "2.00"), ("ABC", "10.00", "20.00"))
    ends, texts = [], []
    for spread in (0.0, 0.5, 1.0):
        layout = lay(rows, setting()._replace(spread=spread))
        texts.append(line_texts(layout))
        columns = [[end(line[column], layout) for line in layout.lines] for column in (1, 2)]
        assert all(len(set(column)) == 1 for column in columns)
        ends.append(columns[1][0] - columns[0][0])
    assert texts[0] == texts[1] == texts[2] == ["A 1.00 2.00", "ABC 10.00 20.00"]
    assert ends == sorted(set(ends))


def test_values_are_set_apart_from_their_labels() -> None:
    pairs = (("Date", "24.12.2026"), ("Till", "4"))
    rows = [Row((Run(label, columns="label"), Run(":", columns=0), Run(value))) for label, value in pairs]
    starts = [[line[2].x for line in lay(rows, setting()._replace(spread=spread)).lines] for spread in (0.0, 0.5)]
    assert [len(set(places)) for places in starts] == [1, 1]
    assert starts[0][0] + 2 * 12 <= starts[1][0]


def test_columns_that_leave_no_paper_are_not_set_apart() -> None:
    rows = table(("A long name", "1000.00", "2000.00"), ("B", "1.00", "2.00"))
    assert line_texts(lay(rows, setting(360)._replace(spread=1.0))) == line_texts(lay(rows, setting(360)))


def test_columns_too_long_for_a_row_share_the_next_one() -> None:
    rows = table(("Softwareontwikkeling", "7.50h", "70.50", "528.75"))
    assert line_texts(lay(rows, setting(300))) == ["Softwareontwikkeling", "7.50h 70.50 528.75"]


def test_large_print_keeps_away_from_rows_that_are_set_close() -> None:
    close = setting()._replace(leading=14, clear=0)
    gaps = []
    for style in (Style(), Style(tall=True)):
        boxes = ink_boxes(lay([Row((Run("Hgj"),)), Row((Run("Hgj", style=style),)), Row((Run("Hgj"),))], close))
        gaps.append(min(below[1] - above[3] for above, below in pairwise(boxes)))
    assert gaps[0] == 0
    assert gaps[1] >= 5
