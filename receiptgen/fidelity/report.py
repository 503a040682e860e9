"""The report of a comparison: ``fidelity.json``, and ``index.html`` with its pictures. Needs the extra ``fidelity``."""

import json
from collections.abc import Mapping
from html import escape
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np

from receiptgen.core.errors import MissingExtraError
from receiptgen.core.files import write_atomic
from receiptgen.fidelity.comparison import Fidelity, surest
from receiptgen.fidelity.line_crops import LineCrop
from receiptgen.fidelity.measures import MEASURES
from receiptgen.imaging import contact_sheet as contact

FIGURES, PAGE, MIXED, KEY, HISTOGRAMS = "fidelity.json", "index.html", "mixed.png", "mixed_key.json", "histograms.png"
_MIXED = 24  # crops of each side
_BINS, _COLUMNS = 40, 4
_COLOURS = {"synthetic": "#d1495b", "real": "#30638e"}
_JUDGES = {
    "measures": "gradient-boosted trees on the measures of a crop",
    "pixels": "gradient-boosted trees on a window of 32 x 96 pixels: slopes, levels, steps between pixels",
}
_STYLE = """
body { font: 15px/1.45 system-ui, sans-serif; color: #24292f; max-width: 1200px; margin: 2em auto; padding: 0 1em }
h1 { font-size: 1.5em } h2 { font-size: 1.2em; margin-top: 2em }
table { border-collapse: collapse } th, td { padding: .25em .7em; text-align: right; border-bottom: 1px solid #e2e4e7 }
th { font-weight: 600 } th:first-child, td:first-child, td.text { text-align: left } td.text { color: #62676e }
.far td:nth-child(2) { color: #b3261e; font-weight: 600 } .near td:nth-child(2) { color: #1a7f37 }
img { max-width: 100%; border: 1px solid #e2e4e7 }
"""


def write(found: Fidelity, figures: Mapping[str, Any], folder: Path, seed: int = 0) -> None:
    """Write all files of a report; those of an earlier one are overwritten.

    Args:
        found: The comparison.
        figures: What becomes ``fidelity.json``.
        folder: Where; made if it isn't there. It will hold crops of both sides.
        seed: Of the mixed sheet.

    Raises:
        FileError: A file can't be written.
        MissingExtraError: Matplotlib is not installed.
    """
    _plot(found, folder / HISTOGRAMS)
    for name in found.verdicts:
        for side, crops in zip(_COLOURS, surest(found, name), strict=True):
            rows = [(f"{chance:.3f}", [crop.image]) for crop, chance in crops]
            contact.save(contact.rows(rows, 560), folder / _surest_file(name, side))
    _mix(found, folder, seed)
    write_atomic(folder / FIGURES, (json.dumps(figures, indent=2) + "\n").encode())
    write_atomic(folder / PAGE, _page(found, figures).encode())


def _surest_file(judge: str, side: str) -> str:
    return f"surest_{judge}_{side}.png"


def _plot(found: Fidelity, path: Path) -> None:
    """Draw the histograms of all measures in one picture, the farthest first."""
    try:
        from matplotlib.figure import Figure
    except ModuleNotFoundError:
        raise MissingExtraError("fidelity needs the package matplotlib; pip install 'receiptgen[fidelity]'") from None
    rows = -(-len(found.comparisons) // _COLUMNS)
    figure = Figure(figsize=(13, 2.3 * rows), dpi=80, layout="constrained")
    names = list(MEASURES)
    for number, comparison in enumerate(found.comparisons, 1):
        axes = figure.add_subplot(rows, _COLUMNS, number)
        place = names.index(comparison.name)
        sides = [table[:, place][np.isfinite(table[:, place])] for table in found.tables]
        low, high = np.percentile(np.concatenate(sides), (0.5, 99.5))
        if not low < high:
            low, high = low - 0.5, high + 0.5
        edges = np.linspace(low, high, _BINS + 1)
        for (side, colour), values in zip(_COLOURS.items(), sides, strict=True):
            # What lies beyond is counted at the end, so that both sides are drawn whole.
            shares = np.histogram(np.clip(values, low, high), edges)[0] / len(values)
            axes.stairs(shares, edges, fill=True, alpha=0.5, color=colour, label=side)
        axes.set_title(f"{comparison.name}   KS {comparison.ks:.2f}", fontsize=10, loc="left")
        axes.set_xlabel(MEASURES[comparison.name].unit, fontsize=8)
        axes.tick_params(labelsize=7)
        axes.set_yticks([])
        if number == 1:
            axes.legend(fontsize=8, frameon=False)
    # Without the version of Matplotlib the same figures make the same bytes.
    content = BytesIO()
    figure.savefig(content, format="png", metadata={"Software": None})
    write_atomic(path, content.getvalue())


def _mix(found: Fidelity, folder: Path, seed: int) -> None:
    """Lay out crops of both sides without a word which is which, and write the key beside."""
    random = np.random.default_rng(seed)
    half = len(found.judged) // 2
    drawn: list[tuple[str, LineCrop]] = []
    for side, start in zip(_COLOURS, (0, half), strict=True):
        drawn += [(side, found.judged[start + place]) for place in random.permutation(half)[:_MIXED].tolist()]
    drawn = [drawn[place] for place in random.permutation(len(drawn)).tolist()]
    rows = [(str(number), [crop.image]) for number, (_, crop) in enumerate(drawn, 1)]
    contact.save(contact.rows(rows, 720), folder / MIXED)
    key = {str(number): {"side": side, "crop": crop.name} for number, (side, crop) in enumerate(drawn, 1)}
    write_atomic(folder / KEY, (json.dumps(key, indent=2) + "\n").encode())


def _page(found: Fidelity, figures: Mapping[str, Any]) -> str:
    """Return the page; its pictures lie beside it."""
    sides = "".join(
        f"<tr><td>{side}</td><td class=text>{escape(figures['arguments'][side])}</td>"
        f"<td>{figures[side]['crops']:,}</td><td>{figures[side]['found']:,}</td><td>{figures[side]['receipts']:,}</td>"
        f"<td>{len(figures[side]['unreadable']):,}</td><td>{figures[side]['small']:,}</td></tr>\n"
        for side in _COLOURS
    )
    judges = "".join(
        f"<tr><td>{name}</td><td>{verdict.accuracy:.1%} &plusmn; {verdict.error:.1%}</td><td>{verdict.auc:.3f}</td>"
        f"<td class=text>{_JUDGES[name]}</td></tr>\n"
        for name, verdict in found.verdicts.items()
    )
    measures = "".join(
        f"<tr class={'near' if item.passes else 'far'}><td>{item.name}</td><td>{item.ks:.2f}</td>"
        f"<td>{_number(item.wasserstein)}</td><td>{_number(item.synthetic[2])}</td><td>{_number(item.real[2])}</td>"
        f"<td class=text>{escape(MEASURES[item.name].unit)}</td>"
        f"<td class=text>{escape(MEASURES[item.name].formula)}</td></tr>\n"
        for item in found.comparisons
    )
    pictures = "".join(
        f"<h3>Judge of {name}: {side}</h3>\n<img src='{_surest_file(name, side)}' alt='surest {side} crops'>\n"
        for name in found.verdicts
        for side in _COLOURS
    )
    return f"""<!doctype html>
<html lang=en>
<meta charset=utf-8>
<title>Synthetic and real line crops</title>
<style>{_STYLE}</style>
<h1>Synthetic and real line crops</h1>
<table>
<tr><th>side</th><th>folder</th><th>crops</th><th>of</th><th>receipts</th><th>unreadable</th><th>too small</th></tr>
{sides}</table>
<h2>Judges</h2>
<p>Each has learned on {figures["judged_a_side"]:,} crops a side and judges crops of receipts it has not seen. 50 % is a
guess: then it can't tell the sides apart.</p>
<table>
<tr><th>judge of</th><th>accuracy</th><th>AUC</th><th></th></tr>
{judges}</table>
<h2>Measures</h2>
<p>{figures["passed"]} of {figures["compared"]} are near enough: a KS distance of {figures["pass"]} or less. Moved is
the earth mover's distance in standard deviations of the real side.</p>
<table>
<tr><th>measure</th><th>KS</th><th>moved</th><th>synthetic</th><th>real</th><th>unit</th><th>formula</th></tr>
{measures}</table>
<h2>Histograms</h2>
<img src="{HISTOGRAMS}" alt="histograms of all measures">
<h2>What gives them away</h2>
<p>The crops that a judge, without having seen their receipts, is surest of, one of a receipt, and the chance it gives
the right side.</p>
{pictures}<h2>Which is which?</h2>
<p>The key is in <a href="{KEY}">{KEY}</a>; all figures are in <a href="{FIGURES}">{FIGURES}</a>.</p>
<img src="{MIXED}" alt="crops of both sides, mixed">
</html>
"""


def _number(value: float) -> str:
    return f"{value:.3g}" if np.isfinite(value) else "-"
