from pathlib import Path

import numpy as np
import pytest

from receiptgen.core.errors import FileError
from receiptgen.drawing.receipts import Receipts
from receiptgen.drawing.sources import open_source
from receiptgen.drawing.template import receipt_template
from receiptgen.imaging.contact_sheet import COLOURS, overlay, rows, save, sheet
from receiptgen.imaging.sample import Sample

GROUND = (226, 228, 231)


def paper(height: int, width: int) -> np.ndarray[tuple[int, int], np.dtype[np.uint8]]:
    return np.full((height, width), 255, np.uint8)


@pytest.fixture(scope="module")
def receipt() -> Sample:
    return Receipts([receipt_template("parking").value], seed=1).draw(0)


def white(image: np.ndarray[tuple[int, ...], np.dtype[np.uint8]]) -> int:
    return int((image == 255).all(axis=2).sum())


def test_a_sheet_shows_every_image_whole_and_unscaled_where_it_fits() -> None:
    made = sheet([paper(300, 100), paper(50, 90), paper(120, 60)], ["a", "b", "c"], width=600, columns=2)
    assert made.shape[1:] == (600, 3)
    assert white(made) == 300 * 100 + 50 * 90 + 120 * 60


def test_a_sheet_shrinks_what_is_wider_than_a_column() -> None:
    made = sheet([paper(400, 800)], ["a"], width=218, columns=4)
    assert white(made) == 182 * 91


def test_a_sheet_has_no_more_columns_than_it_has_room_for() -> None:
    assert sheet([paper(20, 300)] * 20, [""] * 20, width=200, columns=20).shape[1] == 200


def test_a_sheet_puts_an_image_into_the_shortest_column() -> None:
    tall, low = paper(500, 80), paper(100, 80)
    assert sheet([tall, low, low, low], [""] * 4, width=300, columns=2).shape[0] < 600


def test_rows_break_where_they_are_full_and_label_each_group() -> None:
    one = rows([("price", [paper(20, 100)])], width=500)
    many = rows([("price", [paper(20, 100)] * 9)], width=500)
    assert white(many) == 9 * 20 * 100
    assert many.shape[0] > one.shape[0]
    assert (one[:, :40] != GROUND).any()


def test_rows_without_images_are_labels_alone() -> None:
    assert white(rows([("price", []), ("date", [])], width=300)) == 0


def test_an_overlay_draws_the_quads_of_the_levels_asked_for(receipt: Sample) -> None:
    bare = overlay(receipt.page, [], scale=2)
    for level in COLOURS:
        made = overlay(receipt.page, [level], scale=2)
        assert made.shape == (2 * receipt.page.image.shape[0], 2 * receipt.page.image.shape[1], 3)
        assert (made != bare).any() == (level != "mark" or bool(receipt.page.regions.marks))


def test_an_overlay_leaves_the_page_as_it_is(receipt: Sample) -> None:
    before = receipt.page.image.copy()
    overlay(receipt.page)
    assert np.array_equal(receipt.page.image, before)
    assert np.array_equal(overlay(receipt.page, [], scale=1)[:, :, 1], before)


def test_a_snippets_boxes_enclose_its_ink() -> None:
    page = open_source("standard", "price", 1).draw(0).page
    made = overlay(page, ["line"], scale=4)
    blue = np.argwhere((made == COLOURS["line"][0]).all(axis=2))
    ink = 4 * np.argwhere(page.image < 128)
    assert (blue.min(axis=0) <= ink.min(axis=0)).all()
    assert (blue.max(axis=0) >= ink.max(axis=0)).all()


def test_a_sheet_that_can_not_be_written_is_an_error_of_one_line() -> None:
    with pytest.raises(FileError, match=r"^/proc/x/sheet.png: can't be written: [^\n]+$"):
        save(np.zeros((2, 2, 3), np.uint8), Path("/proc/x/sheet.png"))
