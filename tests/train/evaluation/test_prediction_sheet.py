from itertools import pairwise
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from rapidfuzz.distance import Levenshtein

from receiptgen.core.errors import FileError
from receiptgen.train.evaluation.prediction_sheet import SheetRow, align_texts, draw_sheet, png, save_sheet

Pixels = NDArray[np.uint8]
RED, VIOLET, AMBER = (255, 218, 217), (234, 224, 252), (255, 234, 205)
TEXTS = st.text(st.sampled_from("aAbB 0ß"), max_size=12)


def line(text: str, prediction: str, width: int = 120, height: int = 30) -> SheetRow:
    return SheetRow(np.full((height, width), 200, np.uint8), text, prediction, "price/000001.png")


def count(image: Pixels, colour: tuple[int, int, int], top: int = 40) -> int:
    """Count the pixels of a colour below the legend."""
    return int((image[top:] == colour).all(axis=2).sum())


def test_edits_are_told_apart() -> None:
    made = align_texts("Total 12.5", "tota1 2.55")
    assert [(cell.edit, cell.text, cell.prediction) for cell in made if cell.edit != "equal"] == [
        ("case", "T", "t"),
        ("wrong", "l", "1"),
        ("missing", "1", ""),
        ("extra", "", "5"),
    ]


@given(TEXTS, TEXTS)
def test_cells_hold_both_texts_and_as_few_edits_as_can_be(text: str, prediction: str) -> None:
    made = align_texts(text, prediction)
    assert "".join(cell.text for cell in made) == text
    assert "".join(cell.prediction for cell in made) == prediction
    assert sum(cell.edit != "equal" for cell in made) == Levenshtein.distance(text, prediction)
    assert all((cell.edit == "equal") == (cell.text == cell.prediction) for cell in made)


def test_only_edited_characters_are_coloured() -> None:
    right = draw_sheet([line("12.50", "12.50")])
    assert [count(right, colour) for colour in (RED, VIOLET, AMBER)] == [0, 0, 0]
    wrong = draw_sheet([line("12.50", "12.80")])
    assert count(wrong, RED) > 0
    assert [count(wrong, colour) for colour in (VIOLET, AMBER)] == [0, 0]
    assert count(draw_sheet([line("kg", "Kg")]), VIOLET) > 0
    assert count(draw_sheet([line("kg", "kg.")]), AMBER) > 0


def test_more_wrong_characters_are_more_red() -> None:
    reds = [count(draw_sheet([line("123456", read)]), RED) for read in ("123456", "123450", "123400", "000000")]
    assert all(fewer < more for fewer, more in pairwise(reds))


def test_a_missing_blank_shows_in_the_label() -> None:
    equal, missing = draw_sheet([line("1 2", "1 2")]), draw_sheet([line("1 2", "12")])
    assert count(missing, (190, 18, 28)) > count(equal, (190, 18, 28)) + 20


def test_pictures_keep_their_levels_and_proportions() -> None:
    sheet = draw_sheet([line("a", "a", width=200, height=38)], width=800)
    assert count(sheet, (200, 200, 200)) == 200 * 38
    # Twice as high as there is room for.
    assert count(draw_sheet([line("a", "a", width=400, height=76)], width=800), (200, 200, 200)) == 200 * 38
    # Wider than the sheet: 362 pixels are left of 400 for a line 1,000 wide.
    wide = count(draw_sheet([line("a", "a", width=1000, height=38)], width=400), (200, 200, 200))
    assert wide == pytest.approx(354 * 38 * 354 / 1000, rel=0.05)


@pytest.mark.parametrize(("length", "columns"), [(5, 5), (40, 3), (68, 2), (200, 1)])
def test_short_lines_stand_in_more_columns(length: int, columns: int) -> None:
    sheet = draw_sheet([line("0" * length, "0" * length)] * 10)
    # A row of pixels through the upper margins of the first cards, which are white on gray.
    white = (sheet[44] == 255).all(axis=1)
    assert int((np.diff(white.astype(np.int8)) == 1).sum()) == columns


def test_a_long_text_goes_on_below() -> None:
    short, long = (draw_sheet([line("0" * length, "0" * length)], width=400) for length in (20, 100))
    assert long.shape[0] > short.shape[0] + 40


def test_no_lines_and_empty_texts_make_a_sheet_too() -> None:
    assert draw_sheet([], width=500).shape[1:] == (500, 3)
    assert draw_sheet([line("", "")], width=500).shape[1:] == (500, 3)
    assert draw_sheet([line("", "x"), line("y", "")], width=500).shape[1:] == (500, 3)


def test_colour_images_stay_coloured() -> None:
    image = np.zeros((38, 50, 3), np.uint8)
    image[:] = (10, 200, 30)
    assert count(draw_sheet([SheetRow(image, "a", "a", "x")]), (10, 200, 30)) == 38 * 50


@pytest.mark.smoke
def test_a_sheet_is_saved_as_it_is(tmp_path: Path) -> None:
    sheet = draw_sheet([line("1", "2")])
    save_sheet(sheet, tmp_path / "new" / "lines.png")
    content = np.frombuffer((tmp_path / "new" / "lines.png").read_bytes(), np.uint8)
    assert np.array_equal(cv2.imdecode(content, cv2.IMREAD_COLOR)[:, :, ::-1], sheet)
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["lines.png"]
    assert png(sheet) == content.tobytes()


def test_a_place_that_cannot_be_written_to_is_a_fault_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(FileError, match=r"file/lines\.png: can't be written: "):
        save_sheet(draw_sheet([]), tmp_path / "file" / "lines.png")
