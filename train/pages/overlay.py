"""A page with what was read on it."""

from pathlib import Path

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from receiptgen.typeface import face

from ..files import put
from ..images import Pixels
from .results import Page, Word

# Confidences from which a word is drawn in the first colour, in the second, and below (red, green, blue).
_STEPS = ((0.9, (26, 127, 55)), (0.6, (191, 135, 0)), (0.0, (207, 34, 46)))
_FACE = "open-sans"
# Characters that reach below the baseline, and how far against their size.
_TAILS, _TAIL = frozenset("gjpqyQ,;()[]{}|@$_/"), 0.2
_PALE = 0.18  # share of the page's own darkness that stays beside the text


def draw_overlay(image: Pixels, page: Page) -> Pixels:
    """Draw a page with a frame round each word, coloured by its confidence, and beside it what was read.

    Args:
        image: uint8 (H, W), gray.
        page: What it says.

    Returns:
        uint8 (H, 2 W, 3), blue, green, red.
    """
    height, width = image.shape
    faded = (255 - (255 - image) * _PALE).astype(np.uint8)
    canvas = Image.fromarray(cv2.cvtColor(np.hstack([image, faded]), cv2.COLOR_GRAY2RGB))
    pen = ImageDraw.Draw(canvas)
    for line in page.lines:
        size = min(_fitting(word) for word in line.words)
        font = ImageFont.truetype(face(_FACE).path, size)
        for word in line.words:
            colour = next(colour for least, colour in _STEPS if word.confidence >= least)
            pen.polygon([(x, y) for x, y in word.quad.tolist()], outline=colour, width=max(1, height // 1200))
            left, foot = word.quad[3].tolist()
            pen.text(
                (left + width, foot - _TAIL * size * (not _TAILS.isdisjoint(word.text))),
                word.text,
                fill=colour,
                font=font,
                anchor="ls",
            )
    return np.asarray(cv2.cvtColor(np.asarray(canvas), cv2.COLOR_RGB2BGR), np.uint8)


def save_overlay(image: Pixels, page: Page, path: Path) -> None:
    """Write what ``draw_overlay`` draws as PNG.

    Raises:
        TrainingError: The place can't be written to.
    """
    _, content = cv2.imencode(".png", draw_overlay(image, page))
    put(path, content.tobytes())


def _fitting(word: Word) -> int:
    """Return the size at which a word is as wide as it is on the page, or as high if that is less."""
    across = float(np.linalg.norm(word.quad[1] - word.quad[0]))
    high = float(np.linalg.norm(word.quad[3] - word.quad[0]))
    wide = ImageFont.truetype(face(_FACE).path, 100).getlength(word.text) or 1.0
    return max(6, int(min(100 * across / wide, 1.4 * high)))
