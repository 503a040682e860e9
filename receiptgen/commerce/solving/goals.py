"""Sums that a receipt is to have, and from which bases of taxes they follow."""

from collections.abc import Mapping
from decimal import Decimal
from typing import NamedTuple

from receiptgen.commerce.countries.taxes import Rate
from receiptgen.commerce.sale.money import HUNDRED, part_taxes, rounded, share
from receiptgen.commerce.sale.sums import Sums
from receiptgen.commerce.solving.draft import Draft

# Units round a base in which another of the same tax is looked for.
_WIDEST = 2000


class RateGoal(NamedTuple):
    """What one tax rate is to come to; None where that is free."""

    net: Decimal | None = None
    tax: Decimal | None = None
    gross: Decimal | None = None


class Goals(NamedTuple):
    """Sums that are asked for; None where they are free.

    Attributes:
        subtotal: Sum of the items' amounts.
        net: Everything before tax and tip.
        tax: All tax.
        gross: Everything with its tax, before the tip.
        total: Amount owed.
        tip: Tip, where it is given beside its per cent.
        service: Service charge, likewise.
        rates: By tax rate.
    """

    subtotal: Decimal | None = None
    net: Decimal | None = None
    tax: Decimal | None = None
    gross: Decimal | None = None
    total: Decimal | None = None
    tip: Decimal | None = None
    service: Decimal | None = None
    rates: Mapping[str, RateGoal] = {}

    def misses(self, sums: Sums) -> list[Decimal]:
        """Return by how much each sum differs that is another than asked for."""
        pairs = [
            (self.subtotal, sums.subtotal), (self.net, sums.net), (self.tax, sums.tax),
            (self.gross, sums.net + sums.tax), (self.total, sums.total),
            (self.tip, sums.tip.amount if sums.tip else Decimal(0)),
            (self.service, sums.service.amount if sums.service else Decimal(0)),
        ]  # fmt: skip
        for name, rate in self.rates.items():
            net, tax = of_rate(sums, name)
            pairs += [(rate.net, net), (rate.tax, tax), (rate.gross, net + tax)]
        return [abs(goal - value) for goal, value in pairs if goal is not None and goal != value]

    def miss(self, sums: Sums) -> Decimal:
        """Return by how much sums differ from these in all."""
        return sum(self.misses(sums), Decimal(0))


def of_rate(sums: Sums, name: str) -> tuple[Decimal, Decimal]:
    """Return net and tax of a rate."""
    lines = [line for line in sums.taxes if line.rate == name]
    return (lines[0].net if lines else Decimal(0)), sum([line.tax for line in lines], Decimal(0))


def base_of(draft: Draft, sums: Sums, name: str) -> Decimal:
    """Return the amount from which the tax of a rate is reckoned."""
    net, tax = of_rate(sums, name)
    return net + tax if draft.scheme.inclusive else net


def largest(goals: Goals, sums: Sums) -> tuple[Decimal, Decimal]:
    """Return the most comprehensive sum that is asked for, and what it comes to now."""
    pairs = (
        (goals.total, sums.total), (goals.gross, sums.net + sums.tax), (goals.net, sums.net), (goals.tax, sums.tax),
    )  # fmt: skip
    return next(((wanted, now) for wanted, now in pairs if wanted is not None), (sums.subtotal, sums.subtotal))


def completed(draft: Draft, goals: Goals) -> Goals:
    """Return goals with those that follow from others."""
    gross, tip = goals.gross, draft.terms.tip
    if gross is None and goals.tip is not None and tip is not None and tip.percent:
        known = goals.total - goals.tip if goals.total is not None else goals.tip * HUNDRED / tip.percent
        gross = rounded(known, draft.quantum)
    if gross is None and goals.total is not None:
        gross = goals.total
        if tip is not None and tip.percent is None:
            gross -= tip.amount
        elif tip is not None and tip.percent is not None:
            near = rounded(goals.total * HUNDRED / (HUNDRED + tip.percent), draft.quantum)
            tried = [near + draft.quantum * step for step in (0, 1, -1, 2, -2)]
            whole = (each for each in tried if each + share(each, tip.percent, draft.quantum) == goals.total)
            gross = next(whole, near)
    net, tax = goals.net, goals.tax
    if gross is None and net is not None and tax is not None:
        gross = net + tax
    if tax is None and gross is not None and net is not None:
        tax = gross - net
    return goals._replace(gross=gross, tax=tax)


def target_bases(draft: Draft, goals: Goals, sums: Sums) -> dict[str, Decimal]:
    """Return the base of each rate in use from which the sums asked for follow, as nearly as proportion tells."""
    scheme, quantum = draft.scheme, draft.quantum
    names = list(dict.fromkeys(line.rate for line in sums.taxes))
    now = {name: base_of(draft, sums, name) for name in names}
    factors = {name: 1 if scheme.inclusive else 1 + scheme.rates[name].percent / HUNDRED for name in names}
    free = {line.item.rate for line in draft.lines if line.adjustable}
    whole = sum([now[name] * factors[name] for name in names], Decimal(0))
    held = sum([now[name] * factors[name] for name in names if name not in free], Decimal(0))
    wanted = goals.gross if goals.gross is not None else _gross_of(goals, sums)
    scale = (wanted - held) / (whole - held) if wanted is not None and whole > held else Decimal(1)
    bases = {name: rounded(now[name] * (scale if name in free else 1), quantum) for name in names}
    rates = dict(goals.rates)
    taxed = [name for name in names if scheme.rates[name].percent]
    if goals.tax is not None and not any(goal.tax is not None for goal in rates.values()):
        if len(taxed) == 1:
            rates[taxed[0]] = rates.get(taxed[0], RateGoal())._replace(tax=goals.tax)
        elif taxed:
            bases |= _split(draft, bases, taxed, goals.tax, wanted if wanted is not None else whole)
    ranges = {}
    for name, goal in rates.items():
        if name in bases and (found := _base_range(goal, scheme.rates[name], scheme.inclusive, quantum)):
            ranges[name] = found
            bases[name] = min(max(bases[name], found[0]), found[1])
    if wanted is not None:
        _fill_up(draft, bases, ranges, wanted, free)
    return bases


def _gross_of(goals: Goals, sums: Sums) -> Decimal | None:
    """Return about what everything with tax comes to where only a part of it is asked for."""
    if goals.net is not None and sums.net:
        return (sums.net + sums.tax) * goals.net / sums.net
    if goals.tax is not None and sums.tax:
        return (sums.net + sums.tax) * goals.tax / sums.tax
    return None


def _split(
    draft: Draft, bases: Mapping[str, Decimal], taxed: list[str], tax: Decimal, gross: Decimal
) -> dict[str, Decimal]:
    """Return bases of the highest and the lowest rate from which a tax of both follows."""
    scheme = draft.scheme
    percents = {name: scheme.rates[name].percent for name in taxed}
    high, low = max(taxed, key=lambda name: percents[name]), min(taxed, key=lambda name: percents[name])
    if percents[high] == percents[low]:
        return {}
    parts = {name: percents[name] / (HUNDRED + percents[name] if scheme.inclusive else HUNDRED) for name in (high, low)}
    others = [name for name in bases if name not in parts]
    rest = gross if scheme.inclusive else gross - tax
    rest -= sum([bases[name] for name in others], Decimal(0))
    rest_tax = tax - sum([_tax(bases[name], scheme.rates[name], scheme.inclusive, draft.quantum) for name in others])
    top = (rest_tax - rest * parts[low]) / (parts[high] - parts[low])
    if not 0 < top < rest:
        return {}
    return {high: rounded(top, draft.quantum), low: rounded(rest - top, draft.quantum)}


def _tax(base: Decimal, rate: Rate, inclusive: bool, quantum: Decimal) -> Decimal:
    return sum(part_taxes(base, rate, inclusive=inclusive, quantum=quantum), Decimal(0))


def _base_range(goal: RateGoal, rate: Rate, inclusive: bool, quantum: Decimal) -> tuple[Decimal, Decimal] | None:
    """Return the smallest and largest base from which net, tax and gross of a rate are as asked for."""
    percent = rate.percent
    if goal.gross is not None:
        near = goal.gross if inclusive else goal.gross * HUNDRED / (HUNDRED + percent)
    elif goal.net is not None:
        near = goal.net + goal.tax if goal.tax is not None else goal.net * (HUNDRED + percent) / HUNDRED
        near = near if inclusive else goal.net
    elif goal.tax is not None and percent:
        near = goal.tax * (HUNDRED + percent if inclusive else HUNDRED) / percent
    else:
        return None
    near = rounded(near, quantum)

    def fits(base: Decimal) -> bool:
        tax = _tax(base, rate, inclusive, quantum)
        net = base - tax if inclusive else base
        asked = ((goal.net, net), (goal.tax, tax), (goal.gross, net + tax))
        return all(wanted is None or wanted == value for wanted, value in asked)

    near = next((base for step in (0, 1, -1, 2, -2) if fits(base := near + quantum * step)), near)
    low = high = near
    for _ in range(_WIDEST):
        if not fits(high + quantum):
            break
        high += quantum
    for _ in range(_WIDEST):
        if not fits(low - quantum) or low <= quantum:
            break
        low -= quantum
    return low, high


def _fill_up(
    draft: Draft, bases: dict[str, Decimal], ranges: Mapping[str, tuple[Decimal, Decimal]], gross: Decimal,
    free: set[str],
) -> None:  # fmt: skip
    """Change bases that are free, or have a range, so that all with their tax come to a sum."""
    scheme, quantum = draft.scheme, draft.quantum
    open_ends = (quantum, abs(gross) * 2 + quantum)
    for name in sorted(bases, key=lambda name: (name in ranges, -bases[name])):
        taxes = [
            Decimal(0) if scheme.inclusive else _tax(base, scheme.rates[each], False, quantum)
            for each, base in bases.items()
        ]
        missing = gross - sum(bases.values(), Decimal(0)) - sum(taxes, Decimal(0))
        if not missing or (name not in free and name not in ranges):
            continue
        low, high = ranges.get(name, open_ends)
        if not scheme.inclusive and name not in ranges:
            missing = rounded(missing * HUNDRED / (HUNDRED + scheme.rates[name].percent), quantum)
        bases[name] = min(max(bases[name] + missing, low), high)
