"""Accuracy on a data set, as figures and JSON."""

from receiptgen.recognition.line_scores import score_lines, scores_json
from receiptgen.recognition.metrics import Reading


def test_images_of_nothing_are_scored_apart() -> None:
    lines = [
        Reading("a", "", "TOTAL", "TOTAL"),
        Reading("b", "", "5", "6"),
        Reading("c", "", "", ""),
        Reading("d", "", "", "I"),
    ]
    with_blanks, without = score_lines("x", lines), score_lines("x", lines[:2])
    assert with_blanks.blanks == (2, 1)
    assert str(with_blanks.blanks) == "50.0 % of 2 read as nothing"
    assert (with_blanks.kinds, with_blanks.confusions, with_blanks.interval) == (
        without.kinds, without.confusions, without.interval,
    )  # fmt: skip
    assert scores_json([with_blanks])["x"]["blanks"] == {"lines": 2, "read_as_nothing": 1}
    assert score_lines("x", lines[2:]).kinds == {}
