"""What reads held-out samples of networks that read no lines, in all processes of a group."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from ..data.process_group import ProcessGroup

# What is counted of a sample: sums over samples give figures.
Counts = NDArray[np.float64]


class KindReader(ABC):
    """Counts what is right of held-out samples, with all processes of a group, each of which takes a part.

    Args:
        infer: Runs the network of this process; all have the same weights.
        group: The processes.
        total: Sums values over them.

    Attributes:
        processes: Number of processes.
        measure: What decides which weights are best, in words.
        counts: Number of values that are counted of each sample.
    """

    measure = "F1"
    counts: ClassVar[int]

    def __init__(
        self, infer: Callable[..., NDArray[np.float32]], group: ProcessGroup,
        total: Callable[[Sequence[float]], tuple[float, ...]],
    ) -> None:  # fmt: skip
        self._infer, self._group, self._total = infer, group, total
        self.processes = group.size

    @abstractmethod
    def costs(self, examples: Sequence[Any]) -> list[int]:
        """Return numbers to which the time of each sample is in proportion."""

    @staticmethod
    @abstractmethod
    def inputs(example: Any) -> tuple[NDArray[np.generic], ...]:
        """Return the network's inputs for a sample."""

    @staticmethod
    @abstractmethod
    def tally(output: NDArray[np.float32], example: Any) -> Sequence[float] | Counts:
        """Count what is right of the network's output for a sample."""

    @staticmethod
    @abstractmethod
    def figures(results: Sequence[Counts]) -> Any:
        """Return the figures of a held-out set, among them ``f1``."""

    def counted(self, examples: Sequence[Any]) -> list[Any]:
        """Return the samples that figures count: all of them."""
        return list(examples)

    def read(self, examples: Sequence[Any]) -> list[Counts]:
        """Return what is counted of each sample, the same in all processes, each of which must call this."""
        table = np.zeros((len(examples), self.counts))
        for index in range(self._group.rank, len(examples), self._group.size):
            example = examples[index]
            table[index] = self.tally(self._infer(*self.inputs(example))[0], example)
        if self._group.size > 1:
            table = np.reshape(self._total(table.ravel().tolist()), table.shape)
        return list(table)
