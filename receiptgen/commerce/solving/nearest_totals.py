"""Totals near one that given goods can't come to."""

from decimal import Decimal

from receiptgen.commerce.solving.fitting import Fitted
from receiptgen.commerce.solving.solver import solve

# Units from a total that can't be reached within which others are looked for.
_FARTHEST = 12


def nearest_totals(fitted: Fitted, total: Decimal) -> list[Decimal]:
    """Return the nearest totals below and above one that goods can come to."""
    found = []
    for step in (-fitted.draft.quantum, fitted.draft.quantum):
        for count in range(1, _FARTHEST + 1):
            goals = fitted.goals._replace(total=total + step * count)
            if not goals.miss(solve(fitted.draft, goals, thorough=False).sums()):
                found.append(total + step * count)
                break
    return found
