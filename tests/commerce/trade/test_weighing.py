"""What scales show."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from receiptgen.commerce.trade.weighing import apart
from receiptgen.core.dice import Dice

weights = st.lists(st.integers(80, 120).map(lambda grams: Decimal(grams).scaleb(-3)), max_size=12)


@given(weights, st.integers(0, 2**32))
def test_no_two_goods_weigh_the_same(drawn: list[Decimal], seed: int) -> None:
    found = apart(drawn, Dice(seed))
    assert len(set(found)) == len(found) == len(drawn)
    assert not drawn or found[0] == drawn[0]
    assert all(weight.as_tuple().exponent == -3 for weight in found)
    assert found == drawn or len(set(drawn)) < len(drawn)
