"""The report of a fit: ``fit.json``, and ``index.html`` with crops before and after beside the scans."""

import json
from collections.abc import Mapping, Sequence
from html import escape
from math import isfinite
from pathlib import Path
from typing import Any, Final

import numpy as np

from receiptgen.core.files import write_atomic
from receiptgen.core.versions import OPENCV, versions
from receiptgen.fidelity.line_crops import LineCrop, LineCrops
from receiptgen.fidelity.measures import MEASURES, measure_crops
from receiptgen.fidelity.report_parts import STYLE, Panel, plot_histograms, value_text
from receiptgen.fitting.fit import Fit
from receiptgen.fitting.lookalikes import lookalikes
from receiptgen.fitting.numbers import Floats, FreeKey, values_at
from receiptgen.fitting.profile_file import flow_of, numbered, told_of, told_text
from receiptgen.fitting.search import UNTOLD
from receiptgen.fitting.target import Target
from receiptgen.imaging import contact_sheet

FIGURES, PAGE, HISTOGRAMS = "fit.json", "index.html", "histograms.png"
COLOURS: Final[Mapping[str, str]] = {"before": "#b08900", "scans": "#30638e", "fitted": "#d1495b"}
_PACKAGES = ("receiptgen", "numpy", *OPENCV, "scipy")
_SHEET_WIDTH = 390  # pixels
_COLUMNS = "<style>.sheets { display: flex; gap: 8px } .sheets figure { margin: 0; flex: 1; min-width: 0 }</style>"


def figures_of(fit: Fit, target: Target, scans: LineCrops, distances: Mapping[str, float]) -> dict[str, Any]:
    """Return all figures of a fit, JSON-ready.

    Args:
        fit: The fit.
        target: Measures of the scans.
        scans: Their crops.
        distances: Mean KS distances of packaged profiles, if they were compared.
    """
    before, after = target.distances(fit.before), target.distances(fit.after)
    values = values_at(fit.keys, fit.positions)
    return {
        "versions": versions(*_PACKAGES),
        "profile": fit.profile_name,
        "crops": len(scans.crops),
        "found": scans.found,
        "receipts": len({crop.group for crop in scans.crops}),
        "unreadable": list(scans.unreadable),
        "small": scans.small,
        "draws": fit.draws,
        "seconds": round(fit.seconds, 1),
        "ended": fit.ended,
        "packaged": {name: round(distance, 4) for name, distance in distances.items()},
        "mean_ks": {
            "before": round(target.mean_ks(fit.before), 4),
            "fitted": round(target.mean_ks(fit.after), 4),
            "chance": round(_chance(len(scans.crops), len(fit.after)), 4),
        },
        "measures": {name: {"before": round(before[name], 4), "fitted": round(after[name], 4)} for name in before},
        "numbers": {
            key.label: {
                "written": flow_of(key.written),
                "fitted": flow_of(value),
                "told": [round(max(0.0, share), 3) if isfinite(share) else None for share in told],
                "note": told_text(told),
                "error": error_of(fit, first, key),
            }
            for (first, key), value, told in zip(numbered(fit.keys), values, told_of(fit), strict=True)
        },
        "lookalikes": [
            {
                "keys": [pair.first.label, pair.second.label],
                "correlation": round(pair.correlation, 3),
                "note": pair.text,
            }
            for pair in lookalikes(fit)
        ],
    }


def error_of(fit: Fit, first: int, key: FreeKey) -> float:
    """Return the rough standard error of where a key's numbers are, the share itself or the middle, in its unit."""
    ends = []
    for sign in (-1, 1):
        positions = fit.positions[first : first + len(key.shape.names)].copy()
        positions[0] = np.clip(positions[0] + sign * fit.errors[first], 0, 1)
        value = key.shape.value(positions.tolist())
        ends.append(value if isinstance(value, float) else float(np.mean(value.ends)))
    return float(f"{abs(ends[1] - ends[0]) / 2:.2g}")


def write_report(fit: Fit, target: Target, scans: LineCrops, figures: Mapping[str, Any], folder: Path) -> None:
    """Write all files of a report, replacing those of an earlier one; the folder will hold crops of the scans.

    Raises:
        FileError: A file can't be written.
        MissingExtraError: Matplotlib is not installed.
    """
    table = measure_crops(scans.crops)
    plot_histograms(_panels(fit, target, table), COLOURS, folder / HISTOGRAMS)
    every = max(1, len(scans.crops) // len(fit.shown[0]))
    for side, crops in zip(COLOURS, (fit.shown[0], scans.crops[::every], fit.shown[1]), strict=True):
        contact_sheet.save(_sheet(crops[: len(fit.shown[0])]), folder / f"{side}.png")
    write_atomic(folder / FIGURES, (json.dumps(figures, indent=2) + "\n").encode())
    write_atomic(folder / PAGE, _page(fit, target, table, figures).encode())


def _sheet(crops: Sequence[LineCrop]) -> Any:
    return contact_sheet.rows([(str(number), [crop.image]) for number, crop in enumerate(crops, 1)], _SHEET_WIDTH)


def _panels(fit: Fit, target: Target, table: Floats) -> list[Panel]:
    """Return the histograms of all measures, those that are farthest now first."""
    before, after = target.distances(fit.before), target.distances(fit.after)
    panels = []
    for measure in sorted(target.measures, key=lambda measure: -after[measure.name]):
        values = [side[:, measure.column] for side in (fit.before, table, fit.after)]
        sides = dict(zip(COLOURS, (each[np.isfinite(each)] for each in values), strict=True))
        title = f"{measure.name}   {before[measure.name]:.2f} -> {after[measure.name]:.2f}"
        panels.append(Panel(title, MEASURES[measure.name].unit, {side: v for side, v in sides.items() if len(v)}))
    return panels


def _chance(scans: int, drawn: int) -> float:
    """Return the mean KS distance of two samples of one distribution: mean of Kolmogorov's, times the root of sizes."""
    return float(np.sqrt(np.pi / 2) * np.log(2) * np.sqrt(1 / scans + 1 / drawn))


def _page(fit: Fit, target: Target, table: Floats, figures: Mapping[str, Any]) -> str:
    """Return the HTML page, whose images are separate files."""
    distance = figures["mean_ks"]
    sheets = "".join(
        f"<figure><figcaption>{caption}</figcaption><img src='{side}.png' alt='crops: {side}'></figure>\n"
        for side, caption in zip(
            COLOURS, (f"drawn by {escape(fit.profile_name)}", "the scans", "drawn as fitted"), strict=True
        )
    )
    return f"""<!doctype html>
<html lang=en>
<meta charset=utf-8>
<title>A profile fitted to scans</title>
<style>{STYLE}</style>
{_COLUMNS}
<h1>A profile fitted to scans</h1>
<p>Mean KS distance over {len(target.measures)} measures: {distance["before"]:.3f} as
{escape(fit.profile_name)} is written, <b>{distance["fitted"]:.3f}</b> as fitted; chance alone would give
{distance["chance"]:.3f}, and more where few receipts have many crops. Measured on {len(fit.after):,} drawn crops that
the search has not seen, against {figures["crops"]:,} crops of {figures["receipts"]:,} receipts or files.</p>
<p>Drawn {fit.draws:,} times in {fit.seconds:,.0f} seconds; the search ended since {escape(fit.ended)}.</p>
<h2>Crops</h2>
<div class=sheets>
{sheets}</div>
<h2>Numbers</h2>
<p>Told is the share of a number's uncertainty that the scans have taken: of where the median is, and of how wide the
spread is, below and above it where there are more than two quantiles. Where it is below {UNTOLD:.0%}, no measure says
what the number is, and it is kept as written. Errors, of the middle, are rough: how far it may be moved before the
measures differ by more than chance.</p>
{_lookalikes(figures)}<table>
<tr><th>key</th><th>written</th><th>fitted</th><th>&plusmn;</th><th>told</th></tr>
{_number_rows(figures)}</table>
<h2>Measures</h2>
<table>
<tr><th>measure</th><th>KS fitted</th><th>before</th>
<th>median before</th><th>scans</th><th>fitted</th><th>unit</th></tr>
{_measure_rows(fit, target, table)}</table>
<h2>Histograms</h2>
<img src="{HISTOGRAMS}" alt="histograms of all measures">
<p>All figures are in <a href="{FIGURES}">{FIGURES}</a>.</p>
</html>
"""


def _lookalikes(figures: Mapping[str, Any]) -> str:
    """Return what is said of numbers that may be taken for each other."""
    if not figures["lookalikes"]:
        return ""
    pairs = figures["lookalikes"]
    items = "".join(f"<li>{escape(pair['note'])} ({pair['correlation']:+.2f})</li>\n" for pair in pairs)
    return f"""<p>Of these, the scans tell less than each row says, since one may be taken for the other. To hold one
fast, write it as one number in the profile to start from. In brackets: the correlation of their errors.</p>
<ul>
{items}</ul>
"""


def _number_rows(figures: Mapping[str, Any]) -> str:
    rows = []
    for label, found in figures["numbers"].items():
        cells = "".join(
            f"<td>{escape(cell)}</td>"
            for cell in (found["written"], found["fitted"], f"{found['error']:g}", found["note"])
        )
        rows.append(f"<tr><td>{escape(label)}</td>{cells}</tr>\n")
    return "".join(rows)


def _measure_rows(fit: Fit, target: Target, table: Floats) -> str:
    before, after = target.distances(fit.before), target.distances(fit.after)
    rows = []
    for measure in sorted(target.measures, key=lambda measure: -after[measure.name]):
        far = "far" if after[measure.name] > before[measure.name] else "near"
        medians = "".join(
            f"<td>{value_text(float(np.nanmedian(side[:, measure.column])))}</td>"
            for side in (fit.before, table, fit.after)
        )
        rows.append(
            f"<tr class={far}><td>{measure.name}</td><td>{after[measure.name]:.2f}</td>"
            f"<td>{before[measure.name]:.2f}</td>{medians}"
            f"<td class=text>{escape(MEASURES[measure.name].unit)}</td></tr>\n"
        )
    return "".join(rows)
