"""What lies over the print, and what a crop takes along."""

from dataclasses import replace

import numpy as np
import pytest
from warps import (
    CURL,
    FOLD,
    GROUND,
    VIEW,
    dotted_page,
    small_receipt,
)

from receiptgen.core.dice import Dice
from receiptgen.core.distributions import Spread
from receiptgen.drawing.cropping import row_segments
from receiptgen.effects import apply_effects
from receiptgen.effects.capture.resample import Resample
from receiptgen.effects.capture.rotate import Rotate
from receiptgen.imaging.geometry import Chain, boxes_of_quads, quads_of_boxes
from receiptgen.imaging.page import Page
from receiptgen.imaging.regions import Mark, Regions, Span
from receiptgen.imaging.sample import Sample
from receiptgen.typography.blocks import Run
from receiptgen.typography.glyph_atlas import atlas
from receiptgen.typography.raster import draw_text
from receiptgen.typography.typeface import face
from receiptgen.writers._truth import truth

LID = Mark("tape")


def worded_page() -> Page:
    """Return a page of 60 x 100 with two words of four and two characters, 10 x 20 each, on one line."""
    boxes = [(10 + 10 * place, 20, 20 + 10 * place, 40) for place in range(4)]
    boxes += [(60 + 10 * place, 20, 70 + 10 * place, 40) for place in range(2)]
    words = (Span("abcd", "text", 0, 4), Span("ef", "text", 4, 6))
    line = Span("abcd ef", "text", 0, 2)
    levels = [(0, 0, 100, 60), (10, 20, 80, 40), (10, 20, 80, 40), (10, 20, 50, 40), (60, 20, 80, 40), *boxes]
    image = np.full((60, 100), 255, np.uint8)
    for x0, y0, x1, y1 in boxes:
        image[y0:y1, x0:x1] = 0
    return Page(image, Regions((line,), (line,), words, (), quads_of_boxes(np.array(levels, np.int32))))


def covered(page: Page, box: tuple[int, int, int, int], level: int = 255) -> Page:
    """Lay a lid over a box of a page, hiding what is under it by so much of 255."""
    x0, y0, x1, y1 = box
    image, cover = page.image.copy(), np.zeros_like(page.image)
    image[y0:y1, x0:x1] = 128
    cover[y0:y1, x0:x1] = level
    return page.overlaid(image, cover, LID, quads_of_boxes(np.array([box], np.int32))[0])


def hidden_words(page: Page) -> list[float]:
    after = 1 + len(page.regions.lines) + len(page.regions.fields)
    return list(page.hidden()[after : after + len(page.regions.words)])


def hidden_chars(page: Page) -> list[float]:
    return list(page.hidden()[-len(page.regions.char_quads) :])


def test_nothing_is_hidden_where_nothing_lies() -> None:
    assert worded_page().hidden().tolist() == [0] * 11
    assert covered(worded_page(), (0, 45, 100, 60)).hidden()[1:5].tolist() == [0] * 4


def test_a_word_half_under_something_is_half_hidden() -> None:
    page = covered(worded_page(), (10, 20, 30, 40))
    assert hidden_words(page) == pytest.approx([0.5, 0])
    assert hidden_chars(page) == pytest.approx([1, 1, 0, 0, 0, 0])
    upper = covered(worded_page(), (0, 0, 100, 25))
    assert hidden_words(upper) == pytest.approx([0.25, 0.25])
    assert upper.hidden()[:3] == pytest.approx([25 / 60, 0.25, 0.25], abs=0.01)


def test_what_shines_through_hides_by_as_much_as_it_covers() -> None:
    page = covered(worded_page(), (0, 0, 55, 60), level=102)
    assert hidden_words(page) == pytest.approx([0.4, 0])


def test_two_lids_on_one_place_hide_it_once() -> None:
    page = covered(covered(worded_page(), (10, 20, 30, 40)), (10, 20, 20, 40), level=100)
    assert hidden_words(page) == pytest.approx([0.5, 0])
    assert [mark.kind for mark in page.regions.marks] == ["tape", "tape"]
    page = covered(covered(worded_page(), (10, 20, 20, 40)), (40, 20, 50, 40))
    assert hidden_chars(page) == pytest.approx([1, 0, 0, 1, 0, 0])


@pytest.mark.parametrize("degrees", [90, 180, 30, -12])
def test_the_cover_turns_with_the_page(degrees: float) -> None:
    page, _ = apply_effects(
        [Resample(dpi=Spread(812)), Rotate(degrees=Spread(degrees))], covered(worded_page(), (10, 20, 30, 40)), Dice(1)
    )
    # The word is 160 x 80 pixels: an edge of half a pixel all round is 2 per cent.
    assert hidden_words(page) == pytest.approx([0.5, 0], abs=0.02)
    assert hidden_chars(page) == pytest.approx([1, 1, 0, 0, 0, 0], abs=0.05)


def test_the_cover_bends_with_the_page() -> None:
    before = covered(worded_page(), (10, 20, 30, 40))
    page, _ = apply_effects([Resample(dpi=Spread(812)), FOLD, CURL, GROUND, VIEW], before, Dice(1))
    assert hidden_words(page) == pytest.approx([0.5, 0], abs=0.03)


def test_a_part_of_a_page_is_hidden_as_it_was() -> None:
    page = covered(worded_page(), (10, 20, 30, 40))
    assert hidden_words(page.window((5, 10, 90, 50))) == pytest.approx([0.5, 0])
    assert hidden_words(page.crop((8, 18, 53, 42), Span("abcd", "text", 0, 1), ())) == pytest.approx([0.5])


def test_what_of_a_text_leaves_its_crop_counts_for_nothing() -> None:
    page = covered(worded_page(), (10, 20, 30, 40))
    # The crop begins in the middle of the lid: a third of what is left of the word lies under it.
    assert hidden_words(page.window((20, 10, 90, 50))) == pytest.approx([1 / 3, 0])


def test_truth_says_what_is_hidden_and_only_there() -> None:
    page = covered(worded_page(), (10, 20, 20, 40))
    sample = Sample("receipt", 0, 0, page, "cafe", "clean", "en_US", "cousine", 20, "abcd ef")
    said = truth(sample, "x")
    first, second = said["lines"][0]["words"]
    assert first["hidden"] == pytest.approx(0.25)
    assert first["chars_hidden"] == pytest.approx([1, 0, 0, 0])
    assert not {"hidden", "chars_hidden"} & second.keys()
    assert said["lines"][0]["hidden"] == said["fields"][0]["hidden"] == pytest.approx(200 / 1400, abs=0.001)
    assert "hidden" not in str(truth(replace(sample, page=worded_page()), "x"))
    away = covered(worded_page(), (0, 45, 100, 60))
    assert "hidden" not in str(truth(replace(sample, page=away), "x"))


# Parts of a page.


def test_regions_by_words_have_each_word_as_a_field() -> None:
    regions = worded_page().regions.by_words()
    assert [(field.text, field.start, field.stop) for field in regions.fields] == [("abcd", 0, 1), ("ef", 1, 2)]
    assert regions.field_quads.tolist() == regions.word_quads.tolist()
    assert (regions.lines, regions.words) == (worded_page().regions.lines, worded_page().regions.words)


def test_regions_by_characters_have_each_as_a_word_and_a_field_where_it_was() -> None:
    before, regions = worded_page().regions, worded_page().regions.by_characters()
    assert [word.text for word in regions.words] == [field.text for field in regions.fields] == [*"abcdef"]
    for quads in (regions.word_quads, regions.field_quads, regions.char_quads):
        assert quads.tolist() == before.char_quads.tolist()
    assert [(line.text, line.start, line.stop) for line in regions.lines] == [("abcd ef", 0, 6)]
    assert regions.line_quads.tolist() == before.line_quads.tolist()


def test_a_crop_knows_the_tips_of_neighbours_as_marks() -> None:
    page = worded_page()
    part = page.crop((5, 15, 65, 45), Span("abcd", "text", 0, 1), ())
    assert part.regions.marks == (Mark("neighbour", "ef"),)
    assert part.regions.mark_quads.tolist() == [[[55, 5], [60, 5], [60, 25], [55, 25]]]
    assert [word.text for word in part.regions.words] == ["abcd"]
    assert len(part.regions.char_quads) == 4
    assert page.crop((5, 15, 60, 45), Span("abcd", "text", 0, 1), ()).regions.marks == ()


def test_a_crop_takes_marks_before_neighbours_and_cuts_both_to_itself() -> None:
    page = covered(worded_page(), (0, 30, 100, 60))
    part = page.crop((5, 15, 65, 45), Span("abcd", "text", 0, 1), ())
    assert part.regions.marks == (LID, Mark("neighbour", "ef"))
    assert boxes_of_quads(part.regions.mark_quads).tolist() == [[0, 15, 60, 30], [55, 5, 60, 25]]


def test_a_crop_that_cuts_ink_keeps_the_whole_quads() -> None:
    page = worded_page()
    part = page.crop((15, 25, 45, 36), Span("abcd", "text", 0, 1), (0,))
    assert part.image.shape == (11, 30)
    assert boxes_of_quads(part.regions.word_quads).tolist() == [[-5, -5, 35, 15]]
    assert boxes_of_quads(part.regions.char_quads)[0].tolist() == [-5, -5, 5, 15]
    assert boxes_of_quads(part.regions.char_quads)[3].tolist() == [25, -5, 35, 15]
    assert part.regions.page_quad.tolist() == [[0, 0], [30, 0], [30, 11], [0, 11]]


def test_a_window_shows_a_part_with_all_regions() -> None:
    page = covered(worded_page(), (0, 45, 30, 60))
    part = page.window((20, 10, 70, 50))
    assert np.array_equal(part.image, page.image[10:50, 20:70])
    assert (part.regions.lines, part.regions.words, part.regions.marks) == (
        page.regions.lines, page.regions.words, page.regions.marks,
    )  # fmt: skip
    assert np.array_equal(part.regions.quads[1:], page.regions.quads[1:] - np.array([20, 10]))
    assert part.regions.page_quad.tolist() == [[0, 0], [50, 0], [50, 40], [0, 40]]
    assert part.cover is not None
    assert page.cover is not None
    assert np.array_equal(part.cover, page.cover[10:50, 20:70])


def test_a_window_can_be_rectified_to_the_drawn_page() -> None:
    page, _ = apply_effects([Rotate(degrees=Spread(8)), CURL], dotted_page(1), Dice(1))
    part = page.window((30, 40, 150, 200))
    points = np.array([[60.0, 80], [110, 150]])
    assert np.allclose(Chain(part.maps).points(points), Chain(page.maps).points(points) - [30, 40])
    assert np.abs(part.rectifier().points(Chain(part.maps).points(points)) - points).max() < 0.05


def test_a_crop_of_a_bent_page_holds_the_same_pixels_and_quads() -> None:
    page, _ = apply_effects([CURL, Rotate(degrees=Spread(5))], small_receipt().page, Dice(2))
    line = page.regions.lines[3]
    fields = tuple(i for i, field in enumerate(page.regions.fields) if line.start <= field.start < line.stop)
    quads = page.regions.word_quads[line.start : line.stop].reshape(-1, 2)
    (x0, y0), (x1, y1) = np.floor(quads.min(axis=0)).astype(int), np.ceil(quads.max(axis=0)).astype(int)
    part, corner = page.crop((x0, y0, x1, y1), line, fields), np.array([x0, y0])
    assert np.array_equal(part.image, page.image[y0:y1, x0:x1])
    words = page.regions.words[line.start : line.stop]
    assert np.allclose(part.regions.char_quads, page.regions.char_quads[words[0].start : words[-1].stop] - corner)
    assert np.allclose(part.regions.word_quads, page.regions.word_quads[line.start : line.stop] - corner)


# Ink under every profile.


def test_rows_are_parted_where_columns_stand_apart(receipts: tuple[Sample, ...]) -> None:
    parted = 0
    for sample in receipts[::12]:
        regions = sample.page.regions
        boxes = boxes_of_quads(regions.field_quads)
        found = row_segments(regions)
        # Every field is in one stretch, in reading order.
        assert [index for _, fields in found for index in fields] == list(range(len(regions.fields)))
        for span, fields in found:
            assert span.text == " ".join(regions.fields[index].text for index in fields)
            assert (span.start, span.stop) == (regions.fields[fields[0]].start, regions.fields[fields[-1]].stop)
            assert sum(line.start <= span.start and span.stop <= line.stop for line in regions.lines) == 1
            gaps = boxes[list(fields[1:]), 0] - boxes[list(fields[:-1]), 2]
            assert (gaps < boxes[list(fields[1:]), 3] - boxes[list(fields[1:]), 1]).all()
        parted += len(found) > len(regions.lines)
    assert parted > 10


def test_a_character_by_itself_is_a_cluster() -> None:
    page = draw_text(Run("น้ำ ดี"), atlas(face("sarabun"), 32), (2, 2, 2, 2))
    found = page.regions.by_characters()
    assert [field.text for field in found.fields] == ["น้ำ", "ดี"]
    assert [(word.start, word.stop) for word in found.words] == [(0, 3), (3, 5)]
    assert (found.lines[0].start, found.lines[0].stop) == (0, 2)
    assert found.word_quads.tolist() == page.regions.char_quads[[0, 3]].tolist()
    assert found.char_quads.tolist() == page.regions.char_quads.tolist()
