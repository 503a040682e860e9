"""Finds amounts of goods so that a receipt has the sums that are asked for; by proportion first, then by single cents.

Nothing is searched at random: prices are scaled to the bases of the taxes that the sums call for, the receipt is added
up as any other, and what is amiss is moved to goods whose amount is free, or between two of them. All is bounded.
"""

from collections.abc import Iterator, Mapping
from decimal import Decimal

from receiptgen.commerce.sale.money import rounded
from receiptgen.commerce.solving.draft import Draft, DraftItem
from receiptgen.commerce.solving.goals import Goals, base_of, completed, largest, target_bases

# Rounds in which bases and totals approach what is asked for; units that are moved between two goods at most.
_ROUNDS, _MOVED = 12, 60
# Moves that are tried in all.
_MOST_MOVES = 150


def solve(draft: Draft, goals: Goals, thorough: bool = True) -> Draft:
    """Return a draft that has the sums asked for, or comes near them where its goods allow no more.

    Args:
        draft: Goods, terms and rules.
        goals: Sums that are asked for.
        thorough: Whether units are moved between goods where changing one of them is not enough.
    """
    sums = draft.sums()
    if not goals.miss(sums) or not any(line.adjustable for line in draft.lines):
        return draft
    if goals.subtotal is not None:
        draft = _with_sum(draft, range(len(draft.lines)), goals.subtotal)
    else:
        bases = target_bases(draft, completed(draft, goals), sums)
        draft = _with_bases(draft, bases)
    draft = _nudged(draft, goals)
    return _moved(draft, goals) if thorough else draft


def _with_bases(draft: Draft, bases: Mapping[str, Decimal]) -> Draft:
    """Return a draft whose goods come to the bases, what is taken off and added counted in."""
    places: dict[str, list[int]] = {}
    for index, line in enumerate(draft.lines):
        places.setdefault(line.item.rate, []).append(index)
    sums = draft.sums()
    for _ in range(_ROUNDS):
        missing = {name: bases[name] - base_of(draft, sums, name) for name in places if name in bases}
        if not any(missing.values()):
            break
        for name, amount in missing.items():
            now = sum([draft.lines[index].item.amount for index in places[name]], Decimal(0))
            draft = _with_sum(draft, places[name], now + amount)
        sums = draft.sums()
    return draft


def _with_sum(draft: Draft, places: "range | list[int]", target: Decimal) -> Draft:
    """Return a draft in which the amounts of some goods add up to a sum, as nearly as they can."""
    quantum, lines = draft.quantum, list(draft.lines)
    free = [index for index in places if lines[index].adjustable]
    now = sum([lines[index].item.amount for index in free], Decimal(0))
    wanted = target - sum([lines[index].item.amount for index in places if not lines[index].adjustable], Decimal(0))
    if not free or not now or wanted <= 0:
        return draft
    if now != wanted and abs(now - wanted) > quantum * len(free):
        for index in free:
            lines[index] = lines[index].near(lines[index].item.amount * wanted / now, quantum)
        now = sum([lines[index].item.amount for index in free], Decimal(0))
    for index in _by_ease(lines, free):
        if now == wanted:
            break
        amount = max(lines[index].item.amount + wanted - now, quantum)
        found = lines[index].exactly(amount, quantum)
        if found is not None:
            now += found.item.amount - lines[index].item.amount
            lines[index] = found
    return draft._replace(lines=tuple(lines))


def _by_ease(lines: list[DraftItem], places: "range | list[int]") -> list[int]:
    """Return which goods may take up some cents, those first of which that shows least."""
    free = [index for index in places if lines[index].precise]

    def ease(index: int) -> tuple[bool, bool, bool, Decimal]:
        item = lines[index].item
        return item.discount is not None, item.quantity != 1, bool(item.unit), -item.amount

    return sorted(free, key=ease)


def _nudged(draft: Draft, goals: Goals) -> Draft:
    """Change one item until the largest sum that is asked for is reached, or as near as that gets."""
    best, least = draft, goals.miss(draft.sums())
    if not least:
        return draft
    for index in _by_ease(list(draft.lines), range(len(draft.lines)))[:4]:
        tried, sums = best, best.sums()
        for _ in range(_ROUNDS):
            line, (wanted, now) = tried.lines[index], largest(goals, sums)
            step = rounded((wanted - now) * sums.subtotal / now, draft.quantum) if now else wanted
            step = step or (draft.quantum if wanted > now else -draft.quantum)
            found = line.exactly(line.item.amount + step, draft.quantum)
            if found is None:
                break
            tried = tried.with_line(index, found)
            sums = tried.sums()
            miss = goals.miss(sums)
            if miss < least:
                best, least = tried, miss
            if not miss:
                return best
    return best


def _moved(draft: Draft, goals: Goals) -> Draft:
    """Move single units between two goods: of two rates, or of one whose tax is rounded line by line."""
    best, least = draft, goals.miss(draft.sums())
    if not least:
        return draft
    tries = 0
    for first, second in _pairs(draft):
        for step in _steps():
            tries += 1
            if tries > _MOST_MOVES:
                return best
            moved = step * draft.quantum
            ups = draft.lines[first].exactly(draft.lines[first].item.amount + moved, draft.quantum)
            for extra in (Decimal(0), draft.quantum, -draft.quantum):
                downs = draft.lines[second].exactly(draft.lines[second].item.amount - moved + extra, draft.quantum)
                if ups is None or downs is None:
                    continue
                tried = draft.with_line(first, ups).with_line(second, downs)
                if (miss := goals.miss(tried.sums())) < least:
                    best, least = tried, miss
                if not miss:
                    return tried
    return best


def _pairs(draft: Draft) -> Iterator[tuple[int, int]]:
    free = _by_ease(list(draft.lines), range(len(draft.lines)))
    rates: dict[str, list[int]] = {}
    for index in free:
        rates.setdefault(draft.lines[index].item.rate, []).append(index)
    heads = [places[0] for places in rates.values()]
    yield from ((first, second) for place, first in enumerate(heads) for second in heads[place + 1 :])
    if draft.scheme.rounding == "line":
        yield from ((places[0], places[1]) for places in rates.values() if len(places) > 1)


def _steps() -> Iterator[int]:
    for size in range(_MOVED):
        yield size
        yield -size
