"""What the network sees of words: letters, places, and how amounts add up."""

from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from receiptgen.extraction.labelling.features import CODES, FEATURES, LETTERS, letter_codes, word_features
from receiptgen.extraction.labelling.page_words import PageWord
from tests.support.scored_pages import placed_words
from tests.support.set_receipts import set_receipt

PAGE = placed_words("SHOP", "Bread  2.50", "Tea  3.00", "Total  5.50", "19%  0.88", "Cash  10.00", "Change  4.50")


def _seen(feature: str, *rows: str) -> dict[str, float]:
    """Return a feature of each word of some rows, of which no two are alike."""
    words = placed_words(*rows)
    values = word_features(words).features[FEATURES.index(feature)]
    return {word.text: float(value) for word, value in zip(words, values, strict=True)}


def _told(feature: str, *rows: str) -> set[str]:
    return {text for text, value in _seen(feature, *rows).items() if value}


@pytest.mark.smoke
@pytest.mark.parametrize("index", range(0, 26, 3))
def test_features_of_receipts_are_finite_and_small(index: int) -> None:
    words = set_receipt(index).labelled.words
    codes, features = word_features(words)
    assert (codes.shape, codes.dtype) == ((LETTERS, len(words)), np.uint8)
    assert (features.shape, features.dtype) == ((len(FEATURES), len(words)), np.float32)
    assert codes.max() < CODES
    assert np.isfinite(features).all()
    assert np.abs(features).max() <= 3
    assert (np.abs(features) <= 1).mean() > 0.97


@given(scale=st.floats(1e-3, 1e3), right=st.floats(-1e4, 1e4), down=st.floats(-1e4, 1e4))
def test_neither_the_size_of_a_page_nor_its_place_matters(scale: float, right: float, down: float) -> None:
    moved = [
        word._replace(
            left=scale * (word.left + right), right=scale * (word.right + right),
            top=scale * (word.top + down), bottom=scale * (word.bottom + down),
        )
        for word in PAGE
    ]  # fmt: skip
    assert np.allclose(word_features(moved).features, word_features(PAGE).features, atol=1e-4)
    assert np.array_equal(word_features(moved).codes, word_features(PAGE).codes)


@given(edges=st.lists(st.tuples(*[st.floats(-1e3, 1e3)] * 4), min_size=1, max_size=5), text=st.text(min_size=1))
def test_any_words_have_finite_features(edges: list[tuple[float, float, float, float]], text: str) -> None:
    words = [
        PageWord(text, 0.5, min(x, z), min(y, w), max(x, z), max(y, w), row // 2, row)
        for row, (x, y, z, w) in enumerate(edges)
    ]
    assert np.isfinite(word_features(words).features).all()


def test_accents_fold_whether_they_stand_by_themselves_or_not() -> None:
    assert letter_codes("Café") == letter_codes("Cafe") == letter_codes("Cafe\u0301")
    assert letter_codes("ÅØß")[0] == letter_codes("A")[0]


def test_digits_of_other_scripts_are_digits() -> None:
    assert letter_codes("١٢") == letter_codes("12") == letter_codes("１２") == letter_codes("१२")


def test_letters_signs_and_currencies_that_are_not_ascii_are_kinds() -> None:
    assert letter_codes("店")[0] == letter_codes("я")[0] != letter_codes("€")[0]
    assert letter_codes("€")[0] == letter_codes("£")[0] != letter_codes("•")[0]
    assert letter_codes("•")[0] == letter_codes("★")[0] != letter_codes("я")[0]


def test_of_long_words_the_first_and_the_last_letters_are_seen() -> None:
    assert letter_codes("abcdefghijXXXXuvwxyz") == letter_codes("abcdefghijuvwxyz")
    assert letter_codes("ab")[2:] == (0,) * (LETTERS - 2)


@given(text=st.text())
def test_codes_are_as_many_as_letters_and_nothing_comes_last(text: str) -> None:
    codes = letter_codes(text)
    assert len(codes) == LETTERS
    assert all(0 <= code < CODES for code in codes)
    shown = np.flatnonzero(codes)
    assert shown.tolist() == list(range(len(shown)))


def test_sums_of_neighbours_above_are_told() -> None:
    rows = ("Bread  2.50", "Tea  3.10", "Ham  4.20", "Sum  9.80", "Off  -1.00", "Total  8.80")
    assert _told("is_sum_above", *rows) == {"9.80", "8.80"}
    assert _told("is_sum_above", "Bread  2.50", "Tea  3.10", "Total  5.61") == set()
    # Others may stand between, not more than four.
    between = tuple(f"Line  {number}.07" for number in range(20, 26))
    assert "5.60" in _told("is_sum_above", "Bread  2.50", "Tea  3.10", *between[:4], "Total  5.60")
    assert "5.60" not in _told("is_sum_above", "Bread  2.50", "Tea  3.10", *between, "Total  5.60")


def test_sums_of_two_and_differences_are_told() -> None:
    rows = ("Net  20.00", "Else  7.77", "Tax  3.80", "Total  23.80", "Cash  50.00", "Change  26.20")
    assert _told("is_sum_of_two", *rows) == {"23.80"}
    assert "26.20" in _told("is_difference", *rows)
    assert "23.80" not in _told("is_difference", *rows)


def test_products_of_a_row_and_its_neighbours_are_told() -> None:
    assert _told("is_product", "Bread", "3  2.50  7.50") == {"7.50"}
    assert _told("is_product", "Bread  7.50", "3 x 2.50") == {"7.50"}
    assert _told("is_product", "Bread  7.50", "Tea", "Ham", "3 x 2.50") == set()
    # Nothing is a product by one.
    assert _told("is_product", "1  2.50  2.51") == set()


def test_shares_of_other_amounts_are_told() -> None:
    assert _told("is_share", "Net  20.00", "19%  3.80", "Total  23.80") == {"3.80"}
    assert _told("is_share", "Total  23.80", "contains 19%  3.80") == {"3.80"}
    assert _told("is_share", "Net  20.00", "Tax  3.80", "Total  23.80") == set()


def test_amounts_that_occur_again_and_the_largest_are_told() -> None:
    words = placed_words("Total  5.50", "Card  5.50", "Points  2.00")
    features = word_features(words).features
    before, after, largest = (
        features[FEATURES.index(name)] for name in ("occurs_before", "occurs_after", "is_largest")
    )
    assert (before.tolist(), after.tolist()) == ([0, 0, 0, 1, 0, 0], [0, 1, 0, 0, 0, 0])
    assert largest.tolist() == [0, 1, 0, 1, 0, 0]


@given(cents=st.lists(st.integers(1, 10**5), min_size=2, max_size=6))
def test_the_sum_of_a_column_is_told_whatever_it_holds(cents: list[int]) -> None:
    amounts = [Decimal(each) / 100 for each in cents]
    rows = [f"Line  {amount:.2f}" for amount in (*amounts, sum(amounts))]
    features = word_features(placed_words(*rows)).features
    assert features[FEATURES.index("is_sum_above"), -1] == 1
    assert features[FEATURES.index("is_largest"), -1] == 1


def test_places_in_rows_and_cells_are_told() -> None:
    rows = ("Green Tea  2.50", "Total")
    assert _told("first", *rows) == {"Green", "Total"}
    assert _told("last", *rows) == {"2.50", "Total"}
    assert _told("begins_cell", *rows) == {"Green", "2.50", "Total"}
    left, right = _seen("left", *rows), _seen("right", *rows)
    assert (left["Green"], left["Total"], right["2.50"]) == (0, 0, 1)
