"""Overlays of scored fields: their words on the page, and beside it what was said and what is true."""

import re
from collections.abc import Sequence

import cv2
import numpy as np
from PIL import Image, ImageDraw

from receiptgen.extraction.scoring.judged import Judged
from receiptgen.imaging.captions import caption_font
from receiptgen.imaging.geometry import Pixels, Quads

# Red, green, blue of fields that are right, wrong or made up, and missing.
_COLOURS = {"right": (26, 127, 55), "wrong": (207, 34, 46), "made up": (191, 135, 0), "missing": (130, 80, 223)}
_ORDER = ("wrong", "missing", "made up", "right")
# Size of the list in pixels an em at least, and its rows on the height of the page at least.
_SMALLEST, _ROWS = 11, 60
_PADDING = 8
_UNSEEN = re.compile(r"\s+")


def draw_field_overlay(image: Pixels, quads: Quads, judged: Sequence[Judged]) -> Pixels:
    """Draw a page with the words of its fields outlined, and beside it a list of what was said and what is true.

    Green is right, red wrong, ochre made up, violet missing.

    Args:
        image: Grey image, uint8 (H, W).
        quads: Corners of the page's words, (N, 4, 2); fields name them by their indices.
        judged: Its fields, compared.

    Returns:
        RGB uint8 (H', W', 3), as high as the page or the list.
    """
    height, width = image.shape
    size = max(_SMALLEST, height // (_ROWS * 2))
    font, step = caption_font(size), round(1.4 * size)
    listed = sorted(judged, key=lambda one: _ORDER.index(one.outcome))
    rows = [_row(one) for one in listed]
    aside = round(max((font.getlength(row) for row in rows), default=0)) + 2 * _PADDING
    canvas = Image.new("RGB", (width + aside, max(height, step * len(rows) + 2 * _PADDING)), (255, 255, 255))
    canvas.paste(Image.fromarray(cv2.cvtColor(image, cv2.COLOR_GRAY2RGB)), (0, 0))
    pen = ImageDraw.Draw(canvas)
    for number, (one, row) in enumerate(zip(listed, rows, strict=True)):
        colour = _COLOURS[one.outcome]
        pen.text((width + _PADDING, _PADDING + step * number), row, fill=colour, font=font)
        for index in one.said.words if one.said else ():
            pen.polygon([(x, y) for x, y in quads[index].tolist()], outline=colour, width=max(1, height // 900))
    return np.asarray(canvas, np.uint8)


def _row(one: Judged) -> str:
    said = "nothing" if one.said is None else _UNSEEN.sub(" ", one.said.value)
    if one.outcome == "right":
        return f"{one.name}: {said}"
    return f"{one.name}: {said} | true: {_UNSEEN.sub(' ', one.true) or 'nothing'}"
