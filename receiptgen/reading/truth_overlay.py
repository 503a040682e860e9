"""Overlays of scored pages: what stands on them, what of it was found and read, and what was not."""

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
from PIL import Image, ImageDraw

from receiptgen.core.files import write_atomic
from receiptgen.imaging.geometry import Pixels
from receiptgen.imaging.image_files import read_image
from receiptgen.reading.evaluation import PageScore
from receiptgen.reading.overlay import draw_text, faded
from receiptgen.reading.scoring import match_boxes

# Red, green, blue of true boxes that were read or found, of those that were not, and of lines that were found.
_READ, _MISSED, _FOUND = (26, 127, 55), (207, 34, 46), (9, 105, 218)


def draw_truth_overlay(image: Pixels, score: PageScore) -> Pixels:
    """Draw a page with the lines that were found in blue, true boxes in green, those missed in red; beside it the text.

    A box is missed that was not read whole; where the truth has words, one that matches no line that was found.

    Args:
        image: Grey image, uint8 (H, W).
        score: The page, read and scored.

    Returns:
        RGB uint8 (H, 2 W, 3).
    """
    height, width = image.shape
    canvas = Image.fromarray(cv2.cvtColor(np.hstack([image, faded(image)]), cv2.COLOR_GRAY2RGB))
    pen = ImageDraw.Draw(canvas)
    thin = max(1, height // 900)
    for line in score.page.lines:
        pen.polygon([(x, y) for x, y in line.quad.tolist()], outline=_FOUND, width=thin)
        draw_text(canvas, line, _FOUND, width)
    missed = _missed(score)
    for box in score.truth.boxes:
        pen.rectangle(box, outline=_MISSED if box in missed else _READ, width=thin)
    for box in missed:
        pen.rectangle((box[0] + width, box[1], box[2] + width, box[3]), outline=_MISSED, width=thin)
    return np.asarray(canvas, np.uint8)


def save_worst(scores: Sequence[PageScore], count: int, folder: Path) -> None:
    """Write overlays of the pages with the lowest F1, as ``01_NAME.jpg`` and so on, the worst first.

    Raises:
        FileError: A file can't be written.
    """
    worst = sorted(scores, key=lambda score: (score.f1, str(score.truth.image)))[:count]
    for number, score in enumerate(worst, 1):
        image = read_image(str(score.truth.image))
        if isinstance(image, str):  # it was read before
            continue
        picture = cv2.cvtColor(draw_truth_overlay(image, score), cv2.COLOR_RGB2BGR)
        _, content = cv2.imencode(".jpg", picture)
        write_atomic(folder / f"{number:02d}_{score.truth.image.stem}.jpg", content.tobytes())


def _missed(score: PageScore) -> set[tuple[int, int, int, int]]:
    """Return the true boxes that were not read, or not found."""
    truth = score.truth
    if score.boxes and truth.classed is not None:
        missed = set(score.boxes.missed)
        return {whole for whole, box in zip(truth.boxes, truth.classed, strict=True) if box in missed}
    quads = np.array([line.quad for line in score.page.lines]).reshape(-1, 4, 2)
    found = match_boxes(truth.boxes, np.concatenate([quads.min(axis=1), quads.max(axis=1)], axis=1).tolist())
    return {box for index, box in enumerate(truth.boxes) if index not in found}
