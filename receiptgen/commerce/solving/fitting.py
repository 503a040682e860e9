"""What was drawn, changed as little as needed so that it has the values that are given."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import NamedTuple, TypeVar

from receiptgen.commerce.countries.taxes import TaxScheme
from receiptgen.commerce.given.given_receipt import GivenReceipt, GivenShare
from receiptgen.commerce.given.overlay import overlay
from receiptgen.commerce.sale.money import HUNDRED, ZERO, rounded
from receiptgen.commerce.sale.receipt import Charge, Discount, Item, count_pieces
from receiptgen.commerce.sale.sums import Terms
from receiptgen.commerce.solving.draft import Draft, DraftItem
from receiptgen.commerce.solving.given_items import lay_over
from receiptgen.commerce.solving.given_sums import owed, paid_at_most
from receiptgen.commerce.solving.given_taxes import Assigned, assign, move_to_given_rates, own_schemes, rated
from receiptgen.commerce.solving.goals import Goals
from receiptgen.commerce.solving.list_prices import at_list_prices
from receiptgen.commerce.solving.market import Choice, market_of
from receiptgen.commerce.solving.solver import solve
from receiptgen.commerce.trade.goods import at_rate
from receiptgen.commerce.trade.trades import Line
from receiptgen.core.errors import ValuesError

Share = TypeVar("Share", Discount, Charge)
# Schemes that are tried with each way to take off and add.
_MOST_SCHEMES = 40
# Drafts that come nearest, of which cents are moved between goods.
_THOROUGH = 3
# What is sold is this often a discount that would take more than half of it.
_TIMES = 4


class Drawn(NamedTuple):
    """What was drawn of a receipt's goods and sums.

    Attributes:
        lines: Goods with their tax classes.
        items: The same as items.
        terms: What is taken off and added.
        scheme: How tax is reckoned.
        others: Other schemes of the country that hold on that day.
        quantum: Smallest unit of the currency.
        words: Labels of a discount, a service charge and a tip.
        choice: Goods of a list whose prices are to stay; None for goods that are not of a list.
    """

    lines: tuple[Line, ...]
    items: tuple[Item, ...]
    terms: Terms
    scheme: TaxScheme
    others: tuple[TaxScheme, ...]
    quantum: Decimal
    words: tuple[str, str, str]
    choice: Choice | None = None


class Fitted(NamedTuple):
    """A draft that has the sums asked for, or comes nearest to them.

    Attributes:
        draft: Goods, terms and scheme.
        assigned: Given taxes as parts of the scheme's rates.
        goals: Sums that were asked for.
        miss: How many of them the draft misses, and by how much in all.
    """

    draft: Draft
    assigned: Assigned
    goals: Goals
    miss: tuple[int, Decimal]


def fit(drawn: Drawn, given: GivenReceipt, total: Decimal | None) -> Fitted:
    """Fit goods, terms and scheme to given values; see ``fit_to_total``.

    Args:
        drawn: What was drawn.
        given: What is given, all amounts as of a sale.
        total: Amount owed where nothing that is given tells it; None where that is free.
    """
    owed_now = owed(given)
    total = owed_now if owed_now is not None else None if given.sums_said else total
    fitted = fit_to_total(drawn, given, total)
    sums = fitted.draft.sums()
    taken = sum([each.amount for each in sums.discounts], ZERO)
    if taken > sums.subtotal and given.discounts is None and given.saved is None:
        # What was drawn to be taken off is more than the given goods cost.
        drawn = drawn._replace(terms=drawn.terms._replace(discounts=()))
        fitted = fit_to_total(drawn, given, total)
    paid = paid_at_most(given) if total is None else None
    if paid is not None and fitted.draft.sums().total > paid:
        return fit_to_total(drawn, given, paid)
    return fitted


def fit_to_total(drawn: Drawn, given: GivenReceipt, total: Decimal | None, schemes: bool = True) -> Fitted:
    """Fit goods, terms and scheme to given values.

    Args:
        drawn: What was drawn.
        given: What is given, all amounts as of a sale.
        total: Amount owed, given or as it follows from what is paid; None where that is free.
        schemes: Whether other schemes are tried than the one that was drawn.
    """
    if (listed := _at_list_prices(drawn, given, total)) is not None:
        return listed
    found: list[Fitted] = []
    for scheme, assigned in _schemes(drawn, given, total) if schemes else [(drawn.scheme, Assigned())]:
        for terms in _terms(drawn, given, total):
            goals = _goals(drawn, given, total, assigned, terms)
            lines = _lines(drawn, given, scheme, assigned, total, terms)
            # What was drawn is kept, if moving cents between its goods is all that it takes.
            draft = solve(Draft(lines, terms, scheme, drawn.quantum), goals, thorough=not found)
            found.append(_judged(draft, assigned, goals))
            if not found[-1].miss[0]:
                return found[-1]
    found.sort(key=lambda fitted: fitted.miss)
    for fitted in found[:_THOROUGH]:
        moved = _judged(solve(fitted.draft, fitted.goals), fitted.assigned, fitted.goals)
        if not moved.miss[0]:
            return moved
    return found[0]


def _at_list_prices(drawn: Drawn, given: GivenReceipt, total: Decimal | None) -> Fitted | None:
    """Return goods of a list at its prices that have the sums asked for; None where there are none, or no list."""
    choice, sums = drawn.choice, (total, given.subtotal, given.gross, given.net)
    if choice is None or given.items_sold is not None or given.taxes is not None or given.saved is not None:
        return None
    if not drawn.items or not any(sums) or any(value is not None and value <= 0 for value in sums):
        return None
    scheme, assigned = next(_schemes(drawn, given, total))
    asked = [
        (Draft(_lines(drawn, given, scheme, assigned, total, terms), terms, scheme, drawn.quantum), goals)
        for terms in _terms(drawn, given, total)
        for goals in [_goals(drawn, given, total, assigned, terms)]
    ]
    found = at_list_prices(asked, market_of(asked[0][0], drawn.lines, given.items, choice))
    return _judged(found[0], assigned, found[1]) if found is not None else None


def _judged(draft: Draft, assigned: Assigned, goals: Goals) -> Fitted:
    misses = goals.misses(draft.sums())
    return Fitted(draft, assigned, goals, (len(misses), sum(misses, ZERO)))


def _goals(
    drawn: Drawn, given: GivenReceipt, total: Decimal | None, assigned: Assigned, terms: Terms
) -> Goals:  # fmt: skip
    """Return the sums that are asked for, and those that follow from charges given with their per cents."""
    tip, service = [charge.amount if charge and charge.percent else None for charge in (given.tip, given.service)]
    subtotal = given.subtotal
    if subtotal is None and total is None and given.gross is None and given.net is None:
        off = sum([each.amount for each in terms.discounts if each.percent is None], ZERO)
        whole = sum([item.amount for item in drawn.items], ZERO)
        if given.discounts:
            subtotal = _before(given.discounts, drawn.quantum)
        elif service is not None and given.service and given.service.percent:
            subtotal = rounded(service * HUNDRED / given.service.percent, drawn.quantum) + off
        if subtotal is None and off * 2 > whole and given.items is None and assigned == Assigned():
            # No discount takes the most of what is sold.
            subtotal = off * _TIMES
    return Goals(subtotal, given.net, given.tax, given.gross, total, tip, service, assigned.goals)


def _before(discounts: Sequence[GivenShare], quantum: Decimal) -> Decimal | None:
    """Return the sum from which the first discount is reckoned whose per cent and amount are given, or None."""
    taken = ZERO
    for each in discounts:
        if each.amount is None:
            return None
        if each.percent:
            return rounded(each.amount * HUNDRED / each.percent, quantum) + taken
        taken += each.amount
    return None


def _schemes(drawn: Drawn, given: GivenReceipt, total: Decimal | None) -> Iterator[tuple[TaxScheme, Assigned]]:
    """Yield schemes that have the given taxes, likely ones first."""
    known = [drawn.scheme, *drawn.others]
    if given.tax == 0 and given.taxes is None:
        # Prices near nothing have no tax either; a scheme of 0 per cent is what was meant.
        known = [scheme for scheme in known if not any(scheme.rates[rate].percent for rate in _used(drawn, scheme))]
    base = given.subtotal
    if base is None and given.items and all(item.amount is not None for item in given.items):
        base = sum([item.amount or ZERO for item in given.items], ZERO)
    base = base if base is not None else total
    gross = given.gross if given.gross is not None else total
    if given.tax is None and given.taxes is None and given.net is not None and gross is not None and gross > given.net:
        given = given.model_copy(update={"tax": gross - given.net})
    own = own_schemes(given, drawn.scheme, base or sum([item.amount for item in drawn.items], ZERO))
    flipped = drawn.scheme.model_copy(update={"inclusive": not drawn.scheme.inclusive})
    by_line = [scheme.model_copy(update={"rounding": "line"}) for scheme in known[:1]]
    once = [scheme.model_copy(update={"rounding": "total"}) for scheme in known[:1]]
    tried = 0
    for scheme in (*known, *by_line, *once, *own, flipped):
        if given.inclusive is not None and scheme.inclusive != given.inclusive:
            scheme = scheme.model_copy(update={"inclusive": given.inclusive})
        if given.tax_rounding is not None and scheme.rounding != given.tax_rounding:
            scheme = scheme.model_copy(update={"rounding": given.tax_rounding})
        assigned = assign(given.taxes or (), scheme, _used(drawn, scheme))
        if assigned is not None and tried < _MOST_SCHEMES:
            tried += 1
            yield scheme, assigned
    if not tried:
        raise ValuesError("taxes: no receipt has these together; give each part of each rate once")


def _used(drawn: Drawn, scheme: TaxScheme) -> list[str]:
    """Return the rates that a scheme would tax what was drawn at."""
    served = [scheme.classes["standard"]] if drawn.terms.service else []
    return [*(scheme.rate_of(line.tax_class) for line in drawn.lines), *served]


def _terms(drawn: Drawn, given: GivenReceipt, total: Decimal | None) -> Iterator[Terms]:
    """Yield what may be taken off and added: as drawn with what is given, without what is not, a tip as the rest."""
    zero, (discount, service, tip) = 0 * drawn.quantum, drawn.words
    terms = drawn.terms
    discounts = terms.discounts
    if given.discounts is not None:
        spare = Discount(discount, None, zero)
        pairs = zip((*discounts, *[spare] * len(given.discounts)), given.discounts, strict=False)
        discounts = tuple([_laid(old, each) for old, each in pairs])
    charges: list[Charge | None] = [
        _laid(old or Charge(word, None, zero), each) if each is not None else old
        for old, each, word in ((terms.service, given.service, service), (terms.tip, given.tip, tip))
    ]
    if given.saved is not None and given.discounts is None:
        # What is saved in all, on the whole receipt.
        held = sum([item.discount.amount for item in given.items or () if item.discount and item.discount.amount], ZERO)
        off = given.saved - held
        discounts = (Discount(discount, None, off),) if off > 0 else ()
    gross = _gross(given)
    if given.tip is None and total is not None and gross is not None:
        # Whatever is owed beyond everything with its tax.
        charges[1] = Charge(tip, None, total - gross) if total > gross else None
    as_drawn = Terms(discounts, charges[0], charges[1])
    if total == 0 and given.discounts is None and given.items is None:
        # What is free, or is taken off as a whole where goods or a sum that cost something are asked for.
        free = () if _is_free(given, total) else (Discount(discount, HUNDRED, zero),)
        service_given, tip_given = given.service is not None, given.tip is not None
        yield Terms(free, charges[0] if service_given else None, charges[1] if tip_given else None)
    if (
        given.saved is None
        and total is not None
        and total < 2 * sum([each.amount for each in discounts if each.percent is None], ZERO)
    ):
        discounts = discounts if given.discounts is not None else ()
        as_drawn = as_drawn._replace(discounts=discounts)
    yield as_drawn
    without = Terms(
        discounts if given.discounts is not None or given.saved is not None else (),
        charges[0] if given.service is not None else None,
        charges[1] if given.tip is not None or (total is not None and gross is not None) else None,
    )
    if without != as_drawn:
        yield without


def _is_free(given: GivenReceipt, total: Decimal | None) -> bool:
    """Tell whether nothing is owed, and nothing that is given says that anything cost something."""
    sums = (given.subtotal, given.net, given.gross, given.tax, given.saved)
    return total == 0 and not (given.items or given.discounts or given.taxes or any(sums))


def _gross(given: GivenReceipt) -> Decimal | None:
    """Return everything with its tax, where that is given."""
    if given.gross is None and given.net is not None and given.tax is not None:
        return given.net + given.tax
    return given.gross


def _laid(drawn: Share, given: GivenShare) -> Share:
    """Return a discount or charge with what is given; one of a given sum has no per cent that was drawn."""
    found = overlay(drawn, given)
    if given.amount is not None and given.percent is None and given.amount != drawn.amount:
        return replace(found, percent=None)
    return found


def _lines(
    drawn: Drawn, given: GivenReceipt, scheme: TaxScheme, assigned: Assigned, total: Decimal | None, terms: Terms
) -> tuple[DraftItem, ...]:
    """Return the goods under a scheme, with what is given of them, at the rates that are given."""
    items = [
        at_rate(item, scheme.rate_of(line.tax_class), scheme)
        for item, line in zip(drawn.items, drawn.lines, strict=True)
    ]
    if given.items is None:
        most = len(items) if total is None else max(1, int(abs(total) / drawn.quantum))
        lines = [DraftItem(item) for item in items[:most]]
        if _is_free(given, total):
            lines = [line.free(drawn.quantum) for line in lines]
        if given.saved is not None and (given.discounts is None or given.saved == _sum_off(given)):
            lines = [line.without_discount() for line in lines]
        if given.items_sold is not None:
            lines = _with_pieces(lines, given.items_sold, drawn.quantum)
        held = [False] * len(lines)
    else:
        word = drawn.words[0]
        lines = [lay_over(item, each, word, drawn.quantum) for item, each in zip(items, given.items, strict=True)]
        lines = [
            line._replace(item=rated(line.item, each, scheme)) for line, each in zip(lines, given.items, strict=True)
        ]
        held = [each.rate is not None or each.tax_code is not None for each in given.items]
    if given.taxes is not None:
        served = scheme.classes["standard"] if terms.service else ""
        move_to_given_rates(lines, held, scheme, assigned.rates, served)
    return tuple(lines)


def _sum_off(given: GivenReceipt) -> Decimal:
    """Return what given discounts take off the whole receipt, as far as their amounts are given."""
    return sum([each.amount for each in given.discounts or () if each.amount is not None], ZERO)


def _with_pieces(lines: list[DraftItem], pieces: int, quantum: Decimal) -> list[DraftItem]:
    """Return goods of which there are a number of pieces: fewer of each, fewer goods, or more of the last."""
    if count_pieces([line.item for line in lines]) == pieces or pieces < 1:
        return lines
    found = [line.of_pieces(Decimal(1), quantum) for line in lines[:pieces]]
    counted = [index for index, line in enumerate(found) if not line.item.unit]
    if counted and (missing := pieces - len(found)):
        found[counted[-1]] = found[counted[-1]].of_pieces(Decimal(1 + missing), quantum)
    return [line._replace(quantity=True) for line in found]
