"""Reports on runs that train finders of text on pages."""

from collections.abc import Sequence
from typing import Any

import cv2
import numpy as np

from receiptgen.finding.finder_model import FinderMaps, OpenedFinder, open_finder
from receiptgen.imaging.geometry import Pixels

from ..data.pages.batches import BAND, IGNORED, PAPER
from ..evaluation.held_out_set import HeldOutSet
from ..evaluation.pages import LIKELY, HeldOutPages, PageExample, PageFigures, page_figures, tally
from ..loop.run_folder import BEST
from ..runs.page_task import PageTask
from .kind_report import Findings, KindReporter
from .progress import percent

# Crops of a set on the sheet, and of a row of it.
_SHOWN, _ROW = 12, 4
# Colours of bands found rightly, missed, and found wrongly; and how far they hide the crop.
_RIGHT, _MISSED, _WRONG, _OPAQUE = (40, 150, 60), (200, 30, 40), (240, 150, 0), 0.55


class PageReporter(KindReporter[PageTask]):
    """Reports on a run that trains a finder; see ``Reporter``."""

    samples = "crops"
    measured = """Held-out crops, with the best weights. A cell is found where its band shares more than half of both
together with a band that was found."""
    shown = "Bands: green found, red missed, orange found where there is none. Grey: ignored."

    def sheet(self, held_out: Sequence[HeldOutSet], results: Sequence[Sequence[Any]]) -> Pixels:
        """Draw the first crops of each held-out set with their true bands and paper."""
        pages = [held for held in held_out if isinstance(held, HeldOutPages)]
        return _grid([_overlay(example, None) for held in pages for example in held.examples[:_SHOWN]])

    def find(self) -> Findings:
        """Find the text of the held-out crops with the best weights."""
        finder = open_finder(self._run.folder / BEST, self._run.host.backend, self._run.host.devices)
        figures = {held.name: _figures(finder, held.examples) for held in self._task.held_out}
        shown = [
            _overlay(example, finder.maps(example.image))
            for held in self._task.held_out
            for example in held.examples[:_SHOWN]
        ]
        as_json = {name: found._asdict() for name, found in figures.items()}
        return Findings(as_json, ["set", *PageFigures._fields], _rows(figures), "", _grid(shown))


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
