"""What all records of a journal have, and what all records of evaluations say."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite, nan
from typing import Annotated, Any, ClassVar

from pydantic import BeforeValidator


def _number(value: Any) -> Any:
    return nan if value is None else value


# JSON has no nan and no infinity: both are written as null and read as nan.
Number = Annotated[float, BeforeValidator(_number)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """The fields of every record of a journal.

    Attributes:
        step: Number of steps so far.
        seen: Number of lines or crops trained on so far, with repetitions.
        seconds: Time since the run began, in seconds, summed over resumes.
    """

    step: int
    seen: int
    seconds: Number


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation(Entry):
    """A held-out set was evaluated; subclasses have the figures of a kind of network.

    Attributes:
        data: Name of the set.
        figures: Names of the figures that loggers show.
        measures: The two rates that curves show, in words.
        short: What the error is called by which weights are compared.
        samples: What the samples are called.
    """

    figures: ClassVar[tuple[str, ...]]
    measures: ClassVar[tuple[str, str]]
    short: ClassVar[str]
    samples: ClassVar[str]

    data: str

    @property
    def score(self) -> float:
        """Error by which weights are compared: the lowest is best."""
        raise NotImplementedError

    @property
    def rates(self) -> tuple[float, float]:
        """The two rates that curves show."""
        raise NotImplementedError

    @property
    def recorded(self) -> Mapping[str, float]:
        """What files of weights say of it."""
        raise NotImplementedError

    @property
    def summary(self) -> str:
        """Its figures in words."""
        raise NotImplementedError


def percent_of(share: float) -> str:
    """Return a share in per cent; nothing but a dash where it was not measured."""
    return f"{100 * share:.2f} %" if isfinite(share) else "-"
