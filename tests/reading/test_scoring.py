"""How well a page was read."""

import pytest

from receiptgen.reading.scoring import Score, score_lines, score_words, total_score

pytestmark = pytest.mark.needs("onnxruntime")


def test_words_count_as_often_as_they_occur() -> None:
    assert score_words("A b b c", "B a a", "ci") == Score(2, 3, 4)
    assert score_words("A b", "a b", "exact") == Score(1, 2, 2)
    assert score_words("No.: 12-3", "NO : 12 3", "alnum") == Score(3, 3, 3)
    assert total_score([Score(1, 2, 4), Score(1, 2, 0)]).f1 == 0.5
    assert total_score([]) == Score(0, 0, 0)


def test_words_with_letters_beyond_ascii_are_right_where_they_are_read_exactly() -> None:
    truth, read = "Käse 2 € Müller, Rød café", "Kase 2 € Muller, Müller, cafe\u0301 Ünd"
    # The letter e with an accent that is a character of its own is the same letter.
    assert score_words(truth, read, "beyond ASCII") == Score(2, 3, 4)
    assert score_words("2 € café", "2 € cafe", "beyond ASCII") == Score(0, 0, 1)


def test_boxes_match_one_to_one() -> None:
    box = (0.0, 0.0, 10.0, 10.0)
    assert score_lines([box], [box, (0.0, 0.0, 10.0, 9.0)]) == Score(1, 2, 1)
    assert score_lines([box, (20.0, 0.0, 30.0, 10.0)], [(4.0, 0.0, 14.0, 10.0), (20.0, 0.0, 30.0, 6.0)]) == Score(
        1, 2, 2
    )
    assert score_lines([], [box]) == Score(0, 1, 0)
