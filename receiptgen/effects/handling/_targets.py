"""What people mark on a receipt: a sum, or any text."""

import numpy as np
from numpy.typing import NDArray

from receiptgen.core.dice import Dice
from receiptgen.effects.handling._scribble import Bounds
from receiptgen.imaging.geometry import boxes_of_quads
from receiptgen.imaging.page import Page

# What is paid, by role, and sums, by the first part of theirs.
_PAID = frozenset({"total", "payable"})
_SUMS = frozenset({"total", "payable", "subtotal", "amount", "tender", "balance"})


def draw_target(page: Page, body: float, at_sum: bool, dice: Dice) -> Bounds:
    """Choose a text to mark: a sum, any field, or as if there were one where there is none.

    Args:
        page: The page.
        body: Height of its usual words in pixels.
        at_sum: Whether it is to be a sum, if there is one.
        dice: Draws which.

    Returns:
        ``x0, y0, x1, y1`` in pixels; of a long text, a part.
    """
    height, width = page.size
    fields = page.regions.fields
    boxes, inside = _boxes_inside(page)
    sums = [i for i in inside if fields[i].role.partition(".")[0] in _SUMS and not fields[i].role.endswith(".label")]
    if inside and (at_sum or dice.chance(0.7)):
        chosen = boxes[dice.choose(sums if at_sum and sums else inside)]
        x0, y0, x1, y1 = (float(edge) for edge in chosen)
        long = min(x1 - x0, body * dice.uniform(3, 10))
        x0 = dice.uniform(x0, x1 - long)
        return x0, y0, x0 + long, y1
    x, y, long = dice.uniform(0, width), dice.uniform(0, height), body * dice.uniform(2, 6)
    return x - long / 2, y - body / 2, x + long / 2, y + body / 2


def total_of(page: Page) -> Bounds | None:
    """Return the box of the total, the last where there are several, as ``x0, y0, x1, y1`` in pixels; None for none."""
    boxes, inside = _boxes_inside(page)
    found = [index for index in inside if page.regions.fields[index].role in _PAID]
    if not found:
        return None
    x0, y0, x1, y1 = (float(edge) for edge in boxes[found[-1]])
    return x0, y0, x1, y1


def _boxes_inside(page: Page) -> tuple[NDArray[np.int64], list[int]]:
    """Return the boxes of all fields, (N, 4), and the indices of those that are on the page."""
    height, width = page.size
    boxes = boxes_of_quads(page.regions.field_quads)
    inside = np.flatnonzero((boxes[:, :2] < [width, height]).all(axis=1) & (boxes[:, 2:] > 0).all(axis=1))
    return boxes, inside.tolist()
