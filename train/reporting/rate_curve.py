"""What a learning-rate range test has found: a picture and its figures in the folder of the run."""

import json
from io import BytesIO
from pathlib import Path

from receiptgen.core.files import write_atomic

from ..loop.rate_finder import RateTest
from .curves import INK, LOSS, OTHER, QUIET, figure_class, style_axes

FIGURES, PICTURE = "find_lr.json", "find_lr.png"
_SIZE, _DOTS = (7.0, 4.2), 100  # inches, and pixels per inch


def write_rate_test(test: RateTest, folder: Path) -> None:
    """Write the figures of a range test as JSON, and its curve as PNG where Matplotlib is installed.

    Raises:
        FileError: A file can't be written.
    """
    figures = {"learning_rate": test.suggestion, "rates": test.rates, "losses": test.losses}
    write_atomic(folder / FIGURES, json.dumps(figures, indent=1).encode())
    if picture := rate_curve_png(test):
        write_atomic(folder / PICTURE, picture)


def rate_curve_png(test: RateTest) -> bytes | None:
    """Return the losses of a range test over its rates as the bytes of a PNG file; None without Matplotlib."""
    new_figure = figure_class()
    if new_figure is None:
        return None
    figure = new_figure(figsize=_SIZE, dpi=_DOTS, layout="tight")
    axes = figure.subplots()
    style_axes(axes, "loss at growing learning rates")
    axes.plot(test.rates, test.losses, color=LOSS, linewidth=0.8, alpha=0.35)
    axes.plot(test.rates, test.smoothed, color=LOSS, linewidth=1.7)
    for rate, name, color in ((test.edge, "loss grows", QUIET), (test.suggestion, "suggested", OTHER)):
        axes.axvline(rate, color=color, linewidth=1.4, linestyle="--", label=f"{name}: {rate:.2g}")
    axes.set_xscale("log")
    axes.set_yscale("log")
    # What has blown up would press all else to the ground.
    axes.set_ylim(0.8 * min(test.smoothed), 1.2 * max(test.losses[0], *test.smoothed[: len(test.rates) // 2 + 1]))
    axes.set_xlabel("learning rate", fontsize=9, color=QUIET)
    axes.legend(fontsize=8, frameon=False, labelcolor=INK)
    file = BytesIO()
    # Without the version of Matplotlib, the same test gives the same bytes.
    figure.savefig(file, format="png", metadata={"Software": None})
    return file.getvalue()
