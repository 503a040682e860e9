"""What reports of measures share: their style, histograms, numbers as they are told."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Final

import numpy as np

from receiptgen.core.errors import MissingExtraError
from receiptgen.core.files import write_atomic
from receiptgen.fidelity.classifiers import Floats

_BINS, _COLUMNS = 40, 4
STYLE: Final = """
body { font: 15px/1.45 system-ui, sans-serif; color: #24292f; max-width: 1200px; margin: 2em auto; padding: 0 1em }
h1 { font-size: 1.5em } h2 { font-size: 1.2em; margin-top: 2em }
table { border-collapse: collapse } th, td { padding: .25em .7em; text-align: right; border-bottom: 1px solid #e2e4e7 }
th { font-weight: 600 } th:first-child, td:first-child, td.text { text-align: left } td.text { color: #62676e }
.far td:nth-child(2) { color: #b3261e; font-weight: 600 } .near td:nth-child(2) { color: #1a7f37 }
img { max-width: 100%; border: 1px solid #e2e4e7 }
"""


@dataclass(frozen=True, slots=True)
class Panel:
    """The histograms of one measure over each other.

    Attributes:
        title: What is written above.
        unit: Unit of the values.
        sides: Values of each side, float64 (N,), all finite.
    """

    title: str
    unit: str
    sides: Mapping[str, Floats]


def plot_histograms(panels: Sequence[Panel], colours: Mapping[str, str], path: Path) -> None:
    """Draw histograms in one image, four beside each other.

    Args:
        panels: The histograms.
        colours: Colour of each side, as ``#rrggbb``.
        path: The file, a PNG.

    Raises:
        FileError: The file can't be written.
        MissingExtraError: Matplotlib is not installed.
    """
    try:
        from matplotlib.figure import Figure
    except ModuleNotFoundError:
        raise MissingExtraError("fidelity needs the package matplotlib; pip install 'receiptgen[fidelity]'") from None
    rows = -(-len(panels) // _COLUMNS)
    figure = Figure(figsize=(13, 2.3 * rows), dpi=80, layout="constrained")
    for number, panel in enumerate(panels, 1):
        axes = figure.add_subplot(rows, _COLUMNS, number)
        low, high = np.percentile(np.concatenate(list(panel.sides.values())), (0.5, 99.5))
        if not low < high:
            low, high = low - 0.5, high + 0.5
        edges = np.linspace(low, high, _BINS + 1)
        for side, values in panel.sides.items():
            # Values beyond count in the last bins, so that both sides are complete.
            shares = np.histogram(np.clip(values, low, high), edges)[0] / len(values)
            axes.stairs(shares, edges, fill=True, alpha=0.5, color=colours[side], label=side)
        axes.set_title(panel.title, fontsize=10, loc="left")
        axes.set_xlabel(panel.unit, fontsize=8)
        axes.tick_params(labelsize=7)
        axes.set_yticks([])
        if number == 1:
            axes.legend(fontsize=8, frameon=False)
    # Without the version of Matplotlib, the same figures give the same bytes.
    content = BytesIO()
    figure.savefig(content, format="png", metadata={"Software": None})
    write_atomic(path, content.getvalue())


def value_text(value: float) -> str:
    """Return a number in three digits, or a dash for none."""
    return f"{value:.3g}" if np.isfinite(value) else "-"
