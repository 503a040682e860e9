"""Figures of a folder of pages: words, lines, seconds."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from receiptgen.annotations.true_pages import TruePage
from receiptgen.imaging.geometry import boxes_of_quads
from receiptgen.imaging.image_files import read_image
from receiptgen.reading.page_reader import PageReader
from receiptgen.reading.scoring import WORDS, Score, lines, summed, words


@dataclass(frozen=True)
class PageScore:
    """How one page was read.

    Attributes:
        file: Its image.
        text: What was read, rows with blanks between.
        words: Its score by each of ``WORDS``.
        lines: Score of the lines found.
        seconds: To read it, its file not counted.
    """

    file: Path
    text: str
    words: dict[str, Score]
    lines: Score
    seconds: float


def score_page(reader: PageReader, known: TruePage) -> PageScore | str:
    """Read a page whose truth is known; or return why its image can't be read."""
    image = read_image(str(known.image))
    if isinstance(image, str):
        return image
    start = time.perf_counter()
    page = reader.read(image)
    seconds = time.perf_counter() - start
    text = " ".join(line.text for line in page.lines)
    found = boxes_of_quads(np.array([line.quad for line in page.lines])).tolist() if page.lines else []
    scores = {way: words(known.text, text, way) for way in WORDS}
    return PageScore(known.image, text, scores, lines(known.boxes, found), seconds)


def as_json(pages: Sequence[PageScore]) -> dict[str, Any]:
    """Return the figures of all pages, JSON-ready."""
    scores = {f"words {way}": summed(page.words[way] for page in pages) for way in WORDS}
    scores["lines"] = summed(page.lines for page in pages)
    seconds = [page.seconds for page in pages]
    mean_f1 = float(np.mean([page.words["ci"].f1 for page in pages]))
    return {
        "pages": len(pages),
        **{
            name: {"precision": one.precision, "recall": one.recall, "f1": one.f1, "there": one.there}
            for name, one in scores.items()
        },
        "mean_f1_ci": mean_f1,
        "seconds": {
            "mean": float(np.mean(seconds)),
            "median": float(np.median(seconds)),
            "95 %": float(np.quantile(seconds, 0.95)),
        },
    }


def table(pages: Sequence[PageScore]) -> list[str]:
    """Return the figures of all pages as rows of text, shares in per cent."""
    figures = as_json(pages)
    rows = [f"{'':14}{'there':>9}{'precision':>11}{'recall':>9}{'F1':>9}"]
    for name in [*(f"words {way}" for way in WORDS), "lines"]:
        one = figures[name]
        shares = (100 * one[key] for key in ("precision", "recall", "f1"))
        rows.append("{:14}{:9,}{:11.2f}{:9.2f}{:9.2f}".format(name, one["there"], *shares))
    seconds = figures["seconds"]
    rows.append(
        f"{figures['pages']:,} pages, mean F1 of their words (case-folded) {100 * figures['mean_f1_ci']:.2f}; seconds "
        f"a page: mean {seconds['mean']:.2f}, median {seconds['median']:.2f}, 95 % below {seconds['95 %']:.2f}"
    )
    return rows
