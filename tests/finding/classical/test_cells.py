"""Ink and cells of pages, found by classical vision."""

import cv2
import numpy as np
import pytest
from drawn_pages import drawn

from receiptgen.core.errors import PageError
from receiptgen.finding.classical.cells import find_cells
from receiptgen.finding.classical.finder import unread_share
from receiptgen.finding.classical.ink import find_ink, skew
from receiptgen.finding.classical.level_page import LevelPage, level_page
from receiptgen.imaging.geometry import Projective, boxes_of_quads, quads_of_boxes
from receiptgen.imaging.sample import Sample
from receiptgen.reading.scoring import intersection_over_union


def test_skew_is_that_of_the_rows() -> None:
    ink = np.zeros((400, 400), np.uint8)
    ink[40:360:24] = ink[41:361:24] = 1
    turn, size = Projective.rotation(-3.0, (400, 400))
    assert skew(ink) == 0
    assert skew((turn.image(ink * 255, size, 0) > 127).astype(np.uint8)) == pytest.approx(3.0, abs=0.15)


@pytest.mark.smoke
def test_ink_is_found_on_any_paper() -> None:
    page = np.full((200, 400), 255, np.uint8)
    cv2.putText(page, "TOTAL 12.50", (30, 110), cv2.FONT_HERSHEY_SIMPLEX, 1.2, (0,), 3)
    ink = find_ink(page, 26)
    shade = np.linspace(0.35, 1, 400)
    pale = (page * 0.2 + 200 * shade[None] * 0.8 + 20).astype(np.uint8)
    assert (find_ink(pale, 26) == ink).mean() > 0.98
    assert ink.mean() == pytest.approx((page < 128).mean(), rel=0.3)


def test_a_barcode_is_no_text() -> None:
    sample = drawn("clean", 3, "courier")
    bars = [
        box for mark, box in zip(sample.page.regions.marks, boxes_of_quads(sample.page.regions.mark_quads), strict=True)
        if mark.kind in {"barcode", "ean13", "code128"}
    ]  # fmt: skip
    assert bars
    flat = level_page(sample.page.image)
    assert flat is not None
    sheet, cells = find_cells(flat)
    boxes = boxes_of_quads(sheet.back.points(quads_of_boxes(np.array([cell[:4] for cell in cells]))))
    assert intersection_over_union(np.array(bars, float), boxes).max() < 0.3


def test_shapes_that_lie_across_each_other_are_given_up() -> None:
    ink = np.zeros((4000, 4000), np.uint8)
    for start in range(-1400, 4000, 40):
        for index in range(280):
            x, y = 14 * index, start + 5 * index
            ink[max(0, y) : max(0, y + 12), x : x + 12] = 1
    page = LevelPage(255 - 255 * ink, ink, 12.0, Projective.scaling(1, 1))
    with pytest.raises(PageError, match="lies across each other"):
        find_cells(page)


def test_ink_outside_the_lines_is_unread(clean: Sample) -> None:
    page = level_page(clean.page.image)
    assert page is not None
    page, cells = find_cells(page)
    shares = [unread_share(page, cells[:count]) for count in range(len(cells) + 1)]
    assert shares[0] == 1
    assert shares == sorted(shares, reverse=True)
    assert shares[-1] < 0.3
