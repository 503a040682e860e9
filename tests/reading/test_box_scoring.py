"""Scores of pages whose truth is boxes with texts without spaces."""

import pytest

from receiptgen.annotations.classed_boxes import ClassedBox
from receiptgen.reading.box_scoring import box_scores_json, box_scores_table, score_boxes, total_box_score
from receiptgen.reading.scoring import Score

pytestmark = pytest.mark.needs("onnxruntime")

# Twenty-seven letters and digits in six boxes; the seventh has none.
BOXES = (
    ClassedBox("Total:", "caption", (10, 10, 60, 25)),
    ClassedBox("12.50", "total", (70, 10, 110, 25)),
    ClassedBox("Café-Bar", "store", (10, 40, 90, 48)),
    ClassedBox("Tea", "item", (10, 60, 40, 75)),
    ClassedBox("12.50", "price", (70, 60, 110, 75)),
    ClassedBox("Item", "other", (10, 100, 60, 132)),
    ClassedBox("---", "other", (10, 150, 60, 160)),
)
# Twenty-six that were read: one line of two boxes, one misread, one over two rows, one cut, one of nothing.
LINES = (
    ("TOTAL 12.50", (8.0, 9.0, 112.0, 26.0)),
    ("Cafe Bar", (10.0, 40.0, 90.0, 48.0)),
    ("Tca", (10.0, 58.0, 40.0, 88.0)),
    ("It", (10.0, 100.0, 40.0, 132.0)),
    ("noise", (300.0, 300.0, 340.0, 310.0)),
)


@pytest.mark.smoke
def test_characters_count_in_boxes_read_whole_each_occurrence_once() -> None:
    score = score_boxes(BOXES, LINES)
    assert score.characters == Score(9, 26, 27)
    assert score.f1 == 18 / 53
    assert score.kinds == {
        "caption": (1, 1), "total": (1, 1), "store": (0, 1), "item": (0, 1), "price": (0, 1), "other": (0, 1),
    }  # fmt: skip
    assert score.heights == {"14 to 19": (9, 16), "below 10": (0, 7), "30 and more": (0, 4)}
    assert score.missed == (BOXES[2], BOXES[4], BOXES[5], BOXES[3])


def test_each_box_that_was_not_read_has_a_cause() -> None:
    score = score_boxes(BOXES, LINES)
    assert score.causes == {"misread": 7, "several rows": 3, "cut": 4, "no box": 4}
    assert score.noise == 5


def test_long_texts_come_first() -> None:
    boxes = (ClassedBox("12", "quantity", (0, 0, 9, 9)), ClassedBox("1250", "price", (20, 0, 40, 9)))
    score = score_boxes(boxes, [("1250", (20.0, 0.0, 40.0, 9.0))])
    assert score.kinds == {"price": (1, 1), "quantity": (0, 1)}


def test_pages_add_up_and_a_page_without_text_counts() -> None:
    scores = [score_boxes(BOXES, LINES), score_boxes(BOXES, LINES), score_boxes(BOXES, ())]
    total = total_box_score(scores)
    assert total.characters == Score(18, 52, 81)
    assert total.kinds["total"] == (2, 3)
    assert total.causes == {"misread": 14, "several rows": 6, "cut": 8, "no box": 35}
    figures = box_scores_json(scores)
    assert figures["median_page_f1"] == 18 / 53
    assert figures["recall"] == 18 / 81
    assert figures["kinds"]["total"] == {"share": 2 / 3, "read": 2, "of": 3}
    assert sum(figures["causes"].values()) == pytest.approx(1 - figures["recall"])
    assert "recall 22.2, precision 34.6, F1 27.1, median page F1 34.0" in box_scores_table(figures)[0]
