"""The roles of printed words: each value is said by words of its role, whatever stands beside it."""

from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from receiptgen.extraction.labelling.roles import ITEM_ROLES, LABEL, ROLE_NUMBERS, ROLES
from receiptgen.extraction.values.amounts import parse_amount
from receiptgen.train.data.words.labelled_words import UNKNOWN
from receiptgen.train.data.words.printed_words import PrintedWord, printed_words
from receiptgen.typography.blocks import PrintedValue, Run
from receiptgen.typography.layout import PlacedRun
from tests.support.set_receipts import SetReceipt, set_receipt

# Two of each template.
RECEIPTS = range(26)
_LETTER, _HEIGHT = 10, 20
# Roles of which one word may say several, as ``2x3.50``.
_SAID_TOGETHER = {"items.unit_price": "items.quantity", "items.unit": "items.quantity"}


def _printed(
    text: str, *values: tuple[tuple[str | int, ...], Any], role: str = "text", **more: Any
) -> list[PrintedWord]:
    """Return the words of a page that has one run."""
    run = Run(text, role, values=tuple(PrintedValue(*value) for value in values), **more)
    placed = PlacedRun(text, run, SimpleNamespace(ink=np.zeros((_HEIGHT, 1))), 5, 100)
    glyphs = SimpleNamespace(measure=lambda text: _LETTER * len(text))
    layout: Any = SimpleNamespace(lines=((placed,),), settings=SimpleNamespace(glyphs=lambda run: glyphs))
    receipt: Any = SimpleNamespace(tenders=[SimpleNamespace(kind="cash"), SimpleNamespace(kind="card")])
    return printed_words(receipt, layout)


def _roles(text: str, *values: tuple[tuple[str | int, ...], Any], **more: Any) -> list[str]:
    return [ROLES[word.role] for word in _printed(text, *values, **more)]


def _leaves(values: Any, receipt: dict[str, Any], path: tuple[str | int, ...] = ()) -> Iterator[tuple[str, str]]:
    """Yield the role and the text of each value that has a role."""
    if isinstance(values, dict):
        for key, value in values.items():
            yield from _leaves(value, receipt, (*path, key))
    elif isinstance(values, list):
        for index, value in enumerate(values):
            yield from _leaves(value, receipt, (*path, index))
    else:
        role = ".".join(step for step in path if isinstance(step, str))
        if role == "tenders.amount":
            role = f"tenders.{receipt['tenders'][path[1]].get('kind')}"
        if role in ROLE_NUMBERS:
            yield role, str(values)


def _bare(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))


def _is_said(role: str, value: str, said: dict[str, list[str]]) -> bool:
    words = [*said.get(role, []), *said.get(_SAID_TOGETHER.get(role, ""), [])]
    if role in {"date", "time"}:
        return bool(words)
    try:
        number = abs(Decimal(value))
    except InvalidOperation:
        return {_bare(part) for part in value.split()} - {""} <= {_bare(word) for word in words} or any(
            _bare(value) in _bare(word) for word in words
        )
    amounts = {abs(amount.value) for word in words if (amount := parse_amount(word))}
    return number in amounts or any(_bare(value) in _bare(word) for word in words)


def _said(receipt: SetReceipt) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for word, role in zip(receipt.labelled.words, receipt.labelled.roles, strict=True):
        found.setdefault(ROLES[role], []).append(word.text)
    return found


@pytest.mark.smoke
@pytest.mark.parametrize("index", RECEIPTS)
def test_each_printed_value_is_said_by_words_of_its_role(index: int) -> None:
    receipt = set_receipt(index)
    said = _said(receipt)
    missing = [leaf for leaf in _leaves(receipt.values, receipt.values) if not _is_said(*leaf, said)]
    assert missing == []


@pytest.mark.parametrize("index", RECEIPTS)
def test_words_of_items_are_of_an_item_and_no_others(index: int) -> None:
    labelled = set_receipt(index).labelled
    for role, start in zip(labelled.roles, labelled.starts, strict=True):
        if ROLES[role] in ITEM_ROLES:
            assert start != UNKNOWN
        elif ROLES[role] not in {LABEL, "other"}:
            assert start == UNKNOWN


def test_a_date_and_a_time_in_one_run_are_told_apart() -> None:
    both = (("date",), "2018-01-08"), (("time",), "13:29:41")
    assert _roles("08/01/18 13:29:41", *both) == ["date", "time"]
    assert _roles("1:29 PM 08/01/18", *both) == ["time", "time", "date"]
    assert _roles("08.01.2018 13.29", *both) == ["date", "time"]
    assert _roles("8 Jan 2018, 13h29", *both) == ["date", "date", "date", "time"]
    assert _roles("13.29", (("time",), "13:29:00")) == ["time"]


def test_a_word_that_says_quantity_and_price_is_the_quantity() -> None:
    values = (("items", 0, "quantity"), Decimal(2)), (("items", 0, "unit_price"), Decimal("3.50"))
    assert _roles("2x3.50", *values, item=0) == ["items.quantity"]
    assert _roles("2 x 3.50", *values, item=0) == ["items.quantity", LABEL, "items.unit_price"]


def test_signs_within_a_name_belong_to_it() -> None:
    name = (("items", 0, "name"), "Ham & Cheese")
    assert _roles("Ham & Cheese", name, item=0) == ["items.name"] * 3
    assert _roles("* Ham & Cheese", name, item=0) == [LABEL, *["items.name"] * 3]


def test_a_payment_is_told_by_its_kind() -> None:
    for place, kind in enumerate(("cash", "card")):
        assert _roles("5.00", (("tenders", place, "amount"), Decimal("5.00"))) == [f"tenders.{kind}"]
        assert _roles("VISA", (("tenders", place, "label"), "VISA")) == [LABEL]


def test_what_says_no_value_is_a_label_or_of_no_interest() -> None:
    assert _roles("TOTAL", role="totals.label") == [LABEL]
    assert _roles("Thank you") == ["other", "other"]
    assert _roles("Table 12", (("table",), "12")) == ["other", "other"]
    assert _roles("TOTAL RM 12.50", (("total",), Decimal("12.50")), (("currency",), "MYR")) == [LABEL, LABEL, "total"]
    assert _roles("12.50", (("total",), Decimal("12.50")), by_hand=True) == ["total"]


@pytest.mark.parametrize(
    ("text", "day", "month_first"),
    [
        ("08/01/18", "2018-01-08", 0), ("01/08/18", "2018-01-08", 1), ("01-08-2018", "2018-01-08", 1),
        ("05/05/18", "2018-05-05", UNKNOWN), ("2018-01-08", "2018-01-08", UNKNOWN),
        ("8 JAN 2018", "2018-01-08", UNKNOWN), ("31/01/2018", "2018-01-31", 0),
    ],
)  # fmt: skip
def test_the_order_of_month_and_day_is_told_where_it_can_be(text: str, day: str, month_first: int) -> None:
    assert {word.month_first for word in _printed(text, (("date",), day))} == {month_first}
    assert {word.month_first for word in _printed(text, (("total",), day))} == {UNKNOWN}


def test_words_stand_where_their_letters_do() -> None:
    first, second = _printed("Total 12.50", (("total",), Decimal("12.50")))
    assert (first.left, first.right) == (5, 5 + 5 * _LETTER)
    assert (second.left, second.right) == (5 + 6 * _LETTER, 5 + 11 * _LETTER)
    assert 100 < first.top < first.bottom < 100 + _HEIGHT
