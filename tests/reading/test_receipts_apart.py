"""Which text of an image stands on which receipt."""

from types import SimpleNamespace
from typing import cast

from receiptgen.finding.found_page import FoundCell
from receiptgen.reading.cell_reader import Spelling
from receiptgen.reading.legible_page import ReadCell
from receiptgen.reading.receipts_apart import receipts_apart

LARGE = ["Charcoal Grill Diner", "Subtotal 80.40", "Total 85.22"]


def read(paper: int, text: str, probability: float = 0.95) -> ReadCell:
    spelling = Spelling(text, (probability,) * len(text), (0.5,) * len(text))
    return ReadCell(0, cast(FoundCell, SimpleNamespace(paper=paper)), spelling)


def apart(*texts: ReadCell) -> list[list[str]]:
    return [[text.spelling.text for text in receipt] for receipt in receipts_apart(texts)]


def test_two_receipts_are_kept_apart_in_the_order_of_their_papers() -> None:
    first, second = ([read(paper, text) for text in LARGE] for paper in (1, 2))
    assert apart(*second, *first) == [LARGE, LARGE]


def test_grain_of_the_ground_is_no_receipt() -> None:
    assert apart(read(1, "4"), *[read(2, text) for text in LARGE], read(3, "xq", 0.55)) == [LARGE]


def test_a_part_that_was_cut_off_is_counted_to_the_receipt() -> None:
    assert apart(read(1, "BILL"), *[read(2, text) for text in LARGE]) == [[*LARGE, "BILL"]]


def test_a_small_ticket_beside_another_is_one_too() -> None:
    assert apart(read(1, "Parking 2.00"), read(2, "Parking 3.50")) == [["Parking 2.00"], ["Parking 3.50"]]


def test_an_image_without_text_has_no_receipt() -> None:
    assert apart() == []
