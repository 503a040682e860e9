"""Reports on runs that train finders of text on pages."""

import json
from collections.abc import Sequence
from html import escape
from typing import Any

import cv2
import numpy as np

from receiptgen.core.files import write_atomic
from receiptgen.finding.finder_model import FinderMaps, OpenedFinder, finder_specs, open_finder
from receiptgen.imaging.geometry import Pixels

from ..data.pages.batches import BAND, IGNORED, PAPER
from ..evaluation.held_out import AnyHeldOut
from ..evaluation.pages import LIKELY, HeldOutPages, PageExample, PageFigures, page_figures, tally
from ..loop.journal import JOURNAL, Ended, read_journal
from ..loop.run_folder import BEST, LAST
from ..runs.page_task import PageTask
from ..runs.run import Outcome, Run
from .curves import curves_png
from .progress import duration, percent
from .report import REPORT, STYLE, image_tag, speed_text, table, webp
from .reporter import Reported, recipe_yaml

# Crops of a set on the sheet, and of a row of it.
_SHOWN, _ROW = 12, 4
# Colours of bands found rightly, missed, and found wrongly; and how far they hide the crop.
_RIGHT, _MISSED, _WRONG, _OPAQUE = (40, 150, 60), (200, 30, 40), (240, 150, 0), 0.55


class PageReporter:
    """Reports on a run that trains a finder; see ``Reporter``.

    Args:
        run: The run.
    """

    def __init__(self, run: Run) -> None:
        assert isinstance(run.task, PageTask)
        self._run, self._task = run, run.task

    def sheet(self, held_out: Sequence[AnyHeldOut], results: Sequence[Sequence[Any]]) -> Pixels:
        """Draw the first crops of each held-out set with their true bands and paper."""
        pages = [held for held in held_out if isinstance(held, HeldOutPages)]
        return _grid([_overlay(example, None) for held in pages for example in held.examples[:_SHOWN]])

    def report(self, outcome: Outcome) -> Reported:
        """Evaluate the held-out sets with the best weights, and write the report."""
        folder = self._run.folder
        finder = open_finder(folder / BEST, self._run.host.backend, self._run.host.devices)
        figures = {held.name: _figures(finder, held.examples) for held in self._task.held_out}
        as_json = {name: found._asdict() for name, found in figures.items()}
        write_atomic(folder / "held_out" / "evaluation.json", json.dumps(as_json, indent=1).encode())
        shown = [
            _overlay(example, finder.maps(example.image))
            for held in self._task.held_out
            for example in held.examples[:_SHOWN]
        ]
        write_atomic(folder / REPORT, self._html(outcome, figures, _grid(shown)).encode())
        rows = [*_rows(figures), *([name, str(folder / file)] for name, file in (("best", BEST), ("last", LAST)))]
        return Reported(as_json, [": ".join([row[0], "  ".join(row[1:])]) for row in rows])

    def _html(self, outcome: Outcome, figures: dict[str, PageFigures], sheet: Pixels) -> str:
        run, model = self._run, self._run.initialization.model
        entries = read_journal(run.folder / JOURNAL)
        last = entries[-1]
        specs = finder_specs(self._task.recipe.network)
        parameters = sum(int(np.prod(spec.shape)) for spec in specs.values() if spec.trained)
        facts = [
            ["network", f"finder, {parameters:,} parameters"],
            ["trained", f"{last.step:,} steps, {last.seen:,} crops in {duration(last.seconds)}; {outcome.reason}"],
            ["on", outcome.devices],
            ["speed", speed_text(entries, outcome.loader)],
            *([f"{name} weights", str(run.folder / file)] for name, file in (("best", BEST), ("last", LAST))),
        ]
        if isinstance(last, Ended):
            facts.insert(2, ["best", f"after {last.best_step:,} steps: {percent(1 - last.best)} F1"])
        picture = curves_png(entries)
        curves = f"<h2>Training</h2>\n{image_tag(picture, 'png', 'curves')}\n" if picture else ""
        origin = model.record.get("from")
        started = f"<p>Continued from weights of {escape(json.dumps(origin))}</p>\n" if origin else ""
        return f"""<!doctype html>
<html lang=en>
<meta charset=utf-8>
<meta name=viewport content="width=device-width">
<title>Training of a finder</title>
<style>{STYLE}</style>
<h1>Training of a finder</h1>
{table([["", ""], *facts])}
{started}<h2>Accuracy</h2>
<p class=quiet>Held-out crops, with the best weights. A cell is found where its band shares more than half of both
together with a band that was found.</p>
{table([["set", *PageFigures._fields], *_rows(figures)])}
{curves}<h2>Held-out crops</h2>
<p class=quiet>Bands: green found, red missed, orange found where there is none. Grey: ignored.</p>
{image_tag(webp(sheet), "webp", "held-out crops")}
<h2>Recipe</h2>
<pre>{escape(recipe_yaml(run.recipe).strip())}</pre>
</html>
"""


def _figures(finder: OpenedFinder, examples: Sequence[PageExample]) -> PageFigures:
    return page_figures([tally(finder.maps(example.image), example.truth) for example in examples])


def _rows(figures: dict[str, PageFigures]) -> list[list[str]]:
    """Return a row of texts for each held-out set."""
    return [
        [
            name, f"{found.crops:,}", f"{found.cells:,}", percent(found.precision), percent(found.recall),
            percent(found.f1), percent(found.height), f"{found.direction:.2f}°", percent(found.paper),
        ]
        for name, found in figures.items()
    ]  # fmt: skip


def _overlay(example: PageExample, maps: FinderMaps | None) -> Pixels:
    """Return a crop in colour: bands that were found, missed and made up, or true ones where there are no maps."""
    marks = example.truth.marks
    true = (marks & BAND) > 0
    found = true if maps is None else maps.band > LIKELY
    colored = np.repeat(example.image[:, :, None], 3, 2).astype(np.float32)
    size = (example.image.shape[1], example.image.shape[0])
    beyond, ignored = (marks & PAPER) == 0, (marks & IGNORED) > 0
    for mask, color, share in (
        (beyond, (90, 100, 160), 0.25), (ignored, (128, 128, 128), _OPAQUE), (true & found, _RIGHT, _OPAQUE),
        (true & ~found, _MISSED, _OPAQUE), (found & ~true & ~ignored, _WRONG, _OPAQUE),
    ):  # fmt: skip
        whole = cv2.resize(mask.astype(np.uint8), size, interpolation=cv2.INTER_NEAREST) > 0
        colored[whole] += share * (np.array(color, np.float32) - colored[whole])
    return np.asarray(colored.round(), np.uint8)


def _grid(crops: Sequence[Pixels]) -> Pixels:
    """Return crops of one size in rows, with white where the last row has too few."""
    blank = np.full_like(crops[0], 255)
    padded = [*crops, *[blank] * (-len(crops) % _ROW)]
    rows = [np.hstack(padded[start : start + _ROW]) for start in range(0, len(padded), _ROW)]
    return np.asarray(np.vstack(rows), np.uint8)
