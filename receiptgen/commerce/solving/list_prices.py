"""Finds baskets of a list of goods that have the sums asked for at the list's prices.

As many of the drawn lines are kept as can be; the others, and goods that may be bought beside, are chosen so that they
add up to what is left (see ``subset_sums``). Where tax comes on top of the sum of each rate, goods of one rate are
chosen, and those of the others are kept from which the total follows. All is bounded.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import combinations, count, islice, product
from typing import Final, NamedTuple

from receiptgen.commerce.sale.money import part_taxes, rounded
from receiptgen.commerce.sale.sums import Sums, add_up
from receiptgen.commerce.solving.draft import Draft, DraftItem
from receiptgen.commerce.solving.goals import Goals, largest
from receiptgen.commerce.solving.market import Market
from receiptgen.commerce.solving.offers import Offer, Ways
from receiptgen.commerce.solving.plausible import MOST_PIECES
from receiptgen.commerce.solving.subset_sums import SubsetSums

# Most lines that are chosen.
_MOST_LINES: Final = 12
# Largest sum that is chosen for, in units times goods, but some goods at least; that times goods and lines.
_LARGEST: Final = 3_000_000
_GOODS: Final = 6
_WORK: Final = 40_000_000
# Rounds in which a sum approaches the one from which a total follows; units beside it within which others will do.
_ROUNDS: Final = 8
_BESIDE: Final = 300
# Rates whose goods are chosen, and sets of goods of the others that are kept instead of what was drawn.
_MOST_RATES: Final = 2
_MOST_SETS: Final = 60
_FEW: Final = 4


class _State(NamedTuple):
    """Goods that are kept, and sums of others, with the goods that these are of."""

    kept: list[Offer]
    chosen: list[Offer]
    sums: SubsetSums


def at_list_prices(asked: Sequence[tuple[Draft, Goals]], market: Market) -> tuple[Draft, Goals] | None:
    """Return a draft of goods at the prices of their list and the sums that it has; None where none was found.

    Args:
        asked: Drafts that differ by what is taken off and added, with the sums that each is to have, likely ones first.
        market: Goods of the list.
    """
    choice = market.choice
    (fewest, most), (low, high) = choice.lines, choice.pieces
    many = max(high, int(MOST_PIECES))
    tries = [(fewest, Ways((low, high), False)), (fewest, Ways((low, high), True)), (fewest, Ways((low, many), True))]
    if not choice.fixed and fewest > 1:
        tries.append((1, Ways((1, many), True)))
    bases = [_Bases(draft, goals, choice.totals is not None) for draft, goals in asked]
    market = market.filled(bases[0].bound(""))
    for least, ways in tries:
        limited = market._replace(choice=choice._replace(lines=(least, most)))
        for each in bases:
            found = _Search(each, limited, ways).found()
            if found is not None:
                return found
    return None


class _Bases:
    """Sums of goods from which the sums asked for follow.

    Args:
        draft: Terms and scheme.
        goals: Sums that are asked for.
        near: Whether sums near them will do where none leads to them.
    """

    def __init__(self, draft: Draft, goals: Goals, near: bool) -> None:
        self.draft, self.goals, self._near = draft, goals, near
        # Where tax comes on top of each line, its amount with tax is what adds up.
        by_line = not draft.scheme.inclusive and draft.scheme.rounding == "line"
        self._scheme = draft.scheme.model_copy(update={"inclusive": True}) if by_line else draft.scheme
        self._known: dict[tuple[object, ...], tuple[int, bool]] = {}

    def of(self, kept: Sequence[Offer], rate: str) -> list[int]:
        """Return sums of a rate, or of all, from which the sums asked for follow beside what is kept of other rates."""
        others: dict[str, Decimal] = {}
        for item in [offer.line.item for offer in kept if rate not in ("", offer.line.item.rate)]:
            others[item.rate] = others.get(item.rate, Decimal(0)) + item.amount
        base, exact = self._approached(others, rate)
        return [base, base + 1, base - 1] if exact else [base] if self._near else []

    def bound(self, rate: str) -> int:
        """Return a sum that no goods of a rate, or of all, exceed."""
        return self._approached({}, rate)[0] + 1

    def _approached(self, others: Mapping[str, Decimal], rate: str) -> tuple[int, bool]:
        """Return the sum that leads to what is asked for, or nearly so, in units, and whether it does."""
        key = (rate, *sorted(others.items()))
        if key not in self._known:
            self._known[key] = self._approach(others, rate)
        return self._known[key]

    def _approach(self, others: Mapping[str, Decimal], rate: str) -> tuple[int, bool]:
        sample, quantum = replace(self.draft.lines[0].item, discount=None), self.draft.quantum
        rest = [replace(sample, rate=name, amount=amount) for name, amount in others.items()]
        base = quantum
        for _ in range(_ROUNDS):
            one = replace(sample, rate=rate or sample.rate, amount=base)
            sums = add_up([*rest, one], self.draft.terms, self._scheme, quantum)
            subtotal = self.goals.subtotal
            wanted, now = (subtotal, sums.subtotal) if subtotal is not None else largest(self.goals, sums)
            if wanted == now:
                return int(base / quantum), True
            step = rounded((wanted - now) * sums.subtotal / now, quantum) if now > 0 else wanted
            base = max(base + (step or (quantum if wanted > now else -quantum)), quantum)
        return int(base / quantum), False


class _Search:
    """A search for the sums that one draft is to have."""

    def __init__(self, bases: _Bases, market: Market, ways: Ways) -> None:
        self._bases, self._market, self._ways = bases, market, ways
        self._draft, self._goals, scheme = bases.draft, bases.goals, bases.draft.scheme
        self._by_rate = not scheme.inclusive and scheme.rounding == "total"
        self._by_line = not scheme.inclusive and scheme.rounding == "line"
        self._beside = _BESIDE if market.choice.totals is not None else 0

    def found(self) -> tuple[Draft, Goals] | None:
        """Return what is found first."""
        offers = (*self._market.drawn, *self._market.others)
        rates = Counter(offer.line.item.rate for offer in offers).most_common(_MOST_RATES)
        for rate in [name for name, _ in rates] if self._by_rate else [""]:
            for state in self._states(rate):
                if (found := self._completed(state, rate)) is not None:
                    return found
        return None

    def _states(self, rate: str) -> Iterator[_State]:
        """Yield goods to keep, with all that may be chosen beside: first all that was drawn, then fewer."""
        drawn, fixed, most = self._market.drawn, self._market.choice.fixed, self._market.choice.lines[1]
        highest = self._bases.bound(rate) + self._beside
        goods = len(drawn) + len(self._market.others)
        room = min(highest, max(_LARGEST // goods, min(_GOODS * self._market.mean, _LARGEST // _GOODS)))
        sums = SubsetSums(min(most, _MOST_LINES, max(_WORK // goods // max(room, 1), 4)), room)
        # What any amount can be weighed of is taken last.
        others = sorted(self._market.others, key=lambda offer: not offer.line.item.unit)
        chosen: list[Offer] = []
        for offer in [each for each in others if rate in ("", each.line.item.rate)]:
            self._add(offer, sums, chosen, False)
        rest: list[Offer] = []
        yield _State([*drawn], chosen, sums)
        for place in range(len(drawn) - 1, -1, -1):
            offer = drawn[place]
            if rate in ("", offer.line.item.rate):
                self._add(offer, sums, chosen, fixed)
            else:
                rest.append(offer)
            yield _State([*drawn[:place], *(rest if fixed else ())], chosen, sums)
        beside = [] if fixed else [*rest, *(each for each in others if rate not in ("", each.line.item.rate))]
        sets = (
            [offer._replace(line=line) for offer, line in zip(goods, lines, strict=True)]
            for size in (1, 2)
            for goods in combinations(beside, size)
            for lines in product(*(self._few(offer) for offer in goods))
        )
        yield from (_State(kept, chosen, sums) for kept in islice(sets, _MOST_SETS))

    def _few(self, offer: Offer) -> list[DraftItem]:
        """Return a line in small numbers of pieces."""
        return [offer.at(units, self._ways) for part in offer.options(self._ways)[:1] for units in part[:_FEW]]

    def _add(self, offer: Offer, sums: SubsetSums, chosen: list[Offer], required: bool) -> None:
        if options := self._options(offer):
            sums.add(options, required)
            chosen.append(offer)

    def _completed(self, state: _State, rate: str) -> tuple[Draft, Goals] | None:
        """Return a draft of goods that are kept and of some that are chosen, if it has the sums asked for."""
        kept, chosen, sums = state
        held = sum(self._weight(offer, offer.units) for offer in kept if rate in ("", offer.line.item.rate))
        fewest, most = self._market.choice.lines
        steps = [0, *(sign * step for step in range(1, self._beside) for sign in (1, -1))]
        for base in self._bases.of(kept, rate):
            for target in [base - held + step for step in steps]:
                counts = [each for each in sums.counts(target) if fewest <= len(kept) + each <= most]
                if not counts:
                    continue
                taken = min(counts, key=lambda each: abs(len(kept) + each - len(self._market.drawn)))
                near = [self._weight(offer, offer.units) for offer in chosen]
                parts = [(chosen[place], number) for place, number in sums.options(target, taken, near)]
                draft = self._draft._replace(lines=self._lines(kept, parts))
                if (goals := self._met(draft.sums())) is not None:
                    return draft, goals
        return None

    def _lines(self, kept: Sequence[Offer], parts: Sequence[tuple[Offer, int]]) -> tuple[DraftItem, ...]:
        """Return lines in their order: those that were drawn, the others where there is room."""
        placed, beside = dict[int, DraftItem](), list[DraftItem]()
        pairs = [*((offer, offer.line) for offer in kept), *((offer, self._line(offer, each)) for offer, each in parts)]
        for offer, line in pairs:
            if offer.place is None:
                beside.append(line)
            else:
                placed[offer.place] = line
        free = (index for index in count() if index not in placed)
        placed |= dict(zip(free, beside, strict=False))
        return tuple([placed[place] for place in sorted(placed)])

    def _met(self, sums: Sums) -> Goals | None:
        """Return the goals that some sums have, with another total where that will do; None where they miss some."""
        goals, totals = self._goals, self._market.choice.totals
        if totals is not None and totals[0] <= sums.total <= totals[1]:
            goals = goals._replace(total=sums.total)
        return None if goals.miss(sums) else goals

    def _options(self, offer: Offer) -> list[Sequence[int]]:
        options = offer.options(self._ways)
        return [tuple([self._weight(offer, each) for each in part]) for part in options] if self._by_line else options

    def _weight(self, offer: Offer, units: int) -> int:
        """Return what a line adds to the sum: its amount, with its tax where that comes on top of each."""
        if not self._by_line:
            return units
        rate, quantum = self._draft.scheme.rates[offer.line.item.rate], self._draft.quantum
        return units + int(sum(part_taxes(units * quantum, rate, inclusive=False, quantum=quantum)) / quantum)

    def _line(self, offer: Offer, weight: int) -> DraftItem:
        if self._by_line:
            options = (each for part in offer.options(self._ways) for each in part)
            weight = next(each for each in options if self._weight(offer, each) == weight)
        return offer.at(weight, self._ways)
