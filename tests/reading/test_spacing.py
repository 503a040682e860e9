"""Characters and words of a cell by its ink alone."""

from itertools import pairwise

import numpy as np
import pytest
from drawn_pages import drawn
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from receiptgen.finding.classical.cells import crop_cell, find_cells
from receiptgen.finding.classical.level_page import level_page
from receiptgen.imaging.geometry import Pixels, boxes_of_quads, quads_of_boxes
from receiptgen.reading.spacing import Character, Spacing, find_characters, find_spacing

PROPORTIONAL = Spacing(0.0, 0.5)


def row(*boxes: tuple[int, int, int, int], width: int = 200) -> Pixels:
    """Return ink 20 pixels high, boxes of ``x0, y0, x1, y1`` filled."""
    ink = np.zeros((20, width), np.uint8)
    for x0, y0, x1, y1 in boxes:
        ink[y0:y1, x0:x1] = 1
    return ink


def test_dots_and_strokes_one_above_the_other_are_one_character() -> None:
    i, colon = ((10, 6, 13, 20), (10, 0, 13, 3)), ((20, 6, 23, 9), (20, 16, 23, 19))
    equals = (30, 6, 40, 8), (30, 12, 40, 14)
    found = find_characters(row(*i, *colon, *equals), PROPORTIONAL)
    assert found == [Character(10, 13, 0), Character(20, 23, 1), Character(30, 40, 2)]


def test_what_touches_is_parted_where_it_is_thinnest() -> None:
    found = find_characters(row((10, 0, 20, 20), (20, 18, 22, 20), (22, 0, 32, 20)), PROPORTIONAL)
    assert [(character.left, character.word) for character in found] == [(10, 0), (20, 0)]


@given(
    arrays(np.uint8, st.tuples(st.integers(1, 24), st.integers(1, 90)), elements=st.integers(0, 1)),
    st.sampled_from([0.0, 0.4, 3.0, 7.5, 40.0]),
    st.floats(0.01, 2),
)
def test_characters_lie_side_by_side_in_words_that_count_on_whatever_the_ink(
    ink: Pixels, pitch: float, width: float
) -> None:
    find_spacing([ink, ink])
    found = find_characters(ink, Spacing(pitch, width))
    assert all(0 <= one.left < one.right <= ink.shape[1] for one in found)
    assert all(one.left < other.left and other.word - one.word in (0, 1) for one, other in pairwise(found))


def test_a_rule_as_long_as_a_page_is_parted_however_many_parts_it_has() -> None:
    found = find_characters(row((5, 9, 9995, 11), width=10_000), Spacing(0.0, 0.1))
    assert (found[0].left, found[-1].right) == (5, 9995)
    assert all(one.right == other.left for one, other in pairwise(found))


def test_a_cell_without_ink_has_no_characters() -> None:
    assert find_characters(row(), PROPORTIONAL) == find_characters(row(), Spacing(12.0, 0.5)) == []
    assert find_spacing([]).pitch == find_spacing([row()]).pitch == 0.0


def letters(text: str, pitch: int) -> Pixels:
    """Return a box for each letter, most of which touch the next; ``:`` is two narrow pieces, one beside the other."""
    boxes: list[tuple[int, int, int, int]] = []
    for index, letter in enumerate(text):
        x = 5 + pitch * index
        if letter == ":":
            boxes += [(x + 2, 0, x + 4, 8), (x + 7, 0, x + 9, 8)]
        elif letter != " ":
            boxes += [(x + 1, 0, x + pitch - 1, 20), (x, 17, x + pitch, 19)]
    return row(*boxes, width=10 + pitch * len(text))


def test_at_one_pitch_what_touches_is_parted_and_what_is_broken_is_joined() -> None:
    inks = [letters(text, 11) for text in ("abcdef ghij: klm", "ab: cdefgh ijklm", "abcdef: ghi jklmn")]
    spacing = find_spacing(inks)
    assert spacing.pitch == pytest.approx(11, abs=0.3)
    for ink, text in zip(inks, ("abcdef ghij: klm", "ab: cdefgh ijklm", "abcdef: ghi jklmn"), strict=True):
        found = find_characters(ink, spacing)
        chars = text.replace(" ", "")
        words = [[char for char, one in zip(chars, found, strict=True) if one.word == word] for word in range(3)]
        assert words == list(map(list, text.split()))


@pytest.mark.parametrize("template", ["cafe", "hotel", "parking"])
def test_the_characters_and_words_of_drawn_receipts_are_found(template: str) -> None:
    sample = drawn("scan", 7, template, tidy=True)
    page = level_page(sample.page.image)
    assert page
    page, cells = find_cells(page)
    crops = [crop_cell(page, cell) for cell in cells]
    spacing = find_spacing([crop.own_ink for crop in crops])
    boxes, words = [], []
    for number, crop in enumerate(crops):
        for one in find_characters(crop.own_ink, spacing):
            box = np.array([[one.left, crop.rows[0], one.right, crop.rows[1]]])
            boxes.append(boxes_of_quads(crop.back.points(quads_of_boxes(box)))[0])
            words.append((number, one.word))
    regions, found = sample.page.regions, np.array(boxes)
    known = boxes_of_quads(regions.quads[regions.slices.chars])
    middles = (known[:, None, :2] + known[:, None, 2:]) / 2
    within = ((middles > found[:, :2]) & (middles < found[:, 2:])).all(axis=2)
    places = within.argmax(axis=1)
    alone = within.any(axis=1) & (np.bincount(places, minlength=len(found))[places] == 1)
    assert alone.mean() > 0.93
    # Neighbours in a line are of one word if they are so on the paper.
    owners = np.repeat(np.arange(len(regions.words)), [word.stop - word.start for word in regions.words])
    right = []
    for line in regions.lines:
        chars = range(regions.words[line.start].start, regions.words[line.stop - 1].stop)
        for one, other in pairwise(chars):
            if alone[one] and alone[other]:
                right.append((owners[one] == owners[other]) == (words[places[one]] == words[places[other]]))
    assert np.mean(right) > 0.96
