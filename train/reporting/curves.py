"""Curves of a run: loss, learning rate, error rates of each data set, images per second."""

import logging
from collections.abc import Sequence
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from receiptgen.core.files import write_atomic

from ..loop.entries import Evaluation
from ..loop.evaluations import AnyEvaluated, Evaluated
from ..loop.journal import AnyEntry, Progressed

_LOG = logging.getLogger(__name__)

_SIZE, _DOTS = (11.0, 6.6), 100  # inches, and pixels per inch
_LAYOUT = {"left": 0.052, "right": 0.992, "bottom": 0.075, "top": 0.955, "wspace": 0.13, "hspace": 0.17}
_MAX_POINTS = 1500  # of a curve; the image has no more columns
_LEAST_RATE = 1e-4  # error rates below this, 0 among them, are drawn here
_SMOOTH = 0.03  # window of the moving average, as a share of the curve
INK, QUIET, _GRID = "#24292f", "#6e747c", "#e6e8eb"
LOSS, OTHER = "#57606a", "#4f7f5b"
_DATA = ("#d1495b", "#30638e", "#edae49", "#00798c", "#7b4b94", "#6b8f3a")


def draw_curves(entries: Sequence[AnyEntry], path: Path) -> bool:
    """Write the curves of a journal as PNG, atomically.

    Args:
        entries: The journal.
        path: The file.

    Returns:
        Whether they are drawn. Without Matplotlib they are not, which is logged once: it need not end a run.

    Raises:
        FileError: The file can't be written.
    """
    picture = curves_png(entries)
    if picture is None:
        return False
    write_atomic(path, picture)
    return True


def curves_png(entries: Sequence[AnyEntry]) -> bytes | None:
    """Return the curves of a journal as the bytes of a PNG file; None without Matplotlib."""
    new_figure = figure_class()
    if new_figure is None:
        return None
    progressed = [entry for entry in entries if isinstance(entry, Progressed)]
    evaluated = [entry for entry in entries if isinstance(entry, Evaluation)]
    figure = new_figure(figsize=_SIZE, dpi=_DOTS)
    # A fixed layout, since measuring all texts for one takes as long as drawing them.
    figure.subplots_adjust(**_LAYOUT)
    loss, error, rate, speed = figure.subplots(2, 2, sharex=True).flat
    seen = np.array([entry.seen for entry in progressed], np.float64)
    _draw_loss(loss, seen, progressed, evaluated)
    _draw_errors(error, evaluated)
    style_axes(rate, "learning rate")
    rate.plot(*_thin(seen, _column(progressed, "rate")), color=OTHER, linewidth=1.4)
    rate.set_ylim(bottom=0)
    rate.yaxis.set_major_formatter(lambda value, position: f"{value:.3g}")
    _draw_speed(speed, seen, progressed)
    for axes in (rate, speed):
        axes.set_xlabel(f"{(evaluated[0] if evaluated else Evaluated).samples} trained on", fontsize=9, color=QUIET)
        axes.xaxis.set_major_formatter(_short)
    file = BytesIO()
    # Without the version of Matplotlib, the same journal gives the same bytes.
    figure.savefig(file, format="png", metadata={"Software": None})
    return file.getvalue()


@lru_cache(maxsize=1)
def figure_class() -> Any:
    """Return Matplotlib's class of figures; None where it is not installed, which is logged once."""
    try:
        from matplotlib.figure import Figure
    except ImportError:
        _LOG.warning("no curves are drawn, since Matplotlib is missing; pip install matplotlib")
        return None
    return Figure


def style_axes(axes: Any, title: str) -> None:
    """Give axes a title and the look of all curves."""
    axes.set_title(title, fontsize=10.5, loc="left", color=INK)
    axes.grid(True, color=_GRID, linewidth=0.8)
    axes.set_axisbelow(True)
    axes.tick_params(labelsize=8, colors=QUIET, length=0, which="both")
    for name, spine in axes.spines.items():
        spine.set_visible(name == "bottom")
        spine.set_color("#b8bdc3")


def _draw_loss(axes: Any, seen: NDArray[np.float64], progressed: Sequence[Any], evaluated: Sequence[Any]) -> None:
    style_axes(axes, "loss")
    loss = _column(progressed, "loss")
    axes.plot(*_thin(seen, loss), color=LOSS, linewidth=0.8, alpha=0.35)
    axes.plot(*_thin(seen, _smooth(loss)), color=LOSS, linewidth=1.7, label="training")
    for name, colour in _sets(evaluated):
        entries = [entry for entry in evaluated if entry.data == name and np.isfinite(entry.loss)]
        if entries:
            axes.plot(_column(entries, "seen"), _column(entries, "loss"), ".-", color=colour, label=name)
    _logarithmic(axes, "{:.4g}")
    if len(axes.lines) > 2:
        axes.legend(fontsize=8, frameon=False, labelcolor=INK)


def _draw_errors(axes: Any, evaluated: Sequence[AnyEvaluated]) -> None:
    first, second = evaluated[0].measures if evaluated else Evaluated.measures
    style_axes(axes, f"{first}, % (dashed: {second})")
    for name, colour in _sets(evaluated):
        entries = [entry for entry in evaluated if entry.data == name]
        seen = [entry.seen for entry in entries]
        rates = np.array([entry.rates for entry in entries], np.float64)
        main, other = 100 * np.maximum(rates.T, _LEAST_RATE)
        label = f"{name}: {100 * rates[-1, 0]:.2f} %, {second} {100 * rates[-1, 1]:.2f} %"
        axes.plot(seen, main, ".-", color=colour, linewidth=1.7, markersize=5, label=label)
        axes.plot(seen, other, "--", color=colour, linewidth=1.1)
    _logarithmic(axes, "{:.4g}")
    if evaluated:
        axes.legend(fontsize=8, frameon=False, labelcolor=INK)


def _draw_speed(axes: Any, seen: NDArray[np.float64], progressed: Sequence[Progressed]) -> None:
    style_axes(axes, "images per second (red: lost by waiting for the loader)")
    speed, wait = _column(progressed, "images_per_second"), _column(progressed, "wait")
    positions, smooth = _thin(seen, _smooth(speed))
    # The speed without waiting for the loader.
    _, free = _thin(seen, _smooth(speed / np.maximum(1 - wait, 0.01)))
    axes.plot(*_thin(seen, speed), color=OTHER, linewidth=0.8, alpha=0.35)
    axes.plot(positions, smooth, color=OTHER, linewidth=1.7)
    axes.fill_between(positions, smooth, free, color=_DATA[0], alpha=0.3, linewidth=0)
    axes.set_ylim(bottom=0)


def _sets(evaluated: Sequence[AnyEvaluated]) -> list[tuple[str, str]]:
    """Return the data sets in order of appearance, each with its colour."""
    names = dict.fromkeys(entry.data for entry in evaluated)
    return [(name, _DATA[index % len(_DATA)]) for index, name in enumerate(names)]


def _column(entries: Sequence[Any], name: str) -> NDArray[np.float64]:
    return np.array([getattr(entry, name) for entry in entries], np.float64)


def _thin(seen: NDArray[np.float64], values: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    step = -(-len(seen) // _MAX_POINTS) or 1
    return seen[::step], values[::step]


def _smooth(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the moving average of values, without those that are not finite."""
    reach = max(1, round(len(values) * _SMOOTH / 2))
    finite = np.isfinite(values)
    sums, counts = (
        np.concatenate([[0.0], np.cumsum(column)]) for column in (np.where(finite, values, 0), finite.astype(float))
    )
    positions = np.arange(len(values))
    low, high = np.maximum(positions - reach, 0), np.minimum(positions + reach + 1, len(values))
    with np.errstate(invalid="ignore"):
        return np.asarray((sums[high] - sums[low]) / (counts[high] - counts[low]), np.float64)


def _logarithmic(axes: Any, form: str) -> None:
    """Make the axis of values logarithmic, with ticks at 1, 2 and 5 of each decade."""
    from matplotlib.ticker import LogLocator, NullLocator

    lines = [line.get_ydata() for line in axes.lines]
    values = np.concatenate([np.asarray(line, np.float64) for line in lines]) if lines else np.zeros(0)
    if not (np.isfinite(values) & (values > 0)).any():
        return
    axes.set_yscale("log", nonpositive="mask")
    axes.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5), numticks=20))
    axes.yaxis.set_minor_locator(NullLocator())
    axes.yaxis.set_major_formatter(lambda value, position: form.format(value))


def _short(value: float, position: int) -> str:
    """Return a count in few characters, such as ``250k``."""
    for unit, sign in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if abs(value) >= unit:
            return f"{value / unit:g}{sign}"
    return f"{value:g}"
