"""The promise of the product: what truth says is what is inked, nowhere else, to the pixel."""

import re
from collections.abc import Callable, Iterator, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import numpy as np
import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from independent import pillow_font, pillow_glyph
from numpy.typing import NDArray
from receipt_leaves import drawn

from receiptgen.commerce.countries.locales import locale
from receiptgen.core.dice import Dice
from receiptgen.imaging.geometry import boxes_of_quads, quads_of_boxes, union
from receiptgen.imaging.page import Page
from receiptgen.imaging.sample import Sample
from receiptgen.typography.blocks import Row, Run
from receiptgen.typography.glyph_atlas import atlas
from receiptgen.typography.ink_style import INKS, Ink
from receiptgen.typography.print_settings import PrintSettings
from receiptgen.typography.raster import draw_page, draw_text
from receiptgen.typography.typeface import face, faces, plain
from receiptgen.typography.typesetter import Typesetter

Pixels = NDArray[np.uint8]
STROKE = 2  # pixels of a frame's line
# What the exact comparison of glyphs needs to know of a sample is its face and size: cuts mix several.
CUTS = {"receipt_line", "receipt_word", "receipt_char"}


def text_ink(sample: Sample) -> Pixels:
    """Return 255 where text or a mark is inked, with the white text of inverse blocks as ink instead of them."""
    page = sample.page
    ink = 255 - page.image
    for mark, (x0, y0, x1, y1) in zip(page.regions.marks, mark_boxes(page), strict=True):
        if mark.kind == "inverse":
            ink[y0:y1, x0:x1] = 255 - ink[y0:y1, x0:x1]
    return ink


def printed(samples: tuple[Sample, ...]) -> list[Sample]:
    """Leave out samples with handwriting, whose quads lie between pixels; see ``test_handwriting``."""
    return [sample for sample in samples if np.issubdtype(sample.page.regions.quads.dtype, np.integer)]


def char_boxes(page: Page) -> list[list[int]]:
    return boxes_of_quads(page.regions.char_quads).tolist()


def mark_boxes(page: Page) -> list[list[int]]:
    return boxes_of_quads(page.regions.mark_quads).tolist()


def allowed(page: Page) -> NDArray[np.bool_]:
    """Return where ink may be: in boxes of characters and of marks, in a frame's stroke alone."""
    mask = np.zeros(page.image.shape, bool)
    for x0, y0, x1, y1 in char_boxes(page):
        mask[y0:y1, x0:x1] = True
    for mark, (x0, y0, x1, y1) in zip(page.regions.marks, mark_boxes(page), strict=True):
        if mark.kind == "frame":
            mask[y0 : y0 + STROKE, x0:x1] = mask[y1 - STROKE : y1, x0:x1] = True
            mask[y0:y1, x0 : x0 + STROKE] = mask[y0:y1, x1 - STROKE : x1] = True
        else:
            mask[y0:y1, x0:x1] = True
    return mask


def stray_ink(sample: Sample) -> str:
    rows, columns = np.nonzero((sample.page.image < 255) & ~allowed(sample.page))
    return f"{sample.template} {sample.name}: ink at {columns[0]},{rows[0]}" if rows.size else ""


def loose_boxes(sample: Sample) -> list[str]:
    """Name the characters whose boxes are not touched by ink on all four sides."""
    ink, found = text_ink(sample), []
    text = "".join(word.text for word in sample.page.regions.words)
    for char, (x0, y0, x1, y1) in zip(text, char_boxes(sample.page), strict=True):
        part = ink[y0:y1, x0:x1]
        if not (part.size and part[0].any() and part[-1].any() and part[:, 0].any() and part[:, -1].any()):
            found.append(f"{sample.template} {sample.name}: {char!r} at {x0},{y0}")
    return found


@pytest.mark.parametrize("fixture", ["receipts", "snippets", "cuts"])
def test_no_ink_lies_outside_the_boxes(fixture: str, request: pytest.FixtureRequest) -> None:
    faults = [fault for sample in printed(request.getfixturevalue(fixture)) if (fault := stray_ink(sample))]
    assert not faults, faults[:5]


@pytest.mark.parametrize("fixture", ["receipts", "snippets", "cuts"])
def test_ink_touches_all_four_sides_of_every_character(fixture: str, request: pytest.FixtureRequest) -> None:
    faults = [fault for sample in printed(request.getfixturevalue(fixture)) for fault in loose_boxes(sample)]
    assert not faults, faults[:5]


def test_marks_are_tight_too(receipts: tuple[Sample, ...]) -> None:
    # Codes have a light margin inside their modules; all else is inked to its edges.
    for sample in printed(receipts):
        ink = 255 - sample.page.image
        for mark, (x0, y0, x1, y1) in zip(sample.page.regions.marks, mark_boxes(sample.page), strict=True):
            part = ink[y0:y1, x0:x1]
            edges = (part[0], part[-1], part[:, 0], part[:, -1])
            # A dotted rule ends in a gap.
            assert all(edge.any() for edge in (edges if mark.kind != "rule" else edges[:3])), (sample.name, mark)


def differs_from_pillow(sample: Sample, ink: Ink) -> str:
    """Compare places and pixels of all characters of a snippet with Pillow's own drawing of each."""
    page, pen, baselines = sample.page, 0, set()
    boxes = char_boxes(page)
    expected = np.zeros_like(page.image)
    start: int | None = None
    place = 0
    for char in sample.text:
        if char != " ":
            glyph = pillow_glyph(sample.face, sample.size, ink, char)
            x0, y0, x1, y1 = boxes[place]
            place += 1
            if (y1 - y0, x1 - x0) != glyph.ink.shape:
                return f"{char!r} is {glyph.ink.shape} in Pillow, its box {x0, y0, x1, y1}"
            start = x0 - glyph.x - pen if start is None else start
            if x0 != start + pen + glyph.x:
                return f"{char!r} begins at {x0}, not {start + pen + glyph.x}"
            baselines.add(y0 - glyph.y)
            target = expected[y0:y1, x0:x1]
            np.maximum(target, glyph.ink, out=target)
        pen += round(pillow_font(sample.face, sample.size).getlength(char))
    if len(baselines) != 1:
        return f"baselines {baselines}"
    return "" if np.array_equal(255 - page.image, expected) else "pixels differ"


def test_every_snippet_is_the_ink_that_pillow_draws_for_its_text(snippets: tuple[Sample, ...]) -> None:
    for sample in snippets:
        if sample.kind not in CUTS:
            faults = [differs_from_pillow(sample, ink) for ink in INKS]
            assert "" in faults, (sample.name, sample.face, sample.size, sample.text, faults)


def spans_agree(sample: Sample) -> None:
    regions = sample.page.regions
    assert len(regions.quads) == 1 + sum(
        len(part) for part in (regions.lines, regions.fields, regions.words, regions.marks, regions.char_quads)
    )
    for spans, whole in ((regions.lines, len(regions.words)), (regions.fields, len(regions.words))):
        edges = [(span.start, span.stop) for span in spans]
        assert all(start < stop for start, stop in edges)
        assert [0, *(stop for _, stop in edges)] == [*(start for start, _ in edges), whole]
    assert [0, *(word.stop for word in regions.words)] == [
        *(word.start for word in regions.words), len(regions.char_quads),
    ]  # fmt: skip
    line_starts = {line.start for line in regions.lines}
    assert line_starts <= {field.start for field in regions.fields}


def test_spans_nest_without_gap_or_overlap(
    receipts: tuple[Sample, ...], snippets: tuple[Sample, ...], cuts: tuple[Sample, ...]
) -> None:
    for sample in (*receipts, *snippets, *cuts):
        spans_agree(sample)


def texts_agree(sample: Sample) -> None:
    regions = sample.page.regions
    for word in regions.words:
        assert word.text
        assert not re.search(r"\s", word.text)
        assert word.stop - word.start == len(word.text)
    for span in (*regions.lines, *regions.fields):
        assert span.text == " ".join(word.text for word in regions.words[span.start : span.stop]), sample.name
        assert plain(span.text) == span.text
    for field in regions.fields:
        words = regions.words[field.start : field.stop]
        assert {(word.role, word.item) for word in words} == {(field.role, field.item)}


def test_texts_of_all_levels_agree(
    receipts: tuple[Sample, ...], snippets: tuple[Sample, ...], cuts: tuple[Sample, ...]
) -> None:
    for sample in (*receipts, *snippets, *cuts):
        texts_agree(sample)


def test_a_snippet_has_one_line_and_is_labelled_as_it_reads(
    snippets: tuple[Sample, ...], cuts: tuple[Sample, ...]
) -> None:
    for sample in (*snippets, *cuts):
        assert [line.text for line in sample.page.regions.lines] == [sample.text]


def test_a_receipts_text_is_its_lines_with_columns_kept_by_spaces(receipts: tuple[Sample, ...]) -> None:
    for sample in receipts:
        rows = [" ".join(row.split()) for row in sample.text.split("\n")]
        assert rows == [line.text for line in sample.page.regions.lines]


def quads_agree(sample: Sample) -> None:
    regions = sample.page.regions
    height, width = sample.page.image.shape
    assert boxes_of_quads(regions.quads[:1]).tolist() == [[0, 0, width, height]]
    boxes = boxes_of_quads(regions.quads)
    assert np.array_equal(quads_of_boxes(boxes), regions.quads)
    assert (boxes >= 0).all()
    assert (boxes <= [width, height, width, height]).all()
    words, chars = boxes_of_quads(regions.word_quads), boxes_of_quads(regions.char_quads)
    for word, box in zip(regions.words, words.tolist(), strict=True):
        assert union(chars[word.start : word.stop]) == tuple(box), (sample.name, word)
    for spans, quads in ((regions.lines, regions.line_quads), (regions.fields, regions.field_quads)):
        for span, box in zip(spans, boxes_of_quads(quads).tolist(), strict=True):
            assert union(words[span.start : span.stop]) == tuple(box), (sample.name, span)


def test_every_box_is_the_union_of_its_parts_and_on_the_page(
    receipts: tuple[Sample, ...], snippets: tuple[Sample, ...], cuts: tuple[Sample, ...]
) -> None:
    for sample in (*printed(receipts), *snippets, *cuts):
        quads_agree(sample)


def test_lines_of_a_receipt_follow_each_other_without_overlap(receipts: tuple[Sample, ...]) -> None:
    for sample in receipts:
        boxes = boxes_of_quads(sample.page.regions.line_quads)
        assert (boxes[1:, 1] > boxes[:-1, 3]).all(), sample.name


def test_marks_lie_apart_from_text_that_is_not_theirs(receipts: tuple[Sample, ...]) -> None:
    for sample in printed(receipts):
        lines = boxes_of_quads(sample.page.regions.line_quads)
        for mark, (x0, y0, x1, y1) in zip(sample.page.regions.marks, mark_boxes(sample.page), strict=True):
            meets = (lines[:, 0] < x1) & (lines[:, 2] > x0) & (lines[:, 1] < y1) & (lines[:, 3] > y0)
            if mark.kind == "inverse":
                assert meets.sum() == 1, (sample.template, sample.name)
            elif mark.kind == "frame":
                inside = (lines[:, 0] > x0) & (lines[:, 2] < x1) & (lines[:, 1] > y0) & (lines[:, 3] < y1)
                assert meets.any()
                assert (meets == inside).all(), (sample.template, sample.name)
            else:
                assert not meets.any(), (sample.template, sample.name, mark)


class Figures:
    """Amounts as a reader of the print would find them."""

    def __init__(self, sample: Sample) -> None:
        self.sample = sample
        self.values = drawn(sample)
        self._country = locale(sample.locale)

    def texts(self, role: str) -> Iterator[tuple[int, str]]:
        for field in self.sample.page.regions.fields:
            if field.role == role:
                yield field.item, field.text

    def amounts(self, role: str) -> list[Decimal]:
        return [self._country.parse(text) for _, text in self.texts(role)]

    def one(self, role: str) -> Decimal | None:
        """Return an amount that is printed once at most; a repeated print must say the same."""
        found = set(self.amounts(role))
        assert len(found) <= 1, (self.where, role, found)
        return found.pop() if found else None

    def prices(self) -> list[Decimal]:
        """Return the items' amounts, without the tax code that may stand behind."""
        codes = [item.get("tax_code") for item in self.values["items"]]
        return [
            self._country.parse(text.removesuffix(f" {codes[item]}") if codes[item] else text)
            for item, text in self.texts("item.price")
        ]

    def taken_off(self) -> list[Decimal]:
        """Return discounts of items that have rows of their own: what a column shows has been taken off."""
        return [amount for amount in self.amounts("item.discount") if amount < 0]

    @property
    def where(self) -> str:
        return f"{self.sample.template} {self.sample.name} {self.sample.locale}"


@pytest.fixture(scope="module")
def figures(receipts: tuple[Sample, ...], more_receipts: tuple[Sample, ...]) -> list[Figures]:
    return [Figures(sample) for sample in (*receipts, *more_receipts)]


def test_every_item_is_printed_once_with_name_and_price(figures: list[Figures]) -> None:
    for found in figures:
        numbers = list(range(len(found.values["items"])))
        assert [item for item, _ in found.texts("item.price")] == numbers, found.where
        names = [item for item, _ in found.texts("item.name")]
        assert sorted(set(names)) == numbers, found.where
        for number, item in enumerate(found.values["items"]):
            printed = "".join(text for place, text in found.texts("item.name") if place == number)
            said = plain(item["name"])
            assert printed.replace(" ", "") in {said.replace(" ", ""), said.upper().replace(" ", "")}, found.where


def test_printed_prices_less_printed_discounts_are_the_subtotal(figures: list[Figures]) -> None:
    for found in figures:
        printed = sum(found.prices(), Decimal(0)) + sum(found.taken_off(), Decimal(0))
        assert printed == Decimal(found.values["subtotal"]), found.where
        assert found.one("subtotal") in {None, printed}, found.where


def test_printed_parts_add_up_to_the_printed_total(figures: list[Figures]) -> None:
    for found in figures:
        total = found.one("total") or found.one("gross")  # of a slip whose line for the total is blank
        assert total is not None, found.where
        parts = sum(found.prices() + found.taken_off(), Decimal(0))
        for role in ("discount", "service_charge", "tip"):
            parts += sum(found.amounts(role), Decimal(0))
        if not found.values["inclusive"]:
            parts += sum(found.amounts("tax"), Decimal(0))
        assert parts == total == Decimal(found.values["total"]), found.where


def test_printed_tenders_less_change_pay_for_the_printed_total(figures: list[Figures]) -> None:
    for found in figures:
        total, rounding = found.one("total"), found.one("rounding") or Decimal(0)
        paid = sum(
            (sum(found.amounts(f"tender.{kind}"), Decimal(0)) for kind in ("cash", "card", "voucher")), Decimal(0)
        )
        if not paid:
            continue
        change = found.one("change") or Decimal(0)
        assert total is not None
        assert total + rounding == paid - change, found.where
        assert found.one("payable") in {None, total + rounding}, found.where


def test_rounding_stands_between_the_total_and_what_is_payable(figures: list[Figures]) -> None:
    for found in figures:
        roles = [field.role for field in found.sample.page.regions.fields]
        if Decimal(found.values["rounding"]):
            assert roles.index("total") < roles.index("rounding") < roles.index("payable"), found.where


def test_other_printed_amounts_are_the_values(figures: list[Figures]) -> None:
    seen = set()
    for found in figures:
        for role in ("net", "payable", "rounding", "change", "saved"):
            amount = found.one(role)
            if amount is not None:
                seen.add(role)
                assert amount == Decimal(found.values[role]), (found.where, role)
        items = found.values["items"]
        for item, text in found.texts("item.unit_price"):
            seen.add("item.unit_price")
            price = locale(found.sample.locale).parse(text)
            assert price == Decimal(items[item]["unit_price"]), (found.where, text)
    assert seen >= {"payable", "rounding", "change", "saved", "item.unit_price"}


def test_quantity_times_unit_price_is_what_an_item_costs(figures: list[Figures]) -> None:
    compared = 0
    for found in figures:
        country = locale(found.sample.locale)
        prices, quantities = dict(found.texts("item.unit_price")), dict(found.texts("item.quantity"))
        for item in prices.keys() & quantities.keys():
            product = country.parse(quantities[item]) * country.parse(prices[item])
            compared += 1
            assert product.quantize(Decimal("0.01"), ROUND_HALF_UP) == Decimal(found.values["items"][item]["gross"])
    assert compared > 100


def test_merchant_and_numbers_are_the_values(receipts: tuple[Sample, ...]) -> None:
    for sample in receipts:
        values: Any = sample.values
        printed = {field.role: field.text for field in reversed(sample.page.regions.fields)}
        if name := "".join(f.text for f in sample.page.regions.fields if f.role == "merchant.name"):
            assert name.upper().replace(" ", "") == plain(values["merchant"]["name"]).upper().replace(" ", "")
        for role, key in (("receipt_no", "number"), ("invoice_no", "invoice"), ("till", "till")):
            if role in printed:
                assert printed[role].upper() == values[key].upper(), (sample.template, sample.name)


def test_barcodes_and_qr_codes_decode_to_their_marks_text(receipts: tuple[Sample, ...]) -> None:
    kinds = set()
    for sample in receipts:
        for mark, (_, y0, _, y1) in zip(sample.page.regions.marks, mark_boxes(sample.page), strict=True):
            if mark.kind in {"ean13", "code128", "qr"}:
                kinds.add(mark.kind)
                # With the paper round it, as far as the page goes: the quiet zone is part of a code.
                height, width = sample.page.image.shape
                part = sample.page.image[max(0, y0 - 5) : min(height, y1 + 5), 0:width]
                found = zxingcpp.read_barcodes(np.ascontiguousarray(part))
                assert [code.text for code in found] == [mark.text], (sample.template, sample.name, mark)
    assert kinds == {"ean13", "code128", "qr"}


ROADS = (
    "spleen-12x24", "terminus", "3270", "cousine", "arimo", "carlito", "barlow-condensed", "courier-prime", "tinos",
    "caveat", "indie-flower", "special-elite", "vt323",
)  # fmt: skip
TEXTS = ("j", "f", "jf fj", "Wj", "TOTAL: $12.34", "AVA To. f", "_y|j_", "3 x 4.50", ".", "'", "Qgjpy,;", "fff jjj")


def slow_road(run_: Run, ink: Ink, name: str, size: int, margins: tuple[int, int, int, int]) -> Page:
    """Print a text as a receipt of one row, and cut it out."""
    setting = PrintSettings(1600, 60, ink, face(name), size, None, 2 * size, face(name), 1.0)
    page = draw_page(Typesetter(setting, 40, 40).set([Row((run_,))]))
    left, top, right, bottom = margins
    x0, y0, x1, y1 = union(boxes_of_quads(page.regions.char_quads))
    return page.crop((x0 - left, y0 - top, x1 + right, y1 + bottom), page.regions.lines[0], (0,))


@pytest.mark.parametrize("name", ROADS)
def test_the_fast_path_of_snippets_equals_the_slow_road(name: str) -> None:
    dice = Dice(sum(map(ord, name)))
    for text in TEXTS:
        size = face(name).native or dice.integer(16, 40)
        ink, margins = dice.choose(INKS), tuple(dice.integer(0, 9) for _ in range(4))
        assert len(margins) == 4
        fast = draw_text(Run(text, "price"), atlas(face(name), size, ink), margins)
        slow = slow_road(Run(text, "price"), ink, name, size, margins)
        assert np.array_equal(fast.image, slow.image), (text, size, ink)
        assert np.array_equal(fast.regions.quads, slow.regions.quads), (text, size, ink)
        assert fast.regions.lines == slow.regions.lines
        assert fast.regions.fields == slow.regions.fields
        assert fast.regions.words == slow.regions.words
        assert fast.regions.marks == slow.regions.marks == ()


@given(st.text(st.sampled_from([chr(code) for code in range(0x20, 0x7F)]), min_size=1, max_size=24), st.data())
@settings(max_examples=60, deadline=None, derandomize=True)
def test_the_fast_path_equals_the_slow_road_for_any_text(text: str, data: st.DataObject) -> None:
    text = " ".join(text.split()) or "x"
    name = data.draw(st.sampled_from(sorted(name for name, found in faces().items() if found.native is None)))
    ink: Ink = data.draw(st.sampled_from(INKS))
    fast = draw_text(Run(text, "word"), atlas(face(name), 23, ink), (3, 2, 1, 0))
    slow = slow_road(Run(text, "word"), ink, name, 23, (3, 2, 1, 0))
    assert np.array_equal(fast.image, slow.image)
    assert np.array_equal(fast.regions.quads, slow.regions.quads)


def test_a_crop_knows_its_line_fields_words_and_characters(receipts: tuple[Sample, ...]) -> None:
    for sample in printed(receipts)[::8]:
        page, regions = sample.page, sample.page.regions
        for number, line in enumerate(regions.lines):
            fields = tuple(i for i, f in enumerate(regions.fields) if line.start <= f.start < line.stop)
            x0, y0, x1, y1 = boxes_of_quads(regions.line_quads)[number].tolist()
            part = page.crop((x0 - 2, y0 - 1, x1 + 3, y1 + 1), line, fields)
            shift = np.array([x0 - 2, y0 - 1])
            assert np.array_equal(part.image, page.image[y0 - 1 : y1 + 1, x0 - 2 : x1 + 3])
            assert [span.text for span in part.regions.lines] == [line.text]
            assert [f.text for f in part.regions.fields] == [regions.fields[i].text for i in fields]
            assert [w.text for w in part.regions.words] == [w.text for w in regions.words[line.start : line.stop]]
            words = regions.words[line.start : line.stop]
            chars = regions.char_quads[words[0].start : words[-1].stop]
            assert np.array_equal(part.regions.char_quads + shift, chars)
            assert np.array_equal(part.regions.word_quads + shift, regions.word_quads[line.start : line.stop])
            assert np.array_equal(part.regions.line_quads[0] + shift, regions.line_quads[number])
            assert np.array_equal(part.regions.field_quads + shift, regions.field_quads[list(fields)])
            height, width = part.image.shape
            assert part.regions.page_quad.tolist() == [[0, 0], [width, 0], [width, height], [0, height]]


def test_a_crop_takes_along_what_of_the_marks_is_inside_it(receipts: tuple[Sample, ...]) -> None:
    sample = next(s for s in receipts if {"inverse", "rule"} <= {mark.kind for mark in s.page.regions.marks})
    page = sample.page
    place = next(i for i, mark in enumerate(page.regions.marks) if mark.kind == "inverse")
    x0, y0, x1, y1 = mark_boxes(page)[place]
    lines = boxes_of_quads(page.regions.line_quads).tolist()
    number = next(i for i, (a, b, c, d) in enumerate(lines) if a >= x0 and b >= y0 and c <= x1 and d <= y1)
    line = page.regions.lines[number]
    fields = tuple(i for i, f in enumerate(page.regions.fields) if line.start <= f.start < line.stop)
    part = page.crop((x0 - 1, y0 - 1, x1 + 1, y1 + 1), line, fields)
    assert [mark.kind for mark in part.regions.marks] == ["inverse"]
    assert boxes_of_quads(part.regions.mark_quads).tolist() == [[1, 1, x1 - x0 + 1, y1 - y0 + 1]]
    part = page.crop((x0, y0 + 1, x1, y1), line, fields)
    assert boxes_of_quads(part.regions.mark_quads).tolist() == [[0, 0, x1 - x0, y1 - y0 - 1]]


def test_cuts_hold_no_ink_of_their_neighbours(cuts: tuple[Sample, ...]) -> None:
    # Not even ink of a mark that is cut through: all ink is explained by what the cut itself lists.
    assert not [sample.name for sample in cuts if stray_ink(sample)]
    assert all((sample.page.image < 255).any() for sample in cuts)


def dependent(samples: Sequence[Sample], key: Callable[[Sample], object]) -> set[object]:
    return {key(sample) for sample in samples}


def test_the_samples_looked_at_are_many_and_varied(receipts: tuple[Sample, ...], snippets: tuple[Sample, ...]) -> None:
    assert len(receipts) > 250
    assert len(dependent(receipts, lambda sample: (sample.template, sample.locale))) > 140
    assert len(dependent(receipts, lambda sample: sample.face)) > 25
    assert len(dependent(snippets, lambda sample: sample.face)) > 25
