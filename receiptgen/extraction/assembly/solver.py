"""Which words are the sums of a receipt: the likeliest assignment, and of those alike one that adds up."""

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from itertools import combinations, product
from math import log, prod
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from receiptgen.extraction.assembly.identities import SINGLES, Identity, Terms, identities
from receiptgen.extraction.labelling.roles import ROLE_NUMBERS
from receiptgen.extraction.labelling.scored_words import ScoredWords
from receiptgen.extraction.values.amounts import has_cents

# Least probability of a word that is tried in a role, and most words that are.
_LEAST, _MOST = 0.04, 3
# The same for the total, which nearly every receipt has, whatever it is called; and the probability that it has none.
_LEAST_TOTAL, _MOST_TOTAL, _NO_TOTAL = 0.003, 6, 0.02
# What else may be the total, and how much of its probability counts for that.
_LIKE_TOTAL = {"payable": 0.5, "gross": 0.5, "subtotal": 0.1, "net": 0.1, "tenders.cash": 0.1, "tenders.card": 0.1}
# Probability from which several words may be the total, of which the largest then is worth this more.
_LIKELY_TOTAL, _LARGEST = 0.3, 1.0
# What it is worth besides that it is the sum of two others, as of goods with and without tax, or of a total and a tip.
_OF_TWO = 2.0
# What it is worth that the row of a total names no rate, where that of another likely total does.
_WHOLE = 2.0
# Sums to which a tip is added, and the probability of the total that is one of them with the tip above it.
_TIPPED, _AFTER_TIP = ("gross", "total", "subtotal", "payable"), 0.8
# How far what is payable may be from the total that was rounded to it: an amount, or a part where coins are large.
_ROUNDED, _ROUNDED_SHARE = Decimal("0.5"), Decimal("0.02")
# What a sum that holds is worth, and one that fails costs, beside the logarithms of probabilities.
_HOLDS, _FAILS = 2.5, 0.5
# Least probability that what a network is sure of isn't there: an amount that doesn't add up is told, not left out.
_SURELY_THERE = 1e-4
# Places of total, rounding and payable in an assignment.
_ROUNDING = tuple(map(SINGLES.index, ("total", "rounding", "payable")))
# Assignments that are tried at most.
_TRIES = 1500
# Amounts that others are checked by, without those of some words.
TermsWithout = Callable[[frozenset[int]], Terms]


class _Choice(NamedTuple):
    """A word in a role, or none.

    Attributes:
        word: Index of the word; None for none.
        amount: What it says.
        score: Logarithm of its probability.
    """

    word: int | None
    amount: Decimal | None
    score: float


class Solution(NamedTuple):
    """The sums of a receipt.

    Attributes:
        words: The word of each of ``SINGLES`` that is printed.
        identities: What holds and fails among them.
    """

    words: dict[str, int]
    identities: tuple[Identity, ...]


def solve(scored: ScoredWords, terms_without: TermsWithout) -> Solution:
    """Return the words that are the sums of a receipt.

    Args:
        scored: The words.
        terms_without: All other amounts, without those of words that are sums.
    """
    choices = [_choices(scored, name) for name in SINGLES]
    while prod(map(len, choices)) > _TRIES:
        # That a sum isn't there stays possible.
        longest = max(choices, key=len)
        longest.remove([choice for choice in longest if choice.word is not None][-1])
    known: dict[frozenset[int], Terms] = {}

    def terms(assignment: Sequence[_Choice]) -> Terms:
        used = frozenset(choice.word for choice in assignment if choice.word is not None)
        return known.get(used) or known.setdefault(used, terms_without(used))

    best = max(_assignments(choices), key=lambda assignment: _score(assignment, terms(assignment)))
    words = {name: choice.word for name, choice in zip(SINGLES, best, strict=True) if choice.word is not None}
    return Solution(words, tuple(identities(_amounts(best), terms(best))))


def _choices(scored: ScoredWords, name: str) -> list[_Choice]:
    """Return the words that may have a role, the likeliest first; equal amounts are one."""
    shares, is_total = scored.shares[:, ROLE_NUMBERS[name]], name == "total"
    if is_total:
        for role, part in _LIKE_TOTAL.items():
            other = scored.shares[:, ROLE_NUMBERS[role]]
            # What is surely something else is not the total.
            shares = shares + part * np.minimum(other, 2 * (1 - other))
    least, most = (_LEAST_TOTAL, _MOST_TOTAL) if is_total else (_LEAST, _MOST)
    # Where amounts have cents, a sum without them is a number of something else.
    cents = has_cents(scored.amounts)
    found: list[_Choice] = []
    for index in np.argsort(-shares, kind="stable").tolist():
        amount = scored.amounts[index]
        if shares[index] < least or len(found) == most:
            break
        if amount is None or (cents and not amount.is_money):
            continue
        if all(choice.amount != amount.value for choice in found):
            found.append(_Choice(index, amount.value, log(min(shares[index], 1.0))))
    if is_total:
        found = _with_whole(_with_largest(_with_tips(found, scored), shares), shares, scored)
    # Where nothing is likely to be it, it isn't there.
    none = _NO_TOTAL if is_total else max(1 - float(shares.max()), _SURELY_THERE)
    return sorted([*found, _Choice(None, None, log(none))], key=lambda choice: -choice.score)


def _with_tips(found: list[_Choice], scored: ScoredWords) -> list[_Choice]:
    """Return the choices of a total with an amount below a tip that is a likely sum with the tip: many are by hand."""
    sums = [amount.value for index in _likely_sums(scored) if (amount := scored.amounts[index])]
    tips = [(index, amount.value) for index in scored.of_role("tip.amount") if (amount := scored.amounts[index])]
    totals = {value + tip: index for index, tip in tips if tip for value in sums}
    for index, amount in enumerate(scored.amounts):
        if amount and amount.value in totals and index > totals[amount.value]:
            others = [choice for choice in found if choice.amount != amount.value]
            return [*others, _Choice(index, amount.value, log(_AFTER_TIP) + _OF_TWO)]
    return found


def _likely_sums(scored: ScoredWords) -> Iterator[int]:
    """Yield the words that are likely a sum to which a tip may be added."""
    for role in _TIPPED:
        yield from np.flatnonzero(scored.shares[:, ROLE_NUMBERS[role]] >= _LIKELY_TOTAL).tolist()


def _with_largest(found: list[_Choice], shares: NDArray[np.float64]) -> list[_Choice]:
    """Return the choices of a total with that preferred of which the others are parts: the largest of those likely."""
    likely = [choice for choice in found if shares[choice.word] >= _LIKELY_TOTAL]
    if len(likely) < 2:
        return found
    largest = max(likely, key=lambda choice: choice.amount or Decimal(0))
    others = [choice.amount for choice in likely if choice is not largest and choice.amount is not None]
    worth = _LARGEST + _OF_TWO * any(one + other == largest.amount for one, other in combinations(others, 2))
    return [choice._replace(score=choice.score + worth) if choice is largest else choice for choice in found]


def _with_whole(found: list[_Choice], shares: NDArray[np.float64], scored: ScoredWords) -> list[_Choice]:
    """Return the choices of a total with those preferred that name no rate, where others do: these are parts of it."""
    likely = {choice.word for choice in found if choice.word is not None and shares[choice.word] >= _LIKELY_TOTAL}
    of_rate = {word for word in likely if scored.names_rate(word)}
    whole = likely - of_rate if of_rate else set()
    return [choice._replace(score=choice.score + _WHOLE) if choice.word in whole else choice for choice in found]


def _assignments(choices: Sequence[Sequence[_Choice]]) -> Iterator[tuple[_Choice, ...]]:
    """Yield assignments in which no word has two roles, and what is payable is the total but for coins."""
    told = choices[_ROUNDING[1]][0].word is not None
    for assignment in product(*choices):
        words = [choice.word for choice in assignment if choice.word is not None]
        total, rounding, payable = (assignment[place].amount for place in _ROUNDING)
        if len(set(words)) == len(words) and _is_rounded(total, rounding, payable, told):
            yield assignment


def _is_rounded(total: Decimal | None, rounding: Decimal | None, payable: Decimal | None, told: bool) -> bool:
    """Tell whether what is payable may be the total in coins; the only sum is a total, whatever it is called.

    Args:
        total: The total.
        rounding: How much it is rounded.
        payable: What is payable.
        told: Whether a word is likely how much it is rounded; without it the two may not differ then.
    """
    if payable is None:
        return True
    if total is None:
        return False
    if rounding is None and told:
        return payable == total
    # The sign of what is rounded may be lost.
    if rounding is not None:
        return abs(payable - total) == abs(rounding)
    return abs(payable - total) <= max(_ROUNDED, abs(total) * _ROUNDED_SHARE)


def _amounts(assignment: Sequence[_Choice]) -> dict[str, Decimal | None]:
    return {name: choice.amount for name, choice in zip(SINGLES, assignment, strict=True)}


def _score(assignment: Sequence[_Choice], terms: Terms) -> float:
    sums = sum(_HOLDS if identity.holds else -_FAILS for identity in identities(_amounts(assignment), terms))
    return sums + sum(choice.score for choice in assignment)
