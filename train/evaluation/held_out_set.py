"""Held-out sets of any kind of sample."""

from dataclasses import dataclass
from typing import Any

from ..data.sources import Flaw


@dataclass(frozen=True)
class HeldOutSet:
    """Samples that are evaluated and never trained on.

    Attributes:
        name: Name in reports.
        examples: The samples.
        flaws: What gave no sample.
    """

    name: str
    examples: tuple[Any, ...]
    flaws: tuple[Flaw, ...] = ()

    @property
    def content(self) -> list[str]:
        """What all processes must have alike."""
        raise NotImplementedError
