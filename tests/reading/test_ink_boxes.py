"""Boxes of what was read of a cell."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from receiptgen.finding.found_page import CellImage
from receiptgen.imaging.geometry import Pixels, Projective
from receiptgen.reading.ink_boxes import character_boxes, word_boxes
from receiptgen.reading.spacing import Spacing


def cell(ink: Pixels) -> CellImage:
    return CellImage((255 * (1 - ink)).astype(np.uint8), ink, (0, len(ink)), Projective.scaling(1, 1))


def test_words_and_characters_have_the_boxes_of_their_ink() -> None:
    ink = np.zeros((20, 100), np.uint8)
    ink[4:18, 5:11] = ink[2:18, 14:20] = ink[10:18, 60:72] = 1
    words = [(0.08, 0.17), (0.66,)]
    boxes = word_boxes(cell(ink), words)
    assert boxes.tolist() == [[5, 2, 20, 18], [60, 10, 72, 18]]
    first, second = character_boxes(cell(ink), words, boxes, Spacing(0.0, 0.5))
    assert first.tolist() == [[5, 4, 11, 18], [14, 2, 20, 18]]
    assert second.tolist() == [[60, 10, 72, 18]]


def test_a_word_of_more_characters_than_are_seen_is_divided_between_those_that_were_read() -> None:
    ink = np.zeros((20, 40), np.uint8)
    ink[4:16, 5:15] = ink[4:16, 16:26] = ink[8:9, 15] = 1
    (parts,) = character_boxes(cell(ink), [(0.25, 0.52)], word_boxes(cell(ink), [(0.25, 0.52)]), Spacing(0.0, 2.0))
    assert [box[:1] + box[2:3] for box in parts.tolist()] == [[5, 15], [15, 26]]


@given(
    arrays(np.uint8, st.tuples(st.integers(1, 12), st.integers(1, 60)), elements=st.integers(0, 1)),
    st.lists(st.lists(st.floats(0, 1), min_size=1, max_size=5), min_size=1, max_size=5),
)
def test_every_character_has_a_box_on_the_image_wherever_it_was_read(ink: Pixels, shares: list[list[float]]) -> None:
    ordered = iter(sorted(share for word in shares for share in word))
    words = [[next(ordered) for _ in word] for word in shares]
    boxes = word_boxes(cell(ink), words)
    parts = character_boxes(cell(ink), words, boxes, Spacing(6.0, 0.5))
    assert [len(part) for part in parts] == [len(word) for word in words]
    every = np.concatenate([boxes, *parts])
    assert (every[:, :2] >= 0).all()
    assert (every[:, 2:] <= [ink.shape[1], ink.shape[0]]).all()
    assert (every[:, :2] < every[:, 2:]).all()
