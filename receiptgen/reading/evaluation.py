"""Accuracy and speed on a folder of pages: words, lines, seconds."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from receiptgen.annotations.true_pages import TruePage
from receiptgen.core.errors import PageError
from receiptgen.imaging.geometry import boxes_of_quads
from receiptgen.imaging.image_files import read_image
from receiptgen.reading.page_reader import PageReader
from receiptgen.reading.scoring import WORDS, Score, score_lines, score_words, total_score


@dataclass(frozen=True)
class PageScore:
    """The scores of one page.

    Attributes:
        file: File of its image.
        text: Text that was read, with spaces between lines.
        words: Score of its words by each way of ``WORDS``.
        lines: Score of the detected lines.
        seconds: Time to read it, in seconds, without opening its file.
    """

    file: Path
    text: str
    words: dict[str, Score]
    lines: Score
    seconds: float


def score_page(reader: PageReader, truth: TruePage) -> PageScore | str:
    """Read a page and compare it with its ground truth; or return why its image can't be read."""
    image = read_image(str(truth.image))
    if isinstance(image, str):
        return image
    start = time.perf_counter()
    try:
        page = reader.read(image)
    except PageError as error:
        return str(error)
    seconds = time.perf_counter() - start
    text = " ".join(line.text for line in page.lines)
    boxes = boxes_of_quads(np.array([line.quad for line in page.lines])).tolist() if page.lines else []
    scores = {way: score_words(truth.text, text, way) for way in WORDS}
    return PageScore(truth.image, text, scores, score_lines(truth.boxes, boxes), seconds)


def page_scores_json(pages: Sequence[PageScore]) -> dict[str, Any]:
    """Return the figures of all pages, JSON-ready."""
    scores = {f"words {way}": total_score(page.words[way] for page in pages) for way in WORDS}
    scores["lines"] = total_score(page.lines for page in pages)
    seconds = [page.seconds for page in pages]
    mean_f1 = float(np.mean([page.words["ci"].f1 for page in pages]))
    return {
        "pages": len(pages),
        **{
            name: {"precision": score.precision, "recall": score.recall, "f1": score.f1, "reference": score.reference}
            for name, score in scores.items()
        },
        "mean_f1_ci": mean_f1,
        "seconds": {
            "mean": float(np.mean(seconds)),
            "median": float(np.median(seconds)),
            "95 %": float(np.quantile(seconds, 0.95)),
        },
    }


def page_scores_table(pages: Sequence[PageScore]) -> list[str]:
    """Return the figures of all pages as the lines of a text table, shares in per cent."""
    figures = page_scores_json(pages)
    rows = [f"{'':14}{'reference':>11}{'precision':>11}{'recall':>9}{'F1':>9}"]
    for name in [*(f"words {way}" for way in WORDS), "lines"]:
        score = figures[name]
        shares = (100 * score[key] for key in ("precision", "recall", "f1"))
        rows.append("{:14}{:11,}{:11.2f}{:9.2f}{:9.2f}".format(name, score["reference"], *shares))
    seconds = figures["seconds"]
    rows.append(
        f"{figures['pages']:,} pages, mean F1 of their words (case-folded) {100 * figures['mean_f1_ci']:.2f}; seconds "
        f"a page: mean {seconds['mean']:.2f}, median {seconds['median']:.2f}, 95 % below {seconds['95 %']:.2f}"
    )
    return rows
