"""The report of a comparison: ``fidelity.json``, and ``index.html`` with images. Needs the extra ``fidelity``."""

import json
from collections.abc import Mapping, Sequence
from html import escape
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np

from receiptgen.core.errors import MissingExtraError
from receiptgen.core.files import write_atomic
from receiptgen.fidelity.comparison import Fidelity, surest_examples
from receiptgen.fidelity.sides import Example
from receiptgen.imaging import contact_sheet as contact
from receiptgen.imaging.geometry import Pixels

FIGURES, PAGE, MIXED, KEY, HISTOGRAMS = "fidelity.json", "index.html", "mixed.png", "mixed_key.json", "histograms.png"
_MIXED = 24  # examples of each side
_BINS, _COLUMNS = 40, 4
_COLOURS = {"synthetic": "#d1495b", "real": "#30638e"}
_STYLE = """
body { font: 15px/1.45 system-ui, sans-serif; color: #24292f; max-width: 1200px; margin: 2em auto; padding: 0 1em }
h1 { font-size: 1.5em } h2 { font-size: 1.2em; margin-top: 2em }
table { border-collapse: collapse } th, td { padding: .25em .7em; text-align: right; border-bottom: 1px solid #e2e4e7 }
th { font-weight: 600 } th:first-child, td:first-child, td.text { text-align: left } td.text { color: #62676e }
.far td:nth-child(2) { color: #b3261e; font-weight: 600 } .near td:nth-child(2) { color: #1a7f37 }
img { max-width: 100%; border: 1px solid #e2e4e7 }
"""


def write_report(result: Fidelity, figures: Mapping[str, Any], folder: Path, seed: int = 0) -> None:
    """Write all files of a report, replacing those of an earlier one.

    Args:
        result: The comparison.
        figures: Content of ``fidelity.json``.
        folder: Folder, made if it doesn't exist. It will hold crops or pages of both sides.
        seed: Seed of the mixed sheet.

    Raises:
        FileError: A file can't be written.
        MissingExtraError: Matplotlib is not installed.
    """
    _plot(result, folder / HISTOGRAMS)
    for name in result.verdicts:
        for side, examples in zip(_COLOURS, surest_examples(result, name), strict=True):
            sheet = _sheet(result, [(f"{chance:.3f}", example) for example, chance in examples], 560)
            contact.save(sheet, folder / _surest_file(name, side))
    _mix(result, folder, seed)
    write_atomic(folder / FIGURES, (json.dumps(figures, indent=2) + "\n").encode())
    write_atomic(folder / PAGE, _page(result, figures).encode())


def _sheet(result: Fidelity, examples: Sequence[tuple[str, Example]], width: int) -> Pixels:
    """Arrange examples with captions: lines below each other, pages in columns."""
    if result.subject.columns == 1:
        return contact.rows([(caption, [example.image]) for caption, example in examples], width)
    captions, pages = zip(*examples, strict=True)
    return contact.sheet([page.image for page in pages], captions, columns=result.subject.columns)


def _surest_file(classifier: str, side: str) -> str:
    return f"surest_{classifier}_{side}.png"


def _plot(result: Fidelity, path: Path) -> None:
    """Draw the histograms of all measures in one image, the largest distance first."""
    try:
        from matplotlib.figure import Figure
    except ModuleNotFoundError:
        raise MissingExtraError("fidelity needs the package matplotlib; pip install 'receiptgen[fidelity]'") from None
    rows = -(-len(result.comparisons) // _COLUMNS)
    figure = Figure(figsize=(13, 2.3 * rows), dpi=80, layout="constrained")
    names = list(result.subject.measures)
    for number, comparison in enumerate(result.comparisons, 1):
        axes = figure.add_subplot(rows, _COLUMNS, number)
        column = names.index(comparison.name)
        tables = (side.table[:, column] for side in (result.synthetic, result.real))
        sides = [values[np.isfinite(values)] for values in tables]
        low, high = np.percentile(np.concatenate(sides), (0.5, 99.5))
        if not low < high:
            low, high = low - 0.5, high + 0.5
        edges = np.linspace(low, high, _BINS + 1)
        for (side, colour), values in zip(_COLOURS.items(), sides, strict=True):
            # Values beyond count in the last bins, so that both sides are complete.
            shares = np.histogram(np.clip(values, low, high), edges)[0] / len(values)
            axes.stairs(shares, edges, fill=True, alpha=0.5, color=colour, label=side)
        axes.set_title(f"{comparison.name}   KS {comparison.ks:.2f}", fontsize=10, loc="left")
        axes.set_xlabel(result.subject.measures[comparison.name].unit, fontsize=8)
        axes.tick_params(labelsize=7)
        axes.set_yticks([])
        if number == 1:
            axes.legend(fontsize=8, frameon=False)
    # Without the version of Matplotlib, the same figures give the same bytes.
    content = BytesIO()
    figure.savefig(content, format="png", metadata={"Software": None})
    write_atomic(path, content.getvalue())


def _mix(result: Fidelity, folder: Path, seed: int) -> None:
    """Write a sheet of unlabelled examples of both sides in random order, and its key."""
    random = np.random.default_rng(seed)
    half = len(result.classified) // 2
    examples: list[tuple[str, Example]] = []
    for side, start in zip(_COLOURS, (0, half), strict=True):
        examples += [(side, result.classified[start + index]) for index in random.permutation(half)[:_MIXED].tolist()]
    examples = [examples[index] for index in random.permutation(len(examples)).tolist()]
    sheet = _sheet(result, [(str(number), example) for number, (_, example) in enumerate(examples, 1)], 720)
    contact.save(sheet, folder / MIXED)
    kind = result.subject.noun.removesuffix("s")
    key = {str(number): {"side": side, kind: example.name} for number, (side, example) in enumerate(examples, 1)}
    write_atomic(folder / KEY, (json.dumps(key, indent=2) + "\n").encode())


def _page(result: Fidelity, figures: Mapping[str, Any]) -> str:
    """Return the HTML page, whose images are separate files."""
    title, noun = result.subject.title, result.subject.noun
    sides = "".join(
        f"<tr><td>{side}</td><td class=text>{escape(figures['arguments'][side])}</td>"
        f"<td>{figures[side][noun]:,}</td><td>{figures[side]['found']:,}</td><td>{figures[side]['receipts']:,}</td>"
        f"<td>{len(figures[side]['unreadable']):,}</td><td>{figures[side]['small']:,}</td></tr>\n"
        for side in _COLOURS
    )
    classifiers = "".join(
        f"<tr><td>{name}</td><td>{verdict.accuracy:.1%} &plusmn; {verdict.error:.1%}</td><td>{verdict.auc:.3f}</td>"
        f"<td class=text>{result.subject.classifiers[name]}</td></tr>\n"
        for name, verdict in result.verdicts.items()
    )
    measures = "".join(
        f"<tr class={'near' if item.passes else 'far'}><td>{item.name}</td><td>{item.ks:.2f}</td>"
        f"<td>{_value_text(item.wasserstein)}</td><td>{_value_text(item.synthetic[2])}</td><td>{_value_text(item.real[2])}</td>"
        f"<td class=text>{escape(result.subject.measures[item.name].unit)}</td>"
        f"<td class=text>{escape(result.subject.measures[item.name].formula)}</td></tr>\n"
        for item in result.comparisons
    )
    pictures = "".join(
        f"<h3>Classifier on {name}: {side}</h3>\n<img src='{_surest_file(name, side)}' alt='surest {side} {noun}'>\n"
        for name in result.verdicts
        for side in _COLOURS
    )
    return f"""<!doctype html>
<html lang=en>
<meta charset=utf-8>
<title>Synthetic and real {title}</title>
<style>{_STYLE}</style>
<h1>Synthetic and real {title}</h1>
<table>
<tr><th>side</th><th>folder</th><th>{noun}</th><th>of</th><th>receipts</th><th>unreadable</th><th>too small</th></tr>
{sides}</table>
<h2>Classifier two-sample tests</h2>
<p>Each classifier is cross-validated on {figures["classified_per_side"]:,} {noun} per side, with folds by receipt.
50 % is chance: the sides can't be told apart.</p>
<table>
<tr><th>classifier on</th><th>accuracy</th><th>AUC</th><th></th></tr>
{classifiers}</table>
<h2>Measures</h2>
<p>{figures["passed"]} of {figures["compared"]} have a KS distance of {figures["pass"]} or less. Moved is
the earth mover's distance in standard deviations of the real side.</p>
<table>
<tr><th>measure</th><th>KS</th><th>moved</th><th>synthetic</th><th>real</th><th>unit</th><th>formula</th></tr>
{measures}</table>
<h2>Histograms</h2>
<img src="{HISTOGRAMS}" alt="histograms of all measures">
<h2>Most obvious {noun}</h2>
<p>The {noun} of which a classifier is surest, one per held-out receipt, and its probability of
the right side.</p>
{pictures}<h2>Which is which?</h2>
<p>The key is in <a href="{KEY}">{KEY}</a>; all figures are in <a href="{FIGURES}">{FIGURES}</a>.</p>
<img src="{MIXED}" alt="{noun} of both sides, mixed">
</html>
"""


def _value_text(value: float) -> str:
    return f"{value:.3g}" if np.isfinite(value) else "-"
