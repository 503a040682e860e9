"""Dice: the same stream for ever, fair, and forked without touching each other."""

from collections import Counter
from decimal import Decimal
from typing import Annotated, Any

import numpy as np
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from receiptgen.config.json_schema import schema
from receiptgen.config.records import Record, loads
from receiptgen.core.dice import Dice, key_of
from receiptgen.core.distributions import Range, Spread, Weights, between
from receiptgen.core.errors import ConfigError

KEYS = st.integers(0, 2**64 - 1)
# Whoever must change these changes every data set that was ever drawn.
PINNED = [4, -5, 2.750293, True, "e", "68040250", "ABBABC", "x", [3, 6, 8, 1], 5, 3.811178, 5]
FORKED = 281944837


class Settings(Record):
    """A record with both kinds of fields."""

    bounds: Range = Range(1, 2)
    names: Weights = Weights({"a": 1.0})


def test_keys_are_the_same_on_every_machine() -> None:
    assert key_of(7, "price", 12) == 15173744867076421411
    assert key_of("7/price", 12) == key_of(7, "price", 12)
    assert key_of(7, "price", 13) != key_of(7, "price", 12)


def test_the_stream_never_changes() -> None:
    dice = Dice(42)
    drawn = [
        dice.integer(1, 6), dice.integer(-5, 5), round(dice.uniform(0, 10), 6), dice.chance(0.5), dice.choose("abcdef"),
        dice.digits(8), dice.letters("ABC", 6), dice.weigh(Weights({"x": 1, "y": 3})), dice.sample(range(9), 4),
        dice.within(Range(2, 5)), round(dice.within(Range(2, 5.0)), 6), dice.count(Range(2, 5.0)),
    ]  # fmt: skip
    assert drawn == PINNED
    assert Dice(42).fork("a").integer(0, 10**9) == FORKED


@given(KEYS)
@settings(max_examples=20, deadline=None, derandomize=True)
def test_same_key_same_draws(key: int) -> None:
    one, other = Dice(key), Dice(key)
    assert [one.random() for _ in range(9)] == [other.random() for _ in range(9)]
    assert one.fork("x").digits(9) == other.fork("x").digits(9)


@given(KEYS, st.text(max_size=5))
@settings(max_examples=20, deadline=None, derandomize=True)
def test_a_fork_depends_on_key_and_name_alone(key: int, name: str) -> None:
    used, fresh = Dice(key), Dice(key)
    for _ in range(5):
        used.random()
    assert used.fork(name).digits(12) == fresh.fork(name).digits(12)
    # Nor does forking or drawing from the fork move the dice it came from.
    untouched = Dice(key)
    fresh.fork(name).digits(20)
    assert fresh.random() == untouched.random()
    assert fresh.fork(name).digits(20) != fresh.fork(f"{name}'").digits(20)


def test_integers_are_uniform_and_reach_both_ends() -> None:
    dice = Dice(3)
    counts = Counter(dice.integer(-2, 3) for _ in range(12_000))
    assert set(counts) == set(range(-2, 4))
    # 2000 expected, standard deviation 41: five of them.
    assert all(abs(count - 2000) < 205 for count in counts.values())


def test_choice_weights_and_chance_are_met_as_often_as_they_say() -> None:
    dice = Dice(4)
    weighed = Counter(dice.weigh(Weights({"a": 1, "b": 0, "c": 3})) for _ in range(8000))
    assert abs(weighed["a"] - 2000) < 200
    assert weighed["b"] == 0
    chosen = Counter(dice.choose("xyz") for _ in range(6000))
    assert all(abs(chosen[name] - 2000) < 190 for name in "xyz")
    assert abs(sum(dice.chance(0.2) for _ in range(10_000)) - 2000) < 200
    assert not any(Dice(key).chance(0) for key in range(50))
    assert all(Dice(key).chance(1) for key in range(50))


def test_every_order_of_a_shuffle_is_as_likely() -> None:
    dice, orders = Dice(5), Counter()
    for _ in range(6000):
        pool = [1, 2, 3]
        dice.shuffle(pool)
        orders[tuple(pool)] += 1
    assert len(orders) == 6
    assert all(abs(count - 1000) < 150 for count in orders.values())


@given(KEYS, st.integers(0, 12))
@settings(max_examples=30, deadline=None, derandomize=True)
def test_a_sample_holds_different_options(key: int, count: int) -> None:
    pool = list(range(8))
    drawn = Dice(key).sample(pool, count)
    assert len(set(drawn)) == len(drawn) == min(count, 8)
    assert pool == list(range(8))


@given(KEYS, st.integers(-99, 99), st.integers(0, 50))
@settings(max_examples=40, deadline=None, derandomize=True)
def test_a_whole_range_draws_integers_inside_it(key: int, low: int, more: int) -> None:
    drawn = Dice(key).within(Range(low, low + more))
    assert isinstance(drawn, int)
    assert low <= drawn <= low + more
    drawn = Dice(key).within(Range(low, low + more + 0.5))
    assert isinstance(drawn, float)
    assert low <= drawn <= low + more + 0.5


@pytest.mark.parametrize(
    ("said", "bounds", "whole"),
    [
        ("2..5", (2, 5), True), ("3", (3, 3), True), (3, (3, 3), True), ("2..5.0", (2, 5), False),
        ("-2..-1", (-2, -1), True), ("1e-3..1", (0.001, 1), False), (0.5, (0.5, 0.5), False),
        (Range(1, 4), (1, 4), True), (Decimal("1.5"), (1.5, 1.5), False),
    ],
)  # fmt: skip
def test_a_range_is_read(said: object, bounds: tuple[float, float], whole: bool) -> None:
    found = Range.parse(said)
    assert (found.low, found.high) == bounds
    assert found.whole == whole
    assert Settings.model_validate({"bounds": said}).bounds == found


def test_a_range_prints_as_it_is_read() -> None:
    for said in ("2..5", "0.5..1.25", "-3..3"):
        assert str(Range.parse(said)) == said
        assert Range.parse(str(Range.parse(said))) == Range.parse(said)


@pytest.mark.parametrize("said", ["5..2", "two", "", "1..", "..", "1..2..3", "nan..x", None, [1, 2]])
def test_what_is_no_range_is_refused_in_one_line(said: object) -> None:
    with pytest.raises(ValueError, match=r"^[^\n]+$"):
        Range.parse(said)
    with pytest.raises(ValidationError):
        Settings.model_validate({"bounds": said})


@pytest.mark.parametrize(
    ("said", "weights"),
    [
        ("cash", {"cash": 1}), (["cash", "card"], {"cash": 1, "card": 1}),
        ({"cash": "3", "card": 1}, {"cash": 3, "card": 1}),
        ({"a": 0, "b": 0.5}, {"a": 0, "b": 0.5}),
    ],
)  # fmt: skip
def test_weights_are_read(said: object, weights: dict[str, float]) -> None:
    assert Weights.parse(said) == weights
    assert Settings.model_validate({"names": said}).names == weights


@pytest.mark.parametrize("said", [{}, [], {"a": 0}, {"a": -1, "b": 2}, {"a": "x"}, {"a": "inf"}, {"a": None}, 3])
def test_what_are_no_weights_is_refused(said: object) -> None:
    with pytest.raises(ValueError, match=r"^weights [^\n]+$"):
        Weights.parse(said)


class Shares(Record):
    """A record with spreads: one within bounds, one free."""

    share: Annotated[Spread, between(0, 1)] = Spread(0.5)
    free: Spread = Spread(1, 4, 9)


# Never falling, of at most four decimals, as draws are rounded to.
KNOTS = st.lists(st.integers(-(10**7), 10**7), min_size=1, max_size=9).map(
    lambda whole: [number / 10_000 for number in sorted(whole)]
)


@pytest.mark.parametrize(
    ("said", "knots"),
    [
        (0.7, (0.7, 0.7)), ("0.7", (0.7, 0.7)), (3, (3, 3)), ("0.5..1.2", (0.5, 1.2)), ("-2..-1", (-2, -1)),
        ([14, 24, 31, 40, 92], (14, 24, 31, 40, 92)), (["0", "1e-3"], (0, 0.001)), ([5], (5, 5)),
        ([0, 0, 1], (0, 0, 1)), ("[0, 0, 1]", (0, 0, 1)), ((1, 2), (1, 2)), (Spread(1, 2, 4), (1, 2, 4)),
        (Range(1, 3), (1, 3)),
    ],
)  # fmt: skip
def test_a_spread_is_read(said: object, knots: tuple[float, ...]) -> None:
    assert Spread.parse(said).knots == knots
    assert Shares.model_validate({"free": said}).free == Spread(*knots)


@pytest.mark.parametrize("text", ["0.7", "-3", "0.5..1.2", "[14, 24, 31, 40, 92]", "[0, 0, 0.0625]"])
def test_a_spread_prints_as_yaml_says_it(text: str) -> None:
    found = Spread.parse(yaml.safe_load(text))
    assert str(found) == text
    assert loads(f"free: {found}", Shares).free == found


def test_spreads_are_equal_by_their_quantiles() -> None:
    assert Spread(1) == Spread(1, 1) != Spread(1, 2)
    assert len({Spread(1), Spread(1, 1), Spread(1, 2), Spread(1, 1.5, 2)}) == 3
    assert Spread(1) != Range(1, 1)


@pytest.mark.parametrize(
    ("said", "fault"),
    [
        ([3, 1], "quantiles [3.0, 1.0] fall; write them in rising order"), ([1, 5, 4], "fall"), ("5..2", "ends before"),
        ([], "[] is not a list of numbers"), (["a"], "not a list of numbers"),
        ([[1, 2]], "not a list of numbers"),
        ([0.2, "nan", 0.8], "not a list of numbers"), ([0, "inf"], "not a list of numbers"),
        (["0..1"], "not a list of numbers"),
        ("lots", "'lots' is not a number or a range such as 2..5"), ("", "not a number"), (None, "not a number"),
        ({"a": 1}, "not a number"),
    ],
)  # fmt: skip
def test_what_is_no_spread_is_refused_in_one_line(said: object, fault: str) -> None:
    with pytest.raises(ValueError, match=r"^[^\n]+$") as caught:
        Spread.parse(said)
    assert fault in str(caught.value)
    with pytest.raises(ValidationError):
        Shares.model_validate({"free": said})


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("share: 1.5", "1:8: share: expected numbers from 0 to 1, got 1.5"),
        ("share: -0.1..0.5", "1:8: share: expected numbers from 0 to 1, got -0.1..0.5"),
        ("free: 3\nshare: [0, 0.5, 2]", "2:8: share: expected numbers from 0 to 1, got [0, 0.5, 2]"),
        ("share: [0.5, 0.1]", "1:8: share: quantiles [0.5, 0.1] fall; write them in rising order"),
        ("share: []", "1:8: share: [] is not a list of numbers"),
        ("free: [0.2, nan, 0.8]", "1:7: free: ['0.2', 'nan', '0.8'] is not a list of numbers"),
        ("share: lots", "1:8: share: 'lots' is not a number or a range such as 2..5"),
    ],
)
def test_a_wrong_spread_is_one_line_with_its_place_in_the_file(text: str, fault: str) -> None:
    with pytest.raises(ConfigError) as caught:
        loads(text, Shares, name="mine.yaml")
    assert caught.value.faults == (f"mine.yaml:{fault}",)


@pytest.mark.parametrize("said", [0, 1, "0..1", [0, 0.1, 1]])
def test_bounds_are_included(said: object) -> None:
    assert Shares.model_validate({"share": said}).share == Spread.parse(said)


@given(KEYS, KNOTS)
@settings(max_examples=80, deadline=None, derandomize=True)
def test_a_spread_draws_within_its_ends_to_five_decimals(key: int, knots: list[float]) -> None:
    dice = Dice(key)
    for _ in range(20):
        drawn = dice.spread(Spread(*knots))
        assert knots[0] <= drawn <= knots[-1]
        assert drawn == round(drawn, 5)


def test_as_many_draws_lie_between_any_two_neighbouring_quantiles() -> None:
    dice, knots = Dice(6), (14, 24, 31, 40, 92)
    drawn = np.array([dice.spread(Spread(*knots)) for _ in range(8000)])
    counts, _ = np.histogram(drawn, knots)
    # 2000 expected, standard deviation 39: five of them.
    assert np.abs(counts - 2000).max() < 195
    # And evenly between them: as many in the lower half of the last as in its upper.
    last = drawn[drawn > 40]
    assert abs((last < 66).mean() - 0.5) < 0.06


def test_quantiles_that_meet_draw_just_that_value() -> None:
    dice = Dice(7)
    drawn = [dice.spread(Spread(0, 0, 1)) for _ in range(2000)]
    assert abs(drawn.count(0) - 1000) < 120
    assert {dice.spread(Spread(0.25)) for _ in range(9)} == {0.25}


def test_a_spread_takes_one_draw_of_the_dice_whatever_its_form() -> None:
    for spread in (Spread(1), Spread(0, 1), Spread(0, 1, 5, 9)):
        one, other = Dice(8), Dice(8)
        one.spread(spread)
        other.random()
        assert one.random() == other.random()


def test_the_schema_of_a_spread_lets_editors_write_its_three_forms() -> None:
    found: Any = schema(Shares)["$defs"]["Shares"]["properties"]["free"]
    assert [form["type"] for form in found["anyOf"]] == ["number", "string", "array"]
    assert found["anyOf"][2] == {"type": "array", "items": {"type": "number"}, "minItems": 1}


@given(
    key=st.integers(0, 2**64 - 1),
    knots=st.lists(
        st.one_of(
            st.integers(-(10**8), 10**8).map(lambda number: number / 2e5),  # halfway between what five decimals tell
            st.floats(-1e-4, 1e-4),
            st.floats(-1e9, 1e9),
        ),
        min_size=2,
        max_size=5,
    ).map(sorted),
)
def test_a_spread_rounds_as_python_does(key: int, knots: list[float]) -> None:
    spread, by_hand = Spread(*knots), Dice(key)
    at = by_hand.random() * spread.gaps
    start = knots[int(at)]
    exact = start + (at - int(at)) * (knots[int(at) + 1] - start) if spread.gaps else start
    assert repr(Dice(key).spread(spread)) == repr(round(exact, 5) if spread.gaps else start)
