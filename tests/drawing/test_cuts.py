"""What is cut out of drawn receipts."""

from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from profile_files import PLAIN_PRINTER, write

from receiptgen import Receipts
from receiptgen.drawing.cropping import part_neighbours
from receiptgen.drawing.cuts import CUTS
from receiptgen.drawing.sources import open_source
from receiptgen.imaging.geometry import boxes_of_quads, quads_of_boxes
from receiptgen.imaging.page import Page
from receiptgen.imaging.regions import Regions, Span
from receiptgen.imaging.sample import Sample

UNITS = ["receipt_word", "receipt_char"]


def drawn(kind: str, profile: str, count: int = 3 * CUTS) -> list[Sample]:
    source = open_source("standard", kind, 5, profile)
    return [source.draw(index) for index in range(count)]


def own_box(sample: Sample) -> NDArray[np.float64]:
    return np.asarray(boxes_of_quads(sample.page.regions.line_quads)[0], np.float64)


@pytest.mark.parametrize("kind", UNITS)
@pytest.mark.parametrize("profile", ["clean", "characters"])
def test_a_cut_knows_its_one_word_as_line_field_and_word(kind: str, profile: str) -> None:
    for sample in drawn(kind, profile):
        regions = sample.page.regions
        assert [span.text for span in (*regions.lines, *regions.fields, *regions.words)] == 3 * [sample.text]
        assert len(regions.char_quads) == len(sample.text)
        assert " " not in sample.text


def test_a_character_cut_is_one_character() -> None:
    assert {len(sample.text) for sample in drawn("receipt_char", "real")} == {1}


def test_a_cut_shows_the_ink_of_its_character() -> None:
    for sample in drawn("receipt_char", "clean"):
        x0, y0, x1, y1 = own_box(sample).astype(int).tolist()
        ink = 255 - sample.page.image[y0:y1, x0:x1]
        assert all(side.any() for side in (ink[0], ink[-1], ink[:, 0], ink[:, -1])), sample.name


@pytest.mark.parametrize("kind", UNITS)
def test_no_text_comes_again_before_all_others_of_its_receipt(kind: str) -> None:
    samples = drawn(kind, "clean")
    for number in range(3):
        times = Counter(sample.text for sample in samples[number * CUTS : (number + 1) * CUTS])
        assert max(times.values()) - min(times.values()) <= 1
    assert len({sample.text for sample in samples}) > CUTS


def test_characters_of_receipts_that_are_never_drawn_are_single_ones(tmp_path: Path) -> None:
    cuts = (
        "cuts: {c: {unit: characters, pages: false, templates: cafe}, w: {unit: words, pages: false, templates: cafe}}"
    )
    made = write(tmp_path / "set.yaml", f"about: x\nlocales: en_GB\nfaces: cousine\n{cuts}\n")
    chars, words = open_source(made, "c", 3), open_source(made, "w", 3)
    assert {len(chars.draw(index).text) for index in range(CUTS)} == {1}
    assert not any(" " in words.draw(index).text for index in range(CUTS))


def most_hidden(samples: list[Sample]) -> float:
    return float(max(sample.page.regions.split(sample.page.hidden()).fields.max() for sample in samples))


def test_what_is_hidden_is_not_cut_out(tmp_path: Path) -> None:
    tape = "handling: [{kind: tape, lies: across, width: 300, length: 2, haze: 0.6}]\n"
    name = write(tmp_path / "taped.yaml", PLAIN_PRINTER + tape)
    assert most_hidden([Receipts(profile=name).draw(index) for index in range(3)]) > 0.5
    assert all(most_hidden(drawn(kind, name)) <= 0.5 for kind in ("receipt_line", *UNITS))


def test_rows_that_a_frame_cuts_off_are_not_cut_out(tmp_path: Path) -> None:
    frame = "placing: [{kind: frame, aspect: {3:2: 1}, fill: 1, y: 0.5, cut: 1}]\n"
    name = write(tmp_path / "framed.yaml", PLAIN_PRINTER + frame)
    assert not all(Receipts(profile=name).draw(0).page.whole_fields())
    assert all(all(sample.page.whole_fields()) for sample in drawn("receipt_line", name))


def test_a_box_ends_where_the_neighbours_in_its_row_begin() -> None:
    boxes = [(10, 20, 20, 40), (24, 20, 30, 40), (29, 20, 40, 40), (45, 20, 50, 40), (22, 60, 26, 80)]
    words = tuple(Span(char, "text", index, index + 1) for index, char in enumerate("abcde"))
    lines = (Span("abcd", "text", 0, 4), Span("e", "text", 4, 5))
    levels = [(0, 0, 100, 90), (10, 20, 50, 40), (22, 60, 26, 80), *boxes, *boxes]
    regions = Regions(lines, (), words, (), quads_of_boxes(np.array(levels, np.int32)))
    page = Page(np.full((90, 100), 255, np.uint8), regions)
    # The one to the right overlaps and stays; the row below is not beside it.
    assert part_neighbours(page, Span("b", "text", 1, 2), (5, 10, 60, 90)) == (20, 10, 45, 90)
    assert part_neighbours(page, Span("e", "text", 4, 5), (5, 10, 60, 90)) == (5, 10, 60, 90)
