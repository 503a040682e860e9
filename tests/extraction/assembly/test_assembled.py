"""Fields put together of words and scores."""

import numpy as np
import pytest

from receiptgen.extraction.assembly.assembled import fields_of_scores
from receiptgen.extraction.fields import ReceiptFields
from receiptgen.extraction.labelling.network import OUTPUTS
from receiptgen.extraction.labelling.roles import ROLE_NUMBERS
from tests.support.scored_pages import placed_words

PRINTED = {
    "Soup  9.50": ("items.name", "items.amount"),
    "Bread  3.10": ("items.name", "items.amount"),
    "Total:  12.60": ("label", "total"),
}


def _fields(below: dict[str, tuple[str, ...]]) -> ReceiptFields:
    rows = {**PRINTED, **below}
    words = placed_words(*rows)
    scores = np.zeros((len(words), OUTPUTS), np.float32)
    for index, role in enumerate(role for roles in rows.values() for role in roles):
        scores[index, ROLE_NUMBERS[role]] = 8.0
    return fields_of_scores(words, scores)


def test_sums_that_agree_check_a_total() -> None:
    fields = _fields({})
    assert fields.total
    assert (fields.total.value, fields.total.checked, fields.checked, fields.notes) == ("12.60", True, True, ())


@pytest.mark.parametrize("below", [{"Tip:": ("label",)}, {"Tip:  3O9#": ("label", "other")}])
def test_a_tip_that_cannot_be_read_leaves_a_total_unchecked(below: dict[str, tuple[str, ...]]) -> None:
    fields = _fields(below)
    assert fields.total
    assert (fields.total.value, fields.total.checked, fields.checked) == ("12.60", None, None)
    assert fields.notes == ("Tip: no amount can be read beside it; one by hand is not in the total",)


def test_a_tip_and_a_total_by_hand_are_read_by_their_sum() -> None:
    fields = _fields({"Tip:  2.40": ("label", "other"), "Sum:  15.00": ("label", "other")})
    assert fields.total
    assert fields.tip
    assert fields.tip.amount
    assert (fields.total.value, fields.tip.amount.value, fields.checked) == ("15.00", "2.40", True)


def test_a_total_that_nothing_speaks_for_is_none() -> None:
    words = placed_words("Soup  9.50", "Bread  3.10", "Points:  77.00")
    scores = np.zeros((len(words), OUTPUTS), np.float32)
    scores[:, ROLE_NUMBERS["other"]] = 9.0
    scores[-1, ROLE_NUMBERS["total"]] = 5.0
    assert fields_of_scores(words, scores).total is None
    scores[-1, ROLE_NUMBERS["total"]] = 8.0
    told = fields_of_scores(words, scores).total
    assert told
    assert told.value == "77.00"


def test_cash_that_was_misread_leaves_a_total_checked() -> None:
    fields = _fields({"Cash  0.00": ("label", "tenders.cash"), "Change  7.40": ("label", "change")})
    assert fields.total
    assert (fields.total.value, fields.total.checked, fields.checked) == ("12.60", True, True)
    amount = fields.tenders[0].amount
    assert amount
    assert (amount.value, amount.checked, amount.alternative) == ("0.00", False, "20.00")
    assert fields.notes == ("paid 0.00, 7.40 handed back can't be: 12.60 is owed; 20.00 paid would add up",)


def test_payments_that_are_taken_off_are_read_without_their_minus() -> None:
    fields = _fields({"Cash  -20.00": ("label", "tenders.cash"), "Change  7.40": ("label", "change")})
    amount = fields.tenders[0].amount
    assert amount
    assert (amount.value, amount.checked, fields.checked, fields.notes) == ("20.00", True, True, ())


def test_an_item_that_does_not_add_up_is_told_and_leaves_the_total_checked() -> None:
    row = ("items.quantity", "items.unit_price", "items.name", "items.amount")
    words = placed_words("2  4.00  Soup  9.50", "Total:  9.50")
    scores = np.zeros((len(words), OUTPUTS), np.float32)
    for index, role in enumerate((*row, "label", "total")):
        scores[index, ROLE_NUMBERS[role]] = 8.0
    fields = fields_of_scores(words, scores)
    (item,) = fields.items
    assert item.unit_price
    assert item.amount
    assert (item.unit_price.checked, item.amount.checked, fields.checked) == (False, True, True)
    assert fields.notes == ("item 1: 2 x 4.00 is 8.00, not 9.50",)
