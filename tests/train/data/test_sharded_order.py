"""The order of rows that lie in shards."""

import pytest

from receiptgen.train.data.mixture import Mixture, Row
from receiptgen.train.data.sharded_order import ShardedEpochs
from receiptgen.train.data.sources import ShardLayout

ROWS = (30, 20, 0, 41, 25, 34, 10)
LAYOUT = ShardLayout(tuple(map(str, range(7))), ROWS, True, 3, (0,))
SIZE = sum(ROWS)


def shard_of(row: int) -> int:
    return next(shard for shard in range(7) if row < sum(ROWS[: shard + 1]))


@pytest.mark.smoke
def test_every_row_of_an_epoch_comes_once_in_an_order_of_its_own() -> None:
    order = ShardedEpochs(LAYOUT, seed=4, source=0)
    epochs = [[order.index(epoch * SIZE + turn) for turn in range(SIZE)] for epoch in range(3)]
    assert all(sorted(epoch) == list(range(SIZE)) for epoch in epochs)
    assert epochs[0] != epochs[1] != epochs[2]


def test_rows_of_three_shards_at_a_time_are_mixed_and_these_are_told_before_with_those_that_follow() -> None:
    order = ShardedEpochs(LAYOUT, seed=4, source=0)
    met = [(order.shards(turn), shard_of(order.index(turn))) for turn in range(2 * SIZE)]
    assert all(shard in told[:3] for told, shard in met)
    groups = list(dict.fromkeys(told[:3] for told, _ in met[:SIZE]))
    assert len(groups) == 3
    assert sorted([*groups[0], *groups[1], groups[2][0]]) == list(range(7))
    first = [shard for told, shard in met if told[:3] == groups[0]]
    assert first != sorted(first), "rows of a group are mixed"
    assert groups[0] + groups[1] == met[0][0]


def test_a_row_is_found_without_those_before_it_by_whoever_asks() -> None:
    order = ShardedEpochs(LAYOUT, seed=4, source=0)
    there = [order.index(turn) for turn in range(3 * SIZE)]
    backwards = [ShardedEpochs(LAYOUT, seed=4, source=0).index(turn) for turn in reversed(range(3 * SIZE))]
    assert there == backwards[::-1]


def test_rows_that_stand_in_are_of_shards_that_are_at_hand() -> None:
    order = ShardedEpochs(LAYOUT, seed=4, source=0)
    for turn in range(0, SIZE, 7):
        assert {shard_of(order.again(turn, attempt)) for attempt in range(1, 40)} <= set(order.shards(turn)[:3])


def test_where_numbers_of_rows_are_estimates_a_later_epoch_goes_on() -> None:
    order = ShardedEpochs(LAYOUT._replace(exact=False), seed=4, source=0)
    assert sorted(order.index(SIZE + turn) for turn in range(SIZE)) == list(range(SIZE, 2 * SIZE))


def test_a_mixture_takes_what_lies_in_shards_by_shards_and_the_rest_in_any_order() -> None:
    mixture = Mixture([1, 1], [SIZE, 50], 4, layouts=[LAYOUT, None])
    order = ShardedEpochs(LAYOUT, seed=4, source=0)
    assert [mixture.index(Row(0, turn)) for turn in range(SIZE)] == [order.index(turn) for turn in range(SIZE)]
    assert mixture.shards(Row(0, 5)) == order.shards(5)
    assert mixture.shards(Row(1, 5)) == ()
