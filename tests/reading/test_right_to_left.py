"""Pages read from right to left: rows, words and characters come in reading order, boxes stay where they are."""

from pathlib import Path

import cv2
import numpy as np
import pytest
from components import require

from receiptgen.core.bidi import to_logical
from receiptgen.finding.found_page import Cell
from receiptgen.imaging.geometry import boxes_of_quads
from receiptgen.reading.page_reader import PageReader
from receiptgen.reading.results import PageText
from receiptgen.reading.rows import text_columns
from receiptgen.recognition.charset import Charset
from receiptgen.recognition.opened_model import open_for_reading

# Letters of the packaged weights, and those that stand for them here, as if the weights had been taught these.
HEBREW = dict(zip("ABCDEFGHIJKLMNOPQRSTUVWXYZ", map(chr, range(0x5D0, 0x5EA)), strict=True))
ROWS = ("TEA BAGS", "3.50"), ("BREAD ROLLS", "12.40"), ("MILK", "1.20"), ("TOTAL", "17.10")


@pytest.fixture(scope="module")
def read() -> PageText:
    require("onnxruntime")
    opened = open_for_reading(Path("receipt"))
    units = [HEBREW.get(unit, unit) for unit in opened.charset.units]
    opened = opened._replace(charset=Charset.learnt(units))
    page = np.full((260, 520), 255, np.uint8)
    for row, (word, price) in enumerate(ROWS):
        cv2.putText(page, word, (30, 45 + 56 * row), cv2.FONT_HERSHEY_DUPLEX, 0.9, (0,), 2)
        cv2.putText(page, price, (400, 45 + 56 * row), cv2.FONT_HERSHEY_DUPLEX, 0.9, (0,), 2)
    return PageReader(opened, None).read(page)


def shown(text: str) -> str:
    """Return the text of which a picture shows some Latin letters from left to right."""
    return to_logical("".join(HEBREW.get(char, char) for char in text))


def test_rows_begin_at_the_right_and_words_are_in_reading_order(read: PageText) -> None:
    assert [[line.text for line in row] for row in read.rows] == [[price, shown(word)] for word, price in ROWS]
    assert shown("TEA BAGS").split() == [shown("BAGS"), shown("TEA")]


def test_words_and_characters_have_the_boxes_of_their_ink(read: PageText) -> None:
    line = read.rows[0][1]
    lefts = [float(word.quad[:, 0].min()) for word in line.words]
    assert lefts == sorted(lefts, reverse=True)
    for word in line.words:
        boxes = boxes_of_quads(word.char_quads)
        assert len(boxes) == len(word.text)
        assert boxes[:, 0].tolist() == sorted(boxes[:, 0].tolist(), reverse=True)


def test_columns_are_counted_from_the_right(read: PageText) -> None:
    price, word = read.rows[0]
    assert price.column <= 1 < word.column
    assert read.text.split()[0] == "3.50"
    cells = [Cell(0, 0, 40, 10, 0), Cell(100, 0, 180, 10, 0)]
    assert text_columns(cells, ["abcd", "efghijkl"], "rtl") == [14, 0]
