"""Paths of values: every value that a receipt prints has one, and near misses are named."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from receipt_leaves import leaves

from receiptgen.commerce.sale.value_paths import check_path, is_below, known_paths
from receiptgen.imaging.sample import Sample


def test_every_value_of_a_receipt_has_a_known_path(receipts: tuple[Sample, ...]) -> None:
    for sample in receipts:
        for path, _ in leaves(sample.values):
            assert check_path(path) == path


def test_what_no_text_says_has_none() -> None:
    assert {"total", "merchant.phone", "merchant.tax_ids.number", "items.discount.amount", "date"} <= known_paths()
    assert not {"moment", "locale", "scheme", "scheme.rates", "shop"} & known_paths()


@pytest.mark.smoke
@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("totl", "a receipt has no value 'totl'; did you mean 'total'?"),
        ("merchant.fone", "a receipt has no value 'merchant.fone'; did you mean 'merchant.phone'?"),
        ("items.2.price", "a receipt has no value 'items.2.price'"),
        ("", "a receipt has no value ''"),
    ],
)
def test_an_unknown_path_is_refused_with_a_near_miss(path: str, said: str) -> None:
    with pytest.raises(ValueError, match="^" + said.replace("?", r"\?")):
        check_path(path)


def test_facts_may_be_called_anything() -> None:
    assert check_path("facts.wine_of_the_day") == "facts.wine_of_the_day"


@given(st.lists(st.one_of(st.sampled_from("abc"), st.integers(0, 3)), min_size=1, max_size=4))
def test_a_path_with_and_without_its_numbers_and_all_above_it_stand_for_a_value(steps: list[str | int]) -> None:
    path = ("x", *steps)
    names = [step for step in path if isinstance(step, str)]
    for end in range(1, len(path) + 1):
        assert is_below(path, ".".join(map(str, path[:end])))
    for end in range(1, len(names) + 1):
        assert is_below(path, ".".join(names[:end]))
    assert not is_below(path, "y")
    assert not is_below(path, ".".join(map(str, (*path, "z"))))


def test_another_entry_is_another_value() -> None:
    assert is_below(("items", 3, "amount"), "items.3")
    assert not is_below(("items", 2, "amount"), "items.3")
    assert not is_below(("items", 2, "amount"), "amount")
