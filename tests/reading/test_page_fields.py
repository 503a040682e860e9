"""From the text of a page to the fields of its receipt."""

import math
from dataclasses import replace

import numpy as np
import pytest
from receipt_fields import RECEIPT, FixedReader, telling

from receiptgen.extraction.fields import ReceiptFields
from receiptgen.extraction.labelling.page_words import PageWord
from receiptgen.imaging.geometry import Projective, quads_of_boxes
from receiptgen.reading.page_fields import fields_of, page_words
from receiptgen.reading.results import PageText, Photo, TextLine, TextWord
from receiptgen.reading.stitching import stitch


def line(text: str, left: float, top: float, size: float = 1.0) -> TextLine:
    """Return a line of characters 10 wide and 14 high, times its size."""
    words, at = [], left
    for word in text.split():
        (quad,) = quads_of_boxes(np.array([[at, top, at + 10 * size * len(word), top + 14 * size]]))
        words.append(TextWord(word, 0.9, (0.9,) * len(word), quad))
        at += 10 * size * (len(word) + 1)
    (quad,) = quads_of_boxes(np.array([[left, top, at - 10 * size, top + 14 * size]]))
    return TextLine(tuple(words), 0.9, quad, round(left / 10 / size))


PAGE = PageText(
    400, 200,
    (
        (line("RED LANTERN", 100, 10),),
        (line("2 TEA", 0, 40), line("6.20", 300, 40)),
        (line("TOTAL", 0, 70), line("6.20", 300, 70)),
    ),
)  # fmt: skip


def turned(page: PageText, degrees: float) -> PageText:
    """Return a page turned about its corner, and moved."""
    turn = math.radians(degrees)
    cosine, sine = math.cos(turn), math.sin(turn)
    matrix = np.array([[cosine, -sine, 500.0], [sine, cosine, 90.0], [0.0, 0.0, 1.0]])
    return page.moved(Projective(matrix), 900, 900)


def placed(words: list[PageWord]) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """Return the boxes of words from the first word's corner."""
    boxes = np.array([word[2:6] for word in words])
    return boxes - np.tile(boxes[0, :2], 2)


def test_words_have_their_rows_and_cells_in_the_order_of_the_page() -> None:
    words = page_words(PAGE)
    assert [word.text for word in words] == [word.text for word in PAGE.words]
    assert [word.row for word in words] == [0, 0, 1, 1, 1, 2, 2]
    assert [word.cell for word in words] == [0, 0, 1, 1, 2, 3, 4]
    assert words[4] == PageWord("6.20", 0.9, 300, 40, 340, 54, 1, 2)


@pytest.mark.parametrize("degrees", [90, 7, -7, 180, -90])
def test_a_page_that_is_turned_is_made_level(degrees: float) -> None:
    words = page_words(turned(PAGE, degrees))
    assert [word[:2] + word[6:] for word in words] == [word[:2] + word[6:] for word in page_words(PAGE)]
    assert placed(words) == pytest.approx(placed(page_words(PAGE)), abs=1e-6)


def test_wide_words_say_the_direction_of_the_page() -> None:
    slanted = turned(PAGE, 40).rows[1][0].words[0]  # "2"
    rows = (PAGE.rows[0], (replace(PAGE.rows[1][0], words=(slanted, *PAGE.rows[1][0].words[1:])), PAGE.rows[1][1]))
    words = page_words(replace(PAGE, rows=rows))
    assert words[0].top == pytest.approx(words[1].top, abs=2.5)


def test_photos_of_one_receipt_make_one_level_page() -> None:
    below = PageText(
        800, 400,
        (
            (line("2 TEA", 60, 20, 2), line("6.20", 660, 20, 2)),
            (line("TOTAL", 60, 80, 2), line("6.20", 660, 80, 2)),
            (line("THANK YOU", 160, 140, 2),),
        ),
    )  # fmt: skip
    ((_, page),) = stitch([("a.jpg", PAGE), ("b.jpg", turned(below, 90))], _refuse, _refuse)
    assert page.photos == (Photo("a.jpg", 400, 200), Photo("b.jpg", 900, 900))
    words = page_words(page)
    assert [word.text for word in words[-2:]] == ["THANK", "YOU"]
    assert [word.bottom - word.top for word in words] == pytest.approx([14] * len(words))
    # Its letters are as large as those of the first photo, its columns those of the first photo, its rows below.
    assert words[-2].right - words[-2].left == pytest.approx(50)
    assert words[-2].left - words[-4].left == pytest.approx(50, abs=1)
    assert 70 + 14 < words[-2].top < 70 + 14 + 14


def _refuse(name: str, reason: str) -> None:
    raise AssertionError(reason)


def test_a_page_without_words_says_nothing_and_opens_no_weights() -> None:
    with telling() as opened:
        assert fields_of(PageText(10, 10, ()), reader := FixedReader()) == ReceiptFields()
    assert reader.shown == opened == []


@pytest.mark.smoke
def test_the_fields_of_a_page_are_told_once_and_by_weights_opened_once() -> None:
    with telling() as opened:
        first, second = replace(PAGE), replace(PAGE)
        assert first.fields is first.fields
        assert second.fields.total == RECEIPT.total
        assert [*map(str, opened)] == ["fields"]
