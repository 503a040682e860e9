"""Kinds take turns, each until it has its number of samples."""

from collections import Counter
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from receiptgen.dataset.kind_order import KindOrder

counts = st.dictionaries(st.sampled_from("abcdef"), st.integers(1, 90), min_size=1)


@given(counts)
def test_each_kind_has_its_number_each_sample_once(counts: dict[str, int]) -> None:
    order = KindOrder(tuple(counts), counts)
    located = [order.locate(position) for position in range(sum(counts.values()))]
    assert len(set(located)) == len(located)
    assert Counter(kind for kind, _ in located) == counts
    for kind, count in counts.items():
        assert [number for name, number in located if name == kind] == [*range(count)]


@given(counts)
def test_kinds_take_turns_until_they_have_all(counts: dict[str, int]) -> None:
    order = KindOrder(tuple(counts), counts)
    numbers = [order.locate(position)[1] for position in range(sum(counts.values()))]
    assert all(number <= following for number, following in pairwise(numbers))


@given(counts, st.data(), st.integers(1, 40))
def test_edges_are_where_rounds_begin_wherever_one_starts(
    counts: dict[str, int], data: st.DataObject, rounds: int
) -> None:
    order, total = KindOrder(tuple(counts), counts), sum(counts.values())
    first = data.draw(st.integers(0, total))
    stop = data.draw(st.integers(first, total))
    begins = [
        position
        for position in range(1, total)
        if order.locate(position)[1] % rounds == 0 and order.locate(position - 1)[1] < order.locate(position)[1]
    ]
    assert [*order.edges(first, stop, rounds)] == [edge for edge in begins if first < edge < stop]


def test_without_counts_rounds_have_no_end() -> None:
    order = KindOrder(("a", "b"), {})
    assert [order.locate(position) for position in (0, 1, 2, 20_001)] == [("a", 0), ("b", 0), ("a", 1), ("b", 10_000)]
    assert [*order.edges(0, 200, 32)] == [64, 128, 192]
    assert [*order.edges(64, 128, 32)] == []
