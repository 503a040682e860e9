"""Edits of words, counted by alignment."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from receiptgen.recognition.edit_counts import word_edits

WORDS = st.lists(st.sampled_from("abcd"), max_size=9)


def aligned(text: list[str], prediction: list[str]) -> tuple[int, int]:
    """Return cost and edits of the best alignment, cell by cell of the table: 3 for a gap, 4 for a wrong word."""
    row = [(3 * column, column) for column in range(len(prediction) + 1)]
    for word in text:
        above, row = row, [(row[0][0] + 3, row[0][1] + 1)]
        for column, read in enumerate(prediction, 1):
            wrong = word != read
            diagonal, up, left = above[column - 1], above[column], row[-1]
            row.append(
                min(
                    (diagonal[0] + 4 * wrong, diagonal[1] + wrong), (up[0] + 3, up[1] + 1), (left[0] + 3, left[1] + 1)
                )
            )  # fmt: skip
    return row[-1]


@pytest.mark.parametrize(
    ("text", "prediction", "edits"),
    [
        ("the quick fox", "the quick fox", 0),
        ("the quick fox", "the fox", 1),
        ("the quick fox", "the quick brown fox", 1),
        ("the quick fox", "the quack fox", 1),
        ("TOTAL 12.50", "", 2),
        ("", "a b", 2),
        # Four wrong words would be fewer edits, but SCLITE shifts: three missing, three inserted.
        ("a b c d x y z", "x y z a b c d", 6),
        ("a b c x", "x y z w", 4),
    ],
)
def test_words_are_wrong_missing_or_inserted(text: str, prediction: str, edits: int) -> None:
    assert word_edits((text, prediction)) == edits


@given(WORDS, WORDS)
def test_word_edits_are_those_of_the_cheapest_alignment(text: list[str], prediction: list[str]) -> None:
    assert word_edits((" ".join(text), " ".join(prediction))) == aligned(text, prediction)[1]
