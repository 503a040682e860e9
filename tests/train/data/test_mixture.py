"""Rows of several data sets as one stream."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from receiptgen.train.data.mixture import BLOCK, Mixture, Row, apportion, rows_by_class

weights = st.lists(st.floats(0.001, 1000), min_size=1, max_size=12)


@given(weights, st.integers(12, 2000))
def test_parts_add_up_and_none_is_empty(parts: list[float], total: int) -> None:
    counts = apportion(parts, total)
    assert sum(counts) == total
    assert min(counts) >= 1
    room = total - len(parts)
    for count, part in zip(counts, parts, strict=True):
        assert abs(count - 1 - room * part / sum(parts)) <= 1


def test_every_row_of_an_epoch_comes_once_before_any_comes_again() -> None:
    mixture = Mixture([1, 3], [100, None], seed=5)
    rows = [row for number in range(8) for row in mixture.block(number) if row.source == 0]
    read = [mixture.index(row) for row in rows]
    assert len(read) > 400
    for epoch in range(len(read) // 100):
        assert sorted(read[100 * epoch : 100 * epoch + 100]) == list(range(100))
    assert read[:100] != read[100:200], "each epoch has an order of its own"


def test_a_stream_without_end_never_repeats_itself_not_even_where_rows_stand_in() -> None:
    mixture = Mixture([1, 1], [None, 10], seed=0)
    rows = [row for number in range(20) for row in mixture.block(number) if row.source == 0]
    indices = [mixture.index(row, attempt) for row in rows for attempt in range(3)]
    assert len(set(indices)) == len(indices)


def test_blocks_have_the_weights() -> None:
    mixture = Mixture([6, 1, 1], [None, None, None], seed=0)
    counts = Counter(row.source for number in range(4) for row in mixture.block(number))
    assert counts.total() == 4 * BLOCK
    assert abs(counts[0] / counts.total() - 0.75) < 0.01


def test_a_row_that_stands_in_is_one_of_the_data_set() -> None:
    mixture = Mixture([1], [7], seed=0)
    assert {mixture.index(Row(0, 3), attempt) for attempt in range(1, 40)} == set(range(7))


RARE = rows_by_class("a" * 90 + "" + "b" * 7 + "c" * 3)


def balanced(seed: int = 1) -> Mixture:
    return Mixture([1, 3], [100, None], seed, [RARE, None])


def test_balanced_classes_come_equally_often() -> None:
    rows = [row for number in range(8) for row in balanced().block(number) if row.source == 0]
    read = [balanced().index(row) for row in rows[:300]]
    counts = Counter("a" if index < 90 else "b" if index < 97 else "c" for index in read)
    assert set(counts.values()) == {100}
    of_b = [index for index in read if 90 <= index < 97]
    for epoch in range(14):
        assert sorted(of_b[7 * epoch : 7 * epoch + 7]) == list(range(90, 97)), "each of its rows before any comes again"
    assert len({index for index in read if index < 90}) == 90


def test_a_balanced_order_is_the_same_from_any_block_on() -> None:
    whole = [[balanced().index(row) for row in balanced().block(number)] for number in range(6)]
    later = balanced()
    assert [later.index(row) for row in later.block(5)] == whole[5]
    other = balanced(2)
    assert [other.index(row) for row in other.block(5)] != whole[5]


def test_replacements_of_balanced_rows_are_of_any_class() -> None:
    again = Counter(balanced().index(Row(0, 5), attempt) // 90 for attempt in range(1, 400))
    assert 200 < again[1] < 330, "two of three classes"


def test_rows_without_text_are_of_no_class() -> None:
    assert [rows.tolist() for rows in rows_by_class(["b", None, "a", "b", ""])] == [[4], [2], [0, 3]]
