"""Overlays: the image of a page with the text that was read."""

from pathlib import Path

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from receiptgen.core.files import write_atomic
from receiptgen.imaging.captions import caption_font
from receiptgen.imaging.geometry import Pixels
from receiptgen.reading.results import PageText, TextLine, TextWord

# Confidences from which a word is drawn in the first colour, in the second, and below (red, green, blue).
_STEPS = ((0.9, (26, 127, 55)), (0.6, (191, 135, 0)), (0.0, (207, 34, 46)))
# Characters with descenders, and how far these reach below the baseline relative to the size.
_DESCENDERS, _DESCENT = frozenset("gjpqyQ,;()[]{}|@$_/"), 0.2
_LEVEL = 0.7  # degrees of slope below which text is drawn level
_PALE = 0.18  # share of the page's darkness that stays behind the text


def draw_overlay(image: Pixels, page: PageText) -> Pixels:
    """Draw a page with a frame round each word, coloured by its confidence, and beside it the text that was read.

    Args:
        image: Grey image, uint8 (H, W).
        page: Text of the page.

    Returns:
        Colour image uint8 (H, 2 W, 3) in the order blue, green, red.
    """
    height, width = image.shape
    canvas = Image.fromarray(cv2.cvtColor(np.hstack([image, faded(image)]), cv2.COLOR_GRAY2RGB))
    pen = ImageDraw.Draw(canvas)
    for line in page.lines:
        for word in line.words:
            colour = _colour(word)
            pen.polygon([(x, y) for x, y in word.quad.tolist()], outline=colour, width=max(1, height // 1200))
        draw_text(canvas, line, None, width)
    return np.asarray(cv2.cvtColor(np.asarray(canvas), cv2.COLOR_RGB2BGR), np.uint8)


def faded(image: Pixels) -> Pixels:
    """Return a page so pale that text over it can be read, uint8 (H, W)."""
    return np.asarray(255 - (255 - image) * _PALE, np.uint8)


def draw_text(canvas: Image.Image, line: TextLine, colour: tuple[int, int, int] | None, aside: int) -> None:
    """Draw the words of a line over an RGB image, as large as they are on the page.

    Args:
        canvas: Drawn on.
        line: The line.
        colour: Red, green, blue; None for those of the words' confidences.
        aside: Pixels by which the text is moved to the right.
    """
    font = caption_font(min(_fitting_size(word) for word in line.words))
    for word in line.words:
        _draw_word(canvas, word, font, colour or _colour(word), aside)


def save_overlay(image: Pixels, page: PageText, path: Path) -> None:
    """Write the image of ``draw_overlay`` as PNG.

    Raises:
        FileError: The path can't be written to.
    """
    _, content = cv2.imencode(".png", draw_overlay(image, page))
    write_atomic(path, content.tobytes())


def _colour(word: TextWord) -> tuple[int, int, int]:
    return next(colour for least, colour in _STEPS if word.confidence >= least)


def _draw_word(
    canvas: Image.Image, word: TextWord, font: ImageFont.FreeTypeFont, colour: tuple[int, int, int], aside: int
) -> None:
    """Draw a word along the lower edge of its frame, ``aside`` pixels further to the right."""
    box = font.getbbox(word.text, anchor="ls")
    width, height, base = int(box[2]) + 2, int(box[3] - box[1]) + 4, 2 - int(box[1])
    ink = Image.new("L", (width, height))
    ImageDraw.Draw(ink).text((0, base), word.text, fill=255, font=font, anchor="ls")
    edge = word.quad[2] - word.quad[3]
    along = edge / max(1.0, float(np.linalg.norm(edge)))
    down = np.array([-along[1], along[0]])
    descent = _DESCENT * font.size * (not _DESCENDERS.isdisjoint(word.text))
    degrees = -float(np.degrees(np.arctan2(along[1], along[0])))
    if abs(degrees) > _LEVEL:
        ink = ink.rotate(degrees, Image.Resampling.BICUBIC, expand=True)
    start = word.quad[3] + (aside, 0) - descent * down
    x, y = start + along * width / 2 + down * (height / 2 - base) - np.array(ink.size) / 2
    canvas.paste(colour, (round(x), round(y)), ink)


def _fitting_size(word: TextWord) -> int:
    """Return the font size at which a word is as wide as on the page, or as high if that is smaller."""
    across = float(np.linalg.norm(word.quad[1] - word.quad[0]))
    high = float(np.linalg.norm(word.quad[3] - word.quad[0]))
    wide = caption_font(100).getlength(word.text) or 1.0
    return max(6, int(min(100 * across / wide, 1.4 * high)))
