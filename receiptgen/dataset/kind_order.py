"""The order of the kinds of a data set: they take turns, each until it has its number of samples."""

from bisect import bisect
from collections.abc import Iterator, Mapping, Sequence
from operator import attrgetter
from typing import NamedTuple


class _Stage(NamedTuple):
    """Rounds in which the same kinds take turns.

    Attributes:
        first: Position of their first sample.
        number: Number of rounds before them.
        kinds: The kinds.
    """

    first: int
    number: int
    kinds: tuple[str, ...]


class KindOrder:
    """In each round one sample of each kind that has not had all of its own.

    Args:
        kinds: The kinds.
        counts: Number of samples of each, above 0; empty for rounds without end.
    """

    def __init__(self, kinds: Sequence[str], counts: Mapping[str, int]) -> None:
        self._stages = [_Stage(0, 0, tuple(kinds))]
        for number in sorted(set(counts.values()))[:-1]:
            before = self._stages[-1]
            first = before.first + (number - before.number) * len(before.kinds)
            self._stages.append(_Stage(first, number, tuple(kind for kind in kinds if counts[kind] > number)))

    def locate(self, position: int) -> tuple[str, int]:
        """Return the kind of the sample at a position, and how many of its kind come before it."""
        stage = self._stages[bisect(self._stages, position, key=attrgetter("first")) - 1]
        number, place = divmod(position - stage.first, len(stage.kinds))
        return stage.kinds[place], stage.number + number

    def edges(self, first: int, stop: int, rounds: int) -> Iterator[int]:
        """Yield the positions between two others, exclusive, at which a multiple of some rounds has passed."""
        ends = [*(stage.first for stage in self._stages[1:]), stop]
        for stage, end in zip(self._stages, ends, strict=True):
            width = len(stage.kinds)
            low = stage.number + max(0, (first - stage.first) // width + 1)
            high = stage.number + -(-(min(end, stop) - stage.first) // width)
            for number in range(-(-low // rounds) * rounds, high, rounds):
                yield stage.first + (number - stage.number) * width
