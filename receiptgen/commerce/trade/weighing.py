"""What scales show."""

from collections.abc import Sequence
from decimal import Decimal

from receiptgen.core.dice import Dice


def draw_weight(unit: str, dice: Dice) -> Decimal:
    """Draw what the scales show: most produce weighs less than a kilogram; a pound is about half of that."""
    places = 3 if unit == "kg" else 2
    most = 1.6 if places == 3 else 3.2
    return Decimal(max(int((0.08 + most * dice.random() ** 2) * 10**places), 1)).scaleb(-places)


def apart(weights: Sequence[Decimal], dice: Dice) -> list[Decimal]:
    """Return weights of several goods, those changed that are another's too: no two goods weigh the same.

    Args:
        weights: Weights of one unit with the same number of places.
        dice: Dice of the goods, of which a fork is drawn from.
    """
    if len({*weights}) == len(weights):
        return [*weights]
    own, found = dice.fork("weights"), list[Decimal]()
    for weight in weights:
        places = int(weight.as_tuple().exponent)
        while weight in found:
            weight += Decimal(own.integer(1, 300)).scaleb(places)
        found.append(weight)
    return found
