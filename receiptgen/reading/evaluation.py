"""Accuracy and speed on a folder of pages: words or characters, lines, seconds."""

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import isnan
from typing import Any

import numpy as np

from receiptgen.annotations.true_pages import TruePage
from receiptgen.core.errors import PageError
from receiptgen.imaging.geometry import boxes_of_quads
from receiptgen.imaging.image_files import read_image
from receiptgen.reading.box_scoring import BoxScore, box_scores_json, box_scores_table, score_boxes
from receiptgen.reading.page_reader import PageReader
from receiptgen.reading.results import PageText
from receiptgen.reading.scoring import WORDS, Score, score_lines, score_words, total_score


@dataclass(frozen=True)
class PageScore:
    """The scores of one page.

    Attributes:
        truth: The page as it is known.
        page: The page as it was read, without lines where it was refused.
        words: Score of its words by each way of ``WORDS``; none where the truth has no spaces.
        boxes: Score of its boxes; None where the truth has words.
        lines: Score of the detected lines.
        seconds: Time to read it, in seconds, without opening its file.
        fault: Why it was refused; empty if it was not.
    """

    truth: TruePage
    page: PageText
    words: Mapping[str, Score]
    boxes: BoxScore | None
    lines: Score
    seconds: float
    fault: str = ""

    @property
    def text(self) -> str:
        """Text that was read, with spaces between lines."""
        return " ".join(line.text for line in self.page.lines)

    @property
    def f1(self) -> float:
        """F1 of the page: of its characters in boxes, or of its words, case-folded; 0 where there are none."""
        if self.boxes:
            return self.boxes.f1
        return 0.0 if isnan(f1 := self.words["ci"].f1) else f1


def score_page(reader: PageReader, truth: TruePage) -> PageScore | str:
    """Read a page and compare it with its ground truth; or return why its image can't be read."""
    image = read_image(str(truth.image))
    if isinstance(image, str):
        return image
    start = time.perf_counter()
    fault = ""
    try:
        page = reader.read(image)
    except PageError as error:
        page, fault = PageText(image.shape[1], image.shape[0], ()), str(error)
    seconds = time.perf_counter() - start
    # To a tenth of a pixel, as `read` writes them, so that its files give the same figures.
    quads = np.array([line.quad for line in page.lines]).round(1).reshape(-1, 4, 2)
    bounds = [(x0, y0, x1, y1) for x0, y0, x1, y1 in boxes_of_quads(quads).tolist()]
    texts = [line.text for line in page.lines]
    words, boxes = {}, None
    if truth.classed is None:
        words = {way: score_words(truth.text, " ".join(texts), way) for way in WORDS}
    else:
        boxes = score_boxes(truth.classed, zip(texts, bounds, strict=True))
    return PageScore(truth, page, words, boxes, score_lines(truth.boxes, bounds), seconds, fault)


def page_scores_json(pages: Sequence[PageScore]) -> dict[str, Any]:
    """Return the figures of all pages of a folder, JSON-ready; what has no reference is None."""
    figures: dict[str, Any] = {"pages": len(pages)}
    ways = [way for way in WORDS if all(page.words for page in pages)]
    figures |= {f"words {way}": _figures(page.words[way] for page in pages) for way in ways}
    if boxes := [page.boxes for page in pages if page.boxes]:
        figures["boxes"] = box_scores_json(boxes)
    seconds = [page.seconds for page in pages]
    return figures | {
        "lines": _figures(page.lines for page in pages),
        "mean_f1": float(np.mean([page.f1 for page in pages])),
        "median_f1": float(np.median([page.f1 for page in pages])),
        "seconds": {
            "mean": float(np.mean(seconds)),
            "median": float(np.median(seconds)),
            "95 %": float(np.quantile(seconds, 0.95)),
        },
    }


def page_scores_table(figures: Mapping[str, Any]) -> list[str]:
    """Return the figures of ``page_scores_json`` as the lines of a text table, shares in per cent."""
    rows = [f"{'':20}{'reference':>11}{'precision':>11}{'recall':>9}{'F1':>9}"]
    for name in [*(name for name in figures if name.startswith("words ")), "lines"]:
        score = figures[name]
        precision, recall, f1 = (_per_cent(score[key]) for key in ("precision", "recall", "f1"))
        rows.append(f"{name:20}{score['reference']:11,}{precision:>11}{recall:>9}{f1:>9}")
    if "boxes" in figures:
        rows += box_scores_table(figures["boxes"])
    seconds = figures["seconds"]
    rows.append(
        f"{figures['pages']:,} pages, F1 of a page: mean {100 * figures['mean_f1']:.2f}, median "
        f"{100 * figures['median_f1']:.2f}; seconds a page: mean {seconds['mean']:.2f}, "
        f"median {seconds['median']:.2f}, 95 % below {seconds['95 %']:.2f}"
    )
    return rows


def _figures(scores: Iterable[Score]) -> dict[str, float | None]:
    score = total_score(scores)
    shares = {"precision": score.precision, "recall": score.recall, "f1": score.f1}
    return {**{name: None if isnan(share) else share for name, share in shares.items()}, "reference": score.reference}


def _per_cent(share: float | None) -> str:
    return "-" if share is None else f"{100 * share:.2f}"
