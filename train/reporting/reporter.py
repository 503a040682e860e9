"""What of a run's report depends on its task: sheets, the figures of the best weights, the page itself."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, Protocol

import yaml

from receiptgen.imaging.geometry import Pixels

from ..evaluation.held_out_set import HeldOutSet
from ..recipes.settings import RunSettings
from ..runs.run import Outcome


class Reported(NamedTuple):
    """What was found when a run had ended.

    Attributes:
        figures: Figures of each held-out set, JSON-ready.
        lines: Summary for a terminal.
    """

    figures: Mapping[str, Any]
    lines: Sequence[str]


class Reporter(Protocol):
    """Reports on runs of one task."""

    def sheet(self, held_out: Sequence[HeldOutSet], results: Sequence[Sequence[Any]]) -> Pixels:
        """Draw some held-out samples and what was read of them, RGB uint8 (H, W, 3).

        Args:
            held_out: Held-out sets.
            results: What was read of each.
        """

    def report(self, outcome: Outcome) -> Reported:
        """Evaluate the held-out sets with the best weights, and write the report.

        Raises:
            ReceiptgenError: The weights can't be read, or a file can't be written.
        """


def recipe_yaml(recipe: RunSettings) -> str:
    """Return a recipe as YAML."""
    return yaml.safe_dump(recipe.model_dump(mode="json"), sort_keys=False, allow_unicode=True)
