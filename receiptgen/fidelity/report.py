"""The report of a comparison: ``fidelity.json``, and ``index.html`` with images. Needs the extra ``fidelity``."""

import json
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

import numpy as np

from receiptgen.core.files import write_atomic
from receiptgen.fidelity.comparison import Fidelity, surest_examples
from receiptgen.fidelity.report_parts import STYLE, Panel, plot_histograms, value_text
from receiptgen.fidelity.sides import Example
from receiptgen.imaging import contact_sheet as contact
from receiptgen.imaging.geometry import Pixels

FIGURES, PAGE, MIXED, KEY, HISTOGRAMS = "fidelity.json", "index.html", "mixed.png", "mixed_key.json", "histograms.png"
_MIXED = 24  # examples of each side
_COLOURS = {"synthetic": "#d1495b", "real": "#30638e"}


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
    plot_histograms(_panels(result), _COLOURS, folder / HISTOGRAMS)
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


def _panels(result: Fidelity) -> list[Panel]:
    """Return the histograms of all measures, the largest distance first."""
    names = list(result.subject.measures)
    panels = []
    for comparison in result.comparisons:
        column = names.index(comparison.name)
        tables = (side.table[:, column] for side in (result.synthetic, result.real))
        sides = dict(zip(_COLOURS, (values[np.isfinite(values)] for values in tables), strict=True))
        title = f"{comparison.name}   KS {comparison.ks:.2f}"
        panels.append(Panel(title, result.subject.measures[comparison.name].unit, sides))
    return panels


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
        f"<td>{value_text(item.wasserstein)}</td><td>{value_text(item.synthetic[2])}</td><td>{value_text(item.real[2])}</td>"
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
<style>{STYLE}</style>
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
