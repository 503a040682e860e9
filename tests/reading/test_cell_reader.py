"""Cells are read whole, word by word or character by character, and become one text."""

from typing import get_args

import numpy as np
import pytest
from numpy.typing import NDArray

from receiptgen.finding.found_page import CellImage
from receiptgen.imaging.geometry import Pixels, Projective
from receiptgen.reading.cell_reader import CellReader
from receiptgen.reading.ink_boxes import character_boxes, word_boxes
from receiptgen.reading.page_reader import PageReader
from receiptgen.reading.spacing import find_spacing
from receiptgen.recognition.charset import Charset
from receiptgen.recognition.line_recognizer import LineRecognizer
from receiptgen.recognition.networks import Reads
from receiptgen.recognition.opened_model import OpenedModel
from receiptgen.recognition.preprocess import Preprocess

LETTERS = {"a": (4, 20), "b": (12, 20), "c": (12, 8)}


def cell(text: str, pitch: int = 20) -> CellImage:
    """Return a cell whose letters are boxes of several widths and heights, on 32 rows."""
    image = np.full((32, 10 + pitch * len(text)), 255, np.uint8)
    for index, letter in enumerate(text):
        if letter != " ":
            width, height = LETTERS[letter]
            image[26 - height : 26, 8 + pitch * index : 8 + pitch * index + width] = 0
    return CellImage(image, (image < 128).astype(np.uint8), (6, 26), Projective.scaling(1, 1))


def infer(images: Pixels, extents: NDArray[np.int64]) -> NDArray[np.float32]:
    """Read the box of a letter, or the boxes of words of two letters, by ink alone."""
    log_probs = np.full((len(images), 1, 4), np.log(0.1 / 3), np.float32)
    for image, row in zip(images < 128, log_probs, strict=True):
        rows, columns = np.nonzero(image)
        letters = np.flatnonzero(np.diff(image.any(axis=0).astype(int)) == 1)
        sizes = [
            abs(np.ptp(columns) + 1 - width) + abs(np.ptp(rows) + 1 - height) for width, height in LETTERS.values()
        ]
        row[0, (int(np.argmin(sizes)) if len(letters) == 1 else len(letters) - 1) + 1] = np.log(0.9)
    return log_probs


def reader(reads: Reads, charset: Charset, search: object = None) -> CellReader:
    width = {"lines": 640, "words": 160, "characters": 32}[reads]
    recognizer = LineRecognizer(infer, charset, Preprocess(width=width, height=32, contrast=0), width, width)
    return CellReader(OpenedModel(recognizer, charset, "boxes", reads=reads), search)  # type: ignore[arg-type]


def test_characters_become_words_with_spaces_between() -> None:
    (spelling,) = reader("characters", Charset("abc")).read([cell("ab bb cab")])
    assert spelling.text == "ab bb cab"
    assert spelling.chars == pytest.approx([1.0 if char == " " else 0.9 for char in "ab bb cab"])
    width = 10 + 20 * 9
    wanted = [(8 + 20 * n + LETTERS[char][0] / 2) / width for n, char in enumerate("ab bb cab") if char != " "]
    found = [centre for char, centre in zip(spelling.text, spelling.centres, strict=True) if char != " "]
    assert found == pytest.approx(wanted, abs=0.01)


def test_chosen_cells_are_spaced_as_all_cells_of_the_page() -> None:
    # By itself, a word of one letter does not tell how far letters are apart.
    cells = [cell("ab bb cab"), cell("b"), cell("cc ab bb")]
    whole = reader("characters", Charset("abc")).read(cells)
    for chosen in ([1], [2, 0]):
        assert reader("characters", Charset("abc")).read(cells, chosen) == [whole[number] for number in chosen]


def test_words_are_read_one_by_one_and_their_characters_share_the_probability() -> None:
    words = Charset(("ONE", "TWO", "THREE"), "words")
    (spelling,) = reader("words", words).read([cell("bb bbb bb")])
    assert spelling.text == "TWO THREE TWO"
    assert np.prod(spelling.chars[:3]) == pytest.approx(0.9)
    assert list(spelling.centres) == sorted(spelling.centres)


def test_a_search_sees_the_characters_of_a_word_together() -> None:
    seen: list[int] = []

    def search(log_probs: NDArray[np.float32]) -> tuple[int, ...]:
        seen.append(len(log_probs))
        return (3,) * ((len(log_probs) + 1) // 2)

    (spelling,) = reader("characters", Charset("abc"), search).read([cell("ab bb cab")])
    assert (spelling.text, seen) == ("cc cc ccc", [3, 3, 5])


def test_a_page_has_the_quads_of_characters_unless_whole_words_are_read() -> None:
    for charset, reads in ((Charset("abc"), "characters"), (Charset(("ONE", "TWO", "THREE"), "words"), "words")):
        pages = PageReader(OpenedModel(reader(reads, charset)._recognizer, charset, "", reads=reads), None)  # type: ignore[arg-type]
        image = np.full((300, 300), 255, np.uint8)
        for row in range(6):
            strip = cell("ab bb cab").image
            image[20 + 40 * row : 52 + 40 * row, 20 : 20 + strip.shape[1]] = strip
        page = pages.read(image)
        assert [len(word.char_quads) for word in page.words[:3]] == ([2, 2, 3] if reads == "characters" else [0, 0, 0])


def test_cells_without_ink_say_nothing_whatever_is_read() -> None:
    for reads in get_args(Reads)[1:]:
        (spelling,) = reader(reads, Charset("abc")).read([cell("   ")])
        assert spelling.text == ""


def test_what_runs_from_right_to_left_is_read_so_with_the_place_of_each_character() -> None:
    hebrew = Charset.learnt("אבג")
    assert hebrew.order == "visual"
    (spelling,) = reader("characters", hebrew).read([cell("ab bb cab")])
    # The network meets its letters from left to right.
    assert spelling.text == "באג בב בא"
    assert list(spelling.centres) == sorted(spelling.centres, reverse=True)
    image = cell("ab bb cab")
    words = [spelling.centres[:3], spelling.centres[4:6], spelling.centres[7:]]
    boxes = word_boxes(image, words)
    assert boxes[:, 0].tolist() == sorted(boxes[:, 0].tolist(), reverse=True)
    first, *_ = character_boxes(image, words, boxes, find_spacing([image.own_ink]))
    assert first[:, 0].tolist() == sorted(first[:, 0].tolist(), reverse=True)
