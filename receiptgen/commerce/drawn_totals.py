"""Totals drawn from a template's range; those below 0 are of refunds, which are reckoned as the sales they undo."""

from decimal import Decimal
from typing import NamedTuple

from receiptgen.commerce.countries.currencies import Currency, no_amount
from receiptgen.commerce.given.given_receipt import GivenReceipt
from receiptgen.commerce.solving.given_sums import has_amounts, owed
from receiptgen.commerce.trade.basket_spec import BasketSpec
from receiptgen.core.dice import Dice
from receiptgen.core.distributions import Range
from receiptgen.core.errors import ValuesError


class DrawnTotal(NamedTuple):
    """The total of a receipt, as of a sale.

    Attributes:
        spec: What receipts are like, with a range of totals as of a sale.
        amount: The total, at least 0; None where the template has no range.
        refund: Whether the receipt is the refund of that sale.
    """

    spec: BasketSpec
    amount: Decimal | None
    refund: bool


def draw_total(spec: BasketSpec, dice: Dice, currency: Currency) -> DrawnTotal:
    """Draw a total from the amounts of a range, evenly; dice of its own, so that it moves no other draw.

    Raises:
        ValuesError: The range has no amount of that currency.
    """
    if spec.total is None:
        return DrawnTotal(spec, None, False)
    steps = currency.steps_within(spec.total)
    if not steps:
        raise ValuesError(f"total: {no_amount(spec.total, currency)}")
    amount = dice.fork("total").integer(steps[0], steps[-1]) * currency.quantum
    if amount >= 0:
        return DrawnTotal(spec, amount, False)
    low, high = spec.total.ends
    return DrawnTotal(spec.model_copy(update={"total": Range(-high, -low)}), -amount, True)


def draw_total_beside(given: GivenReceipt, spec: BasketSpec, dice: Dice, currency: Currency) -> DrawnTotal:
    """Draw a total for a receipt with given values, among which it may be; takes and raises what ``draw_total`` does.

    Raises:
        ValuesError: A refund is drawn, and amounts of a sale are given.
    """
    if owed(given) is not None or given.sums_said:
        # They tell it, and whether it is a refund by their sign; the range only says about how much goods cost.
        usable = spec.total is None or currency.steps_within(spec.total)
        drawn = draw_total(spec if usable else spec.model_copy(update={"total": None}), dice, currency)
        return drawn._replace(refund=drawn.refund and not has_amounts(given))
    drawn = draw_total(spec, dice, currency)
    if drawn.refund and has_amounts(given):
        raise ValuesError(
            f"total: {-(drawn.amount or 0):f} is of a refund, and a sale's amounts are given; give a total"
        )
    return drawn
