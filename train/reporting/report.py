"""The report of a run: one self-contained page, and a summary for a terminal."""

from base64 import b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from math import nan
from pathlib import Path

import cv2
import numpy as np

from receiptgen.core.files import write_atomic
from receiptgen.imaging.geometry import Pixels
from receiptgen.recognition.charset import Charset
from receiptgen.recognition.line_scores import LineScores
from receiptgen.recognition.metrics import Figures, Reading, worst

from ..evaluation.prediction_sheet import align_texts
from ..loop.journal import AnyEntry, Ended, Progressed
from .curves import curves_png
from .progress import duration, percent

REPORT = "report.html"
_WORST, _CONFUSIONS = 12, 16
STYLE = """
@page { size: A4; margin: 12mm }
body { font: 14px/1.45 system-ui, sans-serif; color: #24292f; max-width: 1060px; margin: 2em auto; padding: 0 1em }
h1 { font-size: 1.5em; margin-bottom: .2em } h2 { font-size: 1.15em; margin: 1.8em 0 .5em } p { margin: .3em 0 }
h3 { font-size: 1em; margin: 0 0 .3em } .quiet { color: #62676e }
table { border-collapse: collapse; white-space: nowrap } .text, .name { white-space: normal }
th, td { vertical-align: top; padding: .2em .7em; text-align: right; border-bottom: 1px solid #e2e4e7 }
th { font-weight: 600 } th:first-child, td:first-child, .side :is(th, td):nth-child(odd), .text { text-align: left }
.sides { display: flex; flex-wrap: wrap; gap: 1.2em 2.5em }
tr, img, .side { break-inside: avoid } h2, h3 { break-after: avoid }
code, pre { font: 12.5px/1.5 ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace }
pre { background: #f4f5f6; padding: .8em 1em; white-space: pre-wrap; overflow-wrap: anywhere }
code { white-space: pre-wrap; overflow-wrap: anywhere }
img { max-width: 100% } .name { max-width: 16em; overflow-wrap: anywhere; color: #62676e }
.wrong { color: #be121c; background: #ffdad9 } .case { color: #6937be; background: #eae0fc }
.missing { color: #be121c; outline: 1px solid #be121c } .gap { box-shadow: inset 2px 0 #be121c }
.extra { color: #b05400; background: #ffeacd; border-bottom: 2px solid #b05400 }
@media print { body { margin: 0; font-size: 11px } * { print-color-adjust: exact; -webkit-print-color-adjust: exact } }
"""


@dataclass(frozen=True)
class ReportSource:
    """A data set that the run trained on.

    Attributes:
        name: Name in reports.
        weight: Weight against the other data sets.
        rows: Number of its rows; None for endless ones.
        skipped: Number of rows that gave no line.
        held_out: What of it is held out, in words; empty for nothing.
    """

    name: str
    weight: float
    rows: int | None
    skipped: int
    held_out: str = ""


@dataclass(frozen=True)
class RunReport:
    """The content of a report.

    Attributes:
        network: Name of the network.
        parameters: Number of trained parameters.
        charset: Characters or words that it reads.
        recipe: Recipe as YAML text.
        devices: Description of backend and devices.
        sources: Data sets that the run trained on.
        entries: The journal.
        evaluations: Scores of the best weights on held-out data, synthetic and real.
        sheet: Image of held-out lines, RGB uint8 (H, W, 3), or None.
        loader: Lines per second that the loader alone could prepare; nan where that was not measured.
        weights: Description and path of each file of weights.
    """

    network: str
    parameters: int
    charset: Charset
    recipe: str
    devices: str
    sources: tuple[ReportSource, ...]
    entries: Sequence[AnyEntry]
    evaluations: tuple[LineScores, ...]
    sheet: Pixels | None
    loader: float
    weights: tuple[tuple[str, Path], ...]


def write_report(report: RunReport, path: Path) -> None:
    """Write the page atomically.

    Raises:
        FileError: The file can't be written.
    """
    write_atomic(path, report_html(report).encode(errors="surrogateescape"))


def summary_lines(report: RunReport) -> list[str]:
    """Return the summary as lines for a terminal: facts, figures side by side, and the files of weights."""
    lines = [f"{label + ':':10}{text}" for label, text in _facts(report)]
    rows = _figures(report.evaluations)
    if report.evaluations:
        first = max(len(row[0]) for row in rows)
        widths = [max(len(row[column]) for row in rows) for column in range(1, len(rows[0]))]
        lines.append("")
        for name, *values in rows:
            columns = "".join(f"  {value:>{width}}" for value, width in zip(values, widths, strict=True))
            lines.append(f"{name:{first}}{columns}")
        lines.append("")
    return lines + [f"{name} weights: {path}" for name, path in report.weights]


def report_html(report: RunReport) -> str:
    """Return the page as HTML without other files or scripts."""
    facts = "".join(f"<tr><td>{label}<td class=text>{escape(text)}\n" for label, text in _facts(report))
    weights = "".join(
        f"<tr><td>{escape(name)} weights<td class=text><code>{escape(str(path))}</code>\n"
        for name, path in report.weights
    )
    picture = curves_png(report.entries)
    curves = f"<h2>Training</h2>\n{image_tag(picture, 'png', 'curves')}\n" if picture else ""
    if report.sheet is not None:
        sheet = f"<h2>Held-out lines</h2>\n{image_tag(webp(report.sheet), 'webp', 'held-out lines')}\n"
    else:
        sheet = ""
    return f"""<!doctype html>
<html lang=en>
<meta charset=utf-8>
<meta name=viewport content="width=device-width">
<title>Training of {escape(report.network)}</title>
<style>{STYLE}</style>
<h1>Training of {escape(report.network)}</h1>
<table>
{facts}{weights}</table>
<h2>Accuracy</h2>
<p class=quiet>Held-out lines, read with the best weights. Case-folded: upper and lower case count as the
same. The interval is the 95 % confidence interval over receipts.</p>
{table(_figures(report.evaluations))}
<h2>By kind</h2>
{table(_kinds(report.evaluations))}
{curves}<h2>Confusions</h2>
<p class=quiet>Single edits, case-folded: label &gt; read; - is nothing.</p>
{_sides(report.evaluations, _confusion_table)}
<h2>Worst lines</h2>
{_sides(report.evaluations, _worst_table)}
{sheet}<h2>Recipe</h2>
<pre>{escape(report.recipe.strip())}</pre>
<h2>Characters</h2>
<pre>{escape(report.charset.chars)}</pre>
</html>
"""


def _facts(report: RunReport) -> list[tuple[str, str]]:
    """Return the facts of a run: network, data, devices, speed."""
    last = report.entries[-1] if report.entries else None
    ended = f"; {last.reason}" if isinstance(last, Ended) else ""
    trained = f"{last.step:,} steps, {last.seen:,} lines in {duration(last.seconds)}{ended}" if last else "nothing yet"
    facts = [
        ("network", f"{report.network}, {report.parameters:,} parameters, {report.charset.description}"),
        ("trained", trained),
        ("on", report.devices),
        ("speed", speed_text(report.entries, report.loader)),
    ]
    if isinstance(last, Ended) and last.best_step:
        facts.append(("best", f"after {last.best_step:,} steps: {percent(last.best)} CER, case-folded"))
    total = sum(source.weight for source in report.sources) or 1.0
    for source in report.sources:
        rows = "generated on the fly" if source.rows is None else f"{source.rows:,} rows"
        skipped = f", {source.skipped:,} skipped" if source.skipped else ""
        held_out = f"; {source.held_out}" if source.held_out else ""
        facts.append(("data", f"{source.name}: {source.weight / total:.0%} of the lines; {rows}{skipped}{held_out}"))
    return facts


def speed_text(entries: Sequence[AnyEntry], loader: float) -> str:
    """Return how fast a run was, in words."""
    progressed = [entry for entry in entries if isinstance(entry, Progressed)]
    if not progressed:
        return "-"
    speed = np.array([entry.images_per_second for entry in progressed])
    wait = np.array([entry.wait for entry in progressed])
    # Medians, since the first steps compile and warm up.
    speeds = f"{np.median(speed):,.0f} images/s, {np.median(wait):.0%} of the time waiting for the loader"
    return f"{speeds}; the loader alone {loader:,.0f}/s" if loader == loader else speeds


def _figures(evaluations: Sequence[LineScores]) -> list[list[str]]:
    """Return a table of the figures of all data sets side by side, header first."""
    shares: dict[str, Callable[[Figures], float]] = {
        "CER": lambda figures: figures.cer,
        "CER, case-folded": lambda figures: figures.cer_ci,
        "CER, case-folded, no spaces": lambda figures: figures.cer_ci_nospace,
        "WER": lambda figures: figures.wer,
        "WER, case-folded": lambda figures: figures.wer_ci,
        "exact match": lambda figures: figures.exact,
        "exact match, case-folded": lambda figures: figures.exact_ci,
        "words, case-folded": lambda figures: figures.word_ci,
    }
    totals = [scores.kinds.get("all") for scores in evaluations]
    rows = [["", *(scores.name for scores in evaluations)]]
    rows.append(["lines", *(f"{figures.lines:,}" if figures else "0" for figures in totals)])
    for name, share in shares.items():
        rows.append([name, *(percent(share(figures) if figures else nan) for figures in totals)])
        if name == "CER, case-folded":
            rows.append(
                ["  its interval", *("{} to {}".format(*map(percent, scores.interval)) for scores in evaluations)]
            )
    if any(scores.blanks.lines for scores in evaluations):
        rows.append(["blanks", *(str(scores.blanks) if scores.blanks.lines else "0" for scores in evaluations)])
    rows.append(["rows skipped", *(f"{scores.skipped:,}" for scores in evaluations)])
    return rows


def _kinds(evaluations: Sequence[LineScores]) -> list[list[str]]:
    """Return a table of case-folded figures by kind, data sets side by side, header first."""
    heads = [f"{scores.name}: {figure}" for scores in evaluations for figure in ("lines", "CER", "exact")]
    rows = [["case-folded", *heads]]
    for kind in dict.fromkeys(kind for scores in evaluations for kind in scores.kinds):
        columns = [scores.kinds.get(kind) for scores in evaluations]
        row = [kind]
        for figures in columns:
            row += [f"{figures.lines:,}", percent(figures.cer_ci), percent(figures.exact_ci)] if figures else [""] * 3
        rows.append(row)
    return rows


def table(rows: Sequence[Sequence[str]]) -> str:
    """Return a table as HTML, header first."""
    head, *body = rows
    lines = ["<tr>" + "".join(f"<th>{escape(cell)}" for cell in head)]
    lines += ["<tr>" + "".join(f"<td>{escape(cell)}" for cell in row) for row in body]
    return "<table>\n" + "\n".join(lines) + "\n</table>"


def _sides(evaluations: Sequence[LineScores], content: Callable[[LineScores], str]) -> str:
    sides = "".join(
        f"<div class=side><h3>{escape(scores.name)}</h3>\n{content(scores)}</div>\n" for scores in evaluations
    )
    return f"<div class=sides>\n{sides}</div>"


def _confusion_table(evaluation: LineScores) -> str:
    if not evaluation.confusions:
        return "<p>none</p>"
    rows = [[edit, f"{count:,}"] for edit, count in evaluation.confusions[:_CONFUSIONS]]
    half = -(-len(rows) // 2)
    pairs = [[*rows[index], *(rows[index + half] if index + half < len(rows) else ["", ""])] for index in range(half)]
    return table([["edit", "times", "edit", "times"], *pairs])


def _worst_table(evaluation: LineScores) -> str:
    rows = [reading for reading in worst(evaluation.readings, _WORST) if reading.text != reading.prediction]
    if not rows:
        return "<p>none</p>"
    body = "".join(
        f"<tr><td class=name>{escape(reading.name)}<td class=text>"
        f"<code>{_marked_text(reading, 0)}<br>{_marked_text(reading, 1)}</code>\n"
        for reading in rows
    )
    return f"<table>\n<tr><th>line<th class=text>label, and below it the prediction\n{body}</table>"


def _marked_text(reading: Reading, side: int) -> str:
    """Return the label of a line if ``side`` is 0, else the prediction, with edits marked."""
    parts = []
    for char in align_texts(reading.text, reading.prediction):
        text = escape(char.prediction if side else char.text)
        if char.edit == "equal":
            parts.append(text)
        elif text:
            parts.append(f"<span class={char.edit}>{'␣' if text == ' ' else text}</span>")
        else:
            parts.append("<span class=gap> </span>" if char.edit == "missing" else " ")
    return "".join(parts) or "&nbsp;"


def image_tag(content: bytes, kind: str, name: str) -> str:
    """Return an image that the page itself holds."""
    return f'<img alt="{name}" src="data:image/{kind};base64,{b64encode(content).decode()}">'


def webp(image: Pixels) -> bytes:
    """Return an image as lossless WebP, which is a fifth to a third of the size of PNG."""
    return bytes(cv2.imencode(".webp", image[:, :, ::-1], [cv2.IMWRITE_WEBP_QUALITY, 101])[1])
