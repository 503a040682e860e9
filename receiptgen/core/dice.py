"""All randomness of a sample: a function of (seed, name, index), the same on every machine and Python."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import MutableSequence, Sequence
from hashlib import blake2b
from random import Random
from typing import Any, TypeVar

from receiptgen.core.distributions import Range, Spread, Weights

T = TypeVar("T")


def key_of(*parts: int | str) -> int:
    """Hash names and numbers to 64 bits; the same on every machine, unlike ``hash``."""
    text = "/".join(map(str, parts)).encode(errors="surrogateescape")
    return int.from_bytes(blake2b(text, digest_size=8).digest(), "little")


class Dice:
    """Draws for one sample. Built on ``Random.random`` alone, whose stream Python promises never to change.

    Args:
        key: 64-bit key, see ``key_of``.
    """

    __slots__ = ("key", "random")

    def __init__(self, key: int) -> None:
        self.key = key
        self.random = Random(key).random

    def fork(self, name: str) -> Dice:
        """Return dice of their own for a named part, so that its draws don't change those of other parts."""
        return Dice(key_of(self.key, name))

    def chance(self, share: float) -> bool:
        """Return True in ``share`` of all cases."""
        return self.random() < share

    def integer(self, low: int, high: int) -> int:
        """Draw an integer, both ends included."""
        return low + int(self.random() * (high - low + 1))

    def uniform(self, low: float, high: float) -> float:
        """Draw a float."""
        return low + self.random() * (high - low)

    def within(self, bounds: Range) -> float:
        """Draw from a range: an int if both of its ends are ints."""
        if bounds.whole:
            return self.integer(bounds.low, bounds.high)  # type: ignore[arg-type]  # whole says so
        return self.uniform(bounds.low, bounds.high)

    def spread(self, spread: Spread) -> float:
        """Draw from a spread, to five decimals, so that a record of it is short."""
        knots = spread.knots
        # Drawn in any case, so that a parameter made constant moves no other.
        at = self.random() * spread.gaps
        if not spread.gaps:
            return knots[0]
        low = int(at)
        start = knots[low]
        value = start + (at - low) * (knots[low + 1] - start)
        # As ``round(value, 5)``, which takes three times as long, where no rounding of the product could matter.
        scaled = value * 1e5
        if -1e11 < scaled < 1e11:
            whole = round(scaled)
            # Zero has a sign, which a whole number has not.
            if whole and -0.4999 < scaled - whole < 0.4999:
                return whole / 1e5
        return round(value, 5)

    def count(self, bounds: Range) -> int:
        """Draw a whole number from a range."""
        return self.integer(int(bounds.low), int(bounds.high))

    def choose(self, options: Sequence[T]) -> T:
        """Draw one of several, equally likely."""
        return options[int(self.random() * len(options))]

    def weigh(self, weights: Weights) -> str:
        """Draw one name by weight."""
        names, sums = weights.table
        return names[bisect_right(sums, self.random() * sums[-1])]

    def weigh_index(self, weights: Sequence[float]) -> int:
        """Draw the index of one of several weights."""
        point = self.random() * sum(weights)
        for index, weight in enumerate(weights):
            point -= weight
            if point < 0:
                return index
        return len(weights) - 1

    def sample(self, options: Sequence[T], count: int) -> list[T]:
        """Draw several different ones, at most as many as there are, in random order."""
        pool = list(options)
        self.shuffle(pool)
        return pool[:count]

    def shuffle(self, options: MutableSequence[Any]) -> None:
        """Put a list in random order (Fisher-Yates)."""
        for last in range(len(options) - 1, 0, -1):
            other = int(self.random() * (last + 1))
            options[last], options[other] = options[other], options[last]

    def digits(self, count: int) -> str:
        """Draw that many decimal digits."""
        return "".join(["0123456789"[int(self.random() * 10)] for _ in range(count)])

    def letters(self, alphabet: str, count: int) -> str:
        """Draw that many characters of an alphabet."""
        size, random = len(alphabet), self.random
        return "".join([alphabet[int(random() * size)] for _ in range(count)])
