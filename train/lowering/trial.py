"""What a file loses against another of the same weights, told by labelled samples."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray


@contextmanager
def on_disk(content: bytes) -> Iterator[Path]:
    """Lend an ONNX file, since what opens them takes paths."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "tried.onnx"
        path.write_bytes(content)
        yield path


class Score(NamedTuple):
    """How well samples are read.

    Attributes:
        error: Share of what is wrong, 0 at best.
        told: What users are told, 0 to 1.
    """

    error: float
    told: float


class Trial(ABC):
    """Samples on which files of a network are tried.

    Attributes:
        measure: What ``Score.told`` is, such as CER.
        noun: What the samples are, in the plural.
    """

    measure: str
    noun: str

    @cached_property
    @abstractmethod
    def samples(self) -> Sequence[Any]:
        """All samples; found when they are first asked for.

        Raises:
            ReceiptgenError: There are too few.
        """

    @abstractmethod
    def inputs(self, sample: Any) -> Mapping[str, NDArray[np.generic]]:
        """Return the network's inputs for a sample, by their names in ONNX files."""

    @abstractmethod
    def reader(self, content: bytes) -> Callable[[Sequence[Any]], list[Any]]:
        """Return what reads samples with an ONNX file, each into a result."""

    @abstractmethod
    def score(self, results: Sequence[Any]) -> Score:
        """Return how good results of samples are."""
