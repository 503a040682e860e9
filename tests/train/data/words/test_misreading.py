"""What a reader makes of printed words: errors that leave what is true of them true."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from receiptgen.core.dice import Dice
from receiptgen.extraction.labelling.roles import OTHER, ROLE_NUMBERS
from receiptgen.train.data.words.labelled_words import UNKNOWN, LabelledWords
from receiptgen.train.data.words.misreading import ReadingErrors, draw_errors, read_printed, with_heading
from receiptgen.train.data.words.printed_words import PrintedWord
from tests.support.set_receipts import FAULTLESS

NAME, AMOUNT, DATE = (ROLE_NUMBERS[role] for role in ("items.name", "items.amount", "date"))
# Rows of texts with their roles, their item and whether months come first.
_ROWS = (
    (("SHOP", ROLE_NUMBERS["merchant.name"], -1, UNKNOWN),),
    (("01/08/18", DATE, -1, 1), ("13:29", ROLE_NUMBERS["time"], -1, UNKNOWN)),
    (("Ham", NAME, 0, UNKNOWN), ("Roll", NAME, 0, UNKNOWN), ("3.50", AMOUNT, 0, UNKNOWN)),
    (("Tea", NAME, 1, UNKNOWN), ("2.00", AMOUNT, 1, UNKNOWN)),
    (("-", ROLE_NUMBERS[OTHER], -1, UNKNOWN),),
    (("Total", ROLE_NUMBERS["label"], -1, UNKNOWN), ("5.50", ROLE_NUMBERS["total"], -1, UNKNOWN)),
)


def _page() -> list[PrintedWord]:
    words = []
    for row, cells in enumerate(_ROWS):
        left = 0.0
        for text, role, item, month_first in cells:
            right = left + 10 * len(text)
            words.append(PrintedWord(text, left, 24.0 * row, right, 24.0 * row + 16, row, role, item, month_first))
            left = right + 8
    return words


def _read(errors: ReadingErrors, key: int = 7, words: list[PrintedWord] | None = None) -> LabelledWords:
    found = read_printed(words or _page(), errors, Dice(key))
    assert found is not None
    return found


def _texts(labelled: LabelledWords) -> list[str]:
    return [word.text for word in labelled.words]


@pytest.mark.smoke
def test_without_errors_all_is_read_as_it_is_printed() -> None:
    page, read = _page(), _read(FAULTLESS)
    assert _texts(read) == [word.text for word in page]
    assert [word[2:7] for word in read.words] == [word[1:6] for word in page]
    assert all(0.9 <= word.confidence <= 1 for word in read.words)
    assert read.roles.tolist() == [word.role for word in page]
    assert read.starts.tolist() == [UNKNOWN] * 3 + [1, 0, 0, 1, 0] + [UNKNOWN] * 3
    assert read.month_first.tolist() == [word.month_first for word in page]


def test_edges_that_are_off_and_rows_that_lean_change_nothing_but_places() -> None:
    sure, read = _read(FAULTLESS), _read(FAULTLESS._replace(jitter=0.2, slant=0.5))
    assert _texts(read) == _texts(sure)
    assert [(word.row, word.cell) for word in read.words] == [(word.row, word.cell) for word in sure.words]
    assert all(np.array_equal(one, other) for one, other in zip(read[1:], sure[1:], strict=True))
    off = np.array([word[2:6] for word in read.words]) - np.array([word[2:6] for word in sure.words])
    assert 0 < np.abs(off).max() <= (0.5 + 0.1) * 16


@given(key=st.integers(0, 10**6))
def test_whatever_is_misread_the_arrays_agree_and_rows_have_no_gaps(key: int) -> None:
    errors = ReadingErrors(0.3, 0.4, 0.2, 0.4, 0.4, 20, 0.1, 0.3, 0.3)
    read = read_printed(_page(), errors, Dice(key))
    if read is None:
        return
    assert {len(part) for part in read} == {len(read.words)}
    assert all(word.text for word in read.words)
    assert all(0 <= word.confidence <= 1 and word.left < word.right and word.top < word.bottom for word in read.words)
    for numbers in ([word.row for word in read.words], [word.cell for word in read.words]):
        assert numbers[0] == 0
        assert {after - before for before, after in pairwise(numbers)} <= {0, 1}
    # Each item that is left begins once.
    assert (read.starts == 1).sum() <= 2
    assert set(read.month_first[read.roles != DATE].tolist()) <= {UNKNOWN}


@given(key=st.integers(0, 10**6))
def test_the_same_dice_give_the_same_reading(key: int) -> None:
    assert draw_errors(Dice(key)) == draw_errors(Dice(key))
    errors = draw_errors(Dice(key))
    one, other = (read_printed(_page(), errors, Dice(key)) for _ in range(2))
    assert one is not None
    assert other is not None
    assert one.words == other.words
    assert all(np.array_equal(mine, theirs) for mine, theirs in zip(one[1:], other[1:], strict=True))


@given(key=st.integers(0, 10**6))
def test_drawn_rates_are_rates(key: int) -> None:
    errors = draw_errors(Dice(key))
    assert all(0 <= rate <= 0.2 for rate in errors._replace(noise=errors.noise / 100, slant=0))
    assert abs(errors.slant) <= 0.25


def test_parts_of_a_word_have_its_role() -> None:
    read = _read(FAULTLESS._replace(parted=1))
    assert "".join(_texts(read)) == "".join(word.text for word in _page())
    by_role = {role: "".join(text for text, own in zip(_texts(read), read.roles, strict=True) if own == role)
               for role in (NAME, AMOUNT, DATE)}  # fmt: skip
    assert by_role == {NAME: "HamRollTea", AMOUNT: "3.502.00", DATE: "01/08/18"}
    assert read.month_first[read.roles == DATE].tolist() == [1, 1]
    assert (read.starts == 1).sum() == 2


def test_of_joined_words_the_longer_one_tells_the_role() -> None:
    read = _read(FAULTLESS._replace(joined=1))
    assert _texts(read) == ["SHOP", "01/08/1813:29", "HamRoll3.50", "Tea2.00", "-", "Total5.50"]
    assert read.roles[1] == DATE
    assert read.month_first[1] == 1
    assert read.starts.tolist() == [UNKNOWN, UNKNOWN, 1, 1, UNKNOWN, UNKNOWN]
    tea = read.words[3]
    assert (tea.left, tea.right) == (0, 78)


def test_words_of_other_rows_and_over_wide_gaps_are_not_joined() -> None:
    page = [word._replace(left=3 * word.left, right=3 * word.left + 10) for word in _page()]
    assert _texts(_read(FAULTLESS._replace(joined=1), words=page)) == [word.text for word in page]


def test_noise_is_of_no_interest_and_of_no_item() -> None:
    read = _read(FAULTLESS._replace(noise=100))
    assert _texts(read)[::2] == [word.text for word in _page()]
    assert set(read.roles[1::2].tolist()) == {ROLE_NUMBERS[OTHER]}
    assert set(read.starts[1::2].tolist()) == {UNKNOWN}


def test_rows_are_parted_at_their_widest_gap() -> None:
    page = [word._replace(left=word.left + 50 * (word.role == AMOUNT), right=word.right + 50 * (word.role == AMOUNT))
            for word in _page()]  # fmt: skip
    rows = [word.row for word in _read(FAULTLESS._replace(split_rows=1), words=page).words]
    assert rows == [0, 1, 2, 3, 3, 4, 5, 6, 7, 8, 9]


def test_where_nothing_is_found_nothing_is_read() -> None:
    assert read_printed(_page(), FAULTLESS._replace(missed=1), Dice(1)) is None
    assert read_printed(_page(), FAULTLESS._replace(lost=4), Dice(1)) is None


def test_a_row_whose_letters_are_all_lost_leaves_no_gap() -> None:
    page = [word._replace(text="iii") if word.role == ROLE_NUMBERS[OTHER] else word for word in _page()]
    errors = FAULTLESS._replace(lost=1)
    read = next(
        read for key in range(50) if (read := read_printed(page, errors, Dice(key))) and "iii" not in _texts(read)
    )
    rows = sorted({word.row for word in read.words})
    assert rows == list(range(len(rows)))


@given(key=st.integers(0, 10**6))
def test_a_heading_stands_above_and_says_nothing(key: int) -> None:
    page = _page()
    headed = with_heading(page, Dice(key))
    more = len(headed) - len(page)
    rows = headed[more].row
    assert 1 <= rows <= 2
    assert rows <= more <= 3 * rows
    assert [word._replace(row=word.row - rows) for word in headed[more:]] == page
    for word in headed[:more]:
        assert (word.role, word.item, word.month_first) == (ROLE_NUMBERS[OTHER], -1, UNKNOWN)
        assert word.bottom < page[0].top
    assert [word.row for word in headed] == sorted(word.row for word in headed)
    read = _read(FAULTLESS, words=headed)
    assert [word.row for word in read.words] == [word.row for word in headed]
