"""Sums of options are those that trying all of them finds, and are told by options that add up to them."""

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from receiptgen.commerce.solving.subset_sums import SubsetSums

numbers = st.one_of(
    st.lists(st.integers(1, 30), min_size=1, max_size=3).map(lambda found: tuple(sorted(found))),
    st.builds(lambda first, step, count: range(first, first + step * count, step), *[st.integers(1, 9)] * 3),
)
choices = st.lists(st.tuples(st.lists(numbers, min_size=1, max_size=2), st.booleans()), max_size=4)


@pytest.mark.smoke
@settings(max_examples=80, deadline=None)
@given(choices=choices, most=st.integers(1, 3), largest=st.integers(1, 60))
def test_sums_are_those_of_all_options(choices: list[tuple[list[range], bool]], most: int, largest: int) -> None:
    sums, every = SubsetSums(most, largest), []
    for options, required in choices:
        sums.add(options, required)
        flat = [each for part in options for each in part]
        every.append(flat if required else [0, *flat])
    known: dict[int, set[int]] = {}
    for taken in product(*every):
        count = sum(1 for each in taken if each)
        if count <= most:
            known.setdefault(sum(taken), set()).add(count)
    for target in range(largest + 1):
        assert set(sums.counts(target)) == known.get(target, set())
        for count in sums.counts(target):
            found = sums.options(target, count, [5] * len(choices))
            assert sum(option for _, option in found) == target
            assert len({place for place, _ in found}) == len(found) == count
            assert all(option in every[place] for place, option in found)


def test_no_sum_is_beyond_the_largest() -> None:
    sums = SubsetSums(2, 10)
    sums.add([range(4, 100, 4)])
    assert sums.counts(8) == [1]
    assert sums.counts(12) == sums.counts(-1) == []
