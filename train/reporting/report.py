"""The report of a run: one page that needs no other file, and a few lines for a terminal."""

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
from receiptgen.recognition.line_scores import LineScores
from receiptgen.recognition.metrics import Figures, Reading, worst

from ..evaluation.prediction_sheet import cells
from ..runs.journal import AnyEntry, Ended, Progressed
from .curves import curves
from .progress import duration, percent

REPORT = "report.html"
_WORST, _CONFUSIONS = 12, 16
_STYLE = """
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
class Source:
    """A data set that was trained on.

    Attributes:
        name: How reports call it.
        weight: Its share among the others' weights.
        rows: Count of its rows; None where they never end.
        skipped: Rows that gave no line.
    """

    name: str
    weight: float
    rows: int | None
    skipped: int


@dataclass(frozen=True)
class RunReport:
    """All that a report tells.

    Attributes:
        network: Name of the network.
        parameters: Its numbers that are learnt.
        charset: The characters that it tells apart.
        recipe: YAML text.
        place: Backend and devices in words.
        sources: What was trained on.
        entries: The journal.
        evaluations: How held-out data were read by the best weights, synthetic and real.
        sheet: Picture of held-out lines, RGB, uint8 (H, W, 3); none leaves it out.
        loader: Lines a second that could have been drawn and prepared; nan where that was not measured.
        weights: What each file of weights is, and the file.
    """

    network: str
    parameters: int
    charset: str
    recipe: str
    place: str
    sources: tuple[Source, ...]
    entries: Sequence[AnyEntry]
    evaluations: tuple[LineScores, ...]
    sheet: Pixels | None
    loader: float
    weights: tuple[tuple[str, Path], ...]


def write_report(report: RunReport, path: Path) -> None:
    """Write the page, aside first, so that it is never seen torn.

    Raises:
        TrainingError: The file can't be written.
    """
    write_atomic(path, page(report).encode())


def summary(report: RunReport) -> list[str]:
    """Return the lines for a terminal: what was trained and how, the figures side by side, where the weights are."""
    lines = [f"{label + ':':10}{text}" for label, text in _facts(report)]
    rows = _figures(report.evaluations)
    if report.evaluations:
        first = max(len(row[0]) for row in rows)
        widths = [max(len(row[place]) for row in rows) for place in range(1, len(rows[0]))]
        lines.append("")
        for name, *values in rows:
            columns = "".join(f"  {value:>{width}}" for value, width in zip(values, widths, strict=True))
            lines.append(f"{name:{first}}{columns}")
        lines.append("")
    return lines + [f"{what} weights: {path}" for what, path in report.weights]


def page(report: RunReport) -> str:
    """Return the page as HTML; it needs neither other files nor scripts."""
    facts = "".join(f"<tr><td>{label}<td class=text>{escape(text)}\n" for label, text in _facts(report))
    weights = "".join(
        f"<tr><td>{escape(what)} weights<td class=text><code>{escape(str(path))}</code>\n"
        for what, path in report.weights
    )
    drawn = curves(report.entries)
    pictures = f"<h2>How it went</h2>\n{_image(drawn, 'png', 'curves')}\n" if drawn else ""
    if report.sheet is not None:
        sheet = f"<h2>Held-out lines</h2>\n{_image(_webp(report.sheet), 'webp', 'held-out lines')}\n"
    else:
        sheet = ""
    return f"""<!doctype html>
<html lang=en>
<meta charset=utf-8>
<meta name=viewport content="width=device-width">
<title>Training of {escape(report.network)}</title>
<style>{_STYLE}</style>
<h1>Training of {escape(report.network)}</h1>
<table>
{facts}{weights}</table>
<h2>How well it reads</h2>
<p class=quiet>Lines that were never trained on, read by the best weights. Case-folded: upper and lower case are the
same. The interval holds 95 % of what other receipts of the same sort would give.</p>
{_table(_figures(report.evaluations))}
<h2>By kind</h2>
{_table(_kinds(report.evaluations))}
{pictures}<h2>What it confuses</h2>
<p class=quiet>Single edits, case-folded: label &gt; read; - is nothing.</p>
{_sides(report.evaluations, _confused)}
<h2>Worst lines</h2>
{_sides(report.evaluations, _worst)}
{sheet}<h2>Recipe</h2>
<pre>{escape(report.recipe.strip())}</pre>
<h2>Characters</h2>
<pre>{escape(report.charset)}</pre>
</html>
"""


def _facts(report: RunReport) -> list[tuple[str, str]]:
    """Return what was trained, on what, and how fast."""
    last = report.entries[-1] if report.entries else None
    ended = f"; {last.reason}" if isinstance(last, Ended) else ""
    trained = (
        f"{last.step:,} updates, {last.seen:,} lines in {duration(last.seconds)}{ended}" if last else "nothing yet"
    )
    facts = [
        ("network", f"{report.network}, {report.parameters:,} parameters, {len(report.charset):,} characters"),
        ("trained", trained),
        ("on", report.place),
        ("speed", _speed(report)),
    ]
    if isinstance(last, Ended) and last.best_step:
        facts.append(("best", f"after {last.best_step:,} updates: {percent(last.best)} CER, case-folded"))
    total = sum(source.weight for source in report.sources) or 1.0
    for source in report.sources:
        rows = "drawn on the fly" if source.rows is None else f"{source.rows:,} rows"
        skipped = f", {source.skipped:,} skipped" if source.skipped else ""
        facts.append(("data", f"{source.name}: {source.weight / total:.0%} of the lines; {rows}{skipped}"))
    return facts


def _speed(report: RunReport) -> str:
    progressed = [entry for entry in report.entries if isinstance(entry, Progressed)]
    if not progressed:
        return "-"
    speed = np.array([entry.images_per_second for entry in progressed])
    wait = np.array([entry.wait for entry in progressed])
    # Medians: the first updates compile and warm up.
    made = f"{np.median(speed):,.0f} images/s, {np.median(wait):.0%} of the time waiting for the loader"
    return f"{made}; the loader alone {report.loader:,.0f}/s" if report.loader == report.loader else made


def _figures(evaluations: Sequence[LineScores]) -> list[list[str]]:
    """Return the figures of data sets side by side, heads first."""
    shares: dict[str, Callable[[Figures], float]] = {
        "CER": lambda figures: figures.cer,
        "CER, case-folded": lambda figures: figures.cer_ci,
        "CER, case-folded, no blanks": lambda figures: figures.cer_ci_nospace,
        "exact lines": lambda figures: figures.exact,
        "exact lines, case-folded": lambda figures: figures.exact_ci,
        "words, case-folded": lambda figures: figures.word_ci,
    }
    whole = [one.kinds.get("all") for one in evaluations]
    rows = [["", *(one.name for one in evaluations)]]
    rows.append(["lines", *(f"{figures.lines:,}" if figures else "0" for figures in whole)])
    for name, share in shares.items():
        rows.append([name, *(percent(share(figures) if figures else nan) for figures in whole)])
        if name == "CER, case-folded":
            rows.append(["  its interval", *("{} to {}".format(*map(percent, one.interval)) for one in evaluations)])
    rows.append(["rows skipped", *(f"{one.skipped:,}" for one in evaluations)])
    return rows


def _kinds(evaluations: Sequence[LineScores]) -> list[list[str]]:
    """Return case-folded figures by kind, those of data sets side by side, heads first."""
    heads = [f"{one.name}: {what}" for one in evaluations for what in ("lines", "CER", "exact")]
    rows = [["case-folded", *heads]]
    for kind in dict.fromkeys(kind for one in evaluations for kind in one.kinds):
        found = [one.kinds.get(kind) for one in evaluations]
        row = [kind]
        for figures in found:
            row += [f"{figures.lines:,}", percent(figures.cer_ci), percent(figures.exact_ci)] if figures else [""] * 3
        rows.append(row)
    return rows


def _table(rows: Sequence[Sequence[str]]) -> str:
    head, *body = rows
    lines = ["<tr>" + "".join(f"<th>{escape(cell)}" for cell in head)]
    lines += ["<tr>" + "".join(f"<td>{escape(cell)}" for cell in row) for row in body]
    return "<table>\n" + "\n".join(lines) + "\n</table>"


def _sides(evaluations: Sequence[LineScores], content: Callable[[LineScores], str]) -> str:
    sides = "".join(f"<div class=side><h3>{escape(one.name)}</h3>\n{content(one)}</div>\n" for one in evaluations)
    return f"<div class=sides>\n{sides}</div>"


def _confused(evaluation: LineScores) -> str:
    if not evaluation.confusions:
        return "<p>none</p>"
    rows = [[edit, f"{count:,}"] for edit, count in evaluation.confusions[:_CONFUSIONS]]
    half = -(-len(rows) // 2)
    pairs = [[*rows[place], *(rows[place + half] if place + half < len(rows) else ["", ""])] for place in range(half)]
    return _table([["edit", "times", "edit", "times"], *pairs])


def _worst(evaluation: LineScores) -> str:
    rows = [one for one in worst(evaluation.readings, _WORST) if one.text != one.prediction]
    if not rows:
        return "<p>none</p>"
    body = "".join(
        f"<tr><td class=name>{escape(one.name)}<td class=text><code>{_marked(one, 0)}<br>{_marked(one, 1)}</code>\n"
        for one in rows
    )
    return f"<table>\n<tr><th>line<th class=text>label, and below it what was read\n{body}</table>"


def _marked(reading: Reading, side: int) -> str:
    """Return the label of a line if ``side`` is 0, else what was read, with its edits marked."""
    parts = []
    for cell in cells(reading.text, reading.prediction):
        char = escape(cell.prediction if side else cell.text)
        if cell.edit == "equal":
            parts.append(char)
        elif char:
            parts.append(f"<span class={cell.edit}>{'␣' if char == ' ' else char}</span>")
        else:
            parts.append("<span class=gap> </span>" if cell.edit == "missing" else " ")
    return "".join(parts) or "&nbsp;"


def _image(content: bytes, kind: str, name: str) -> str:
    return f'<img alt="{name}" src="data:image/{kind};base64,{b64encode(content).decode()}">'


def _webp(image: Pixels) -> bytes:
    """Return a picture as WebP without loss, a fifth to a third of its size as PNG."""
    return bytes(cv2.imencode(".webp", image[:, :, ::-1], [cv2.IMWRITE_WEBP_QUALITY, 101])[1])
