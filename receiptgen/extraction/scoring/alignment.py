"""Two lists aligned in order."""

from collections.abc import Callable, Sequence
from typing import TypeVar

First = TypeVar("First")
Second = TypeVar("Second")


def align(
    first: Sequence[First], second: Sequence[Second], score: Callable[[First, Second], float]
) -> list[tuple[int, int]]:
    """Return the pairs of indices, rising in both, whose scores have the largest sum; pairs of 0 are left out.

    With scores of 0 and 1 it is the longest common subsequence.

    Args:
        first: A list.
        second: Another.
        score: How well two entries go together, 0 and more.
    """
    scores = [[score(one, other) for other in second] for one in first]
    best = [[0.0] * (len(second) + 1) for _ in range(len(first) + 1)]
    for i in reversed(range(len(first))):
        for j in reversed(range(len(second))):
            best[i][j] = max(best[i + 1][j], best[i][j + 1], best[i + 1][j + 1] + scores[i][j])
    pairs, i, j = [], 0, 0
    while i < len(first) and j < len(second):
        if best[i][j] == best[i + 1][j]:
            i += 1
        elif best[i][j] == best[i][j + 1]:
            j += 1
        else:
            pairs.append((i, j))
            i, j = i + 1, j + 1
    return pairs
