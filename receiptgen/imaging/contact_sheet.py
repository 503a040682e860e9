"""Contact sheets of samples, and pages with their truth laid over."""

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

import cv2
import numpy as np
from PIL import Image, ImageDraw

from receiptgen.core.files import write_atomic
from receiptgen.imaging.captions import caption_font
from receiptgen.imaging.channels import in_color
from receiptgen.imaging.geometry import Pixels, Quads
from receiptgen.imaging.page import Page

# Levels on which white paper stands out without a frame.
_GROUND, _CAPTION, _LABEL = (226, 228, 231), (98, 103, 110), (40, 44, 50)
_GAP = 18
# Pixels of a column.
_NARROWEST = 16
_CAPTION_SIZE, _CAPTION_HEIGHT = 13, 20
# What `overlay` draws, from the outside in: RGB and line width.
COLOURS: dict[str, tuple[tuple[int, int, int], int]] = {
    "page": ((150, 150, 150), 2),
    "line": ((66, 133, 244), 2),
    "field": ((15, 157, 88), 2),
    "mark": ((171, 71, 188), 2),
    "word": ((244, 140, 0), 1),
    "char": ((230, 60, 60), 1),
}


def overlay(page: Page, levels: Sequence[str] = ("page", "line", "word", "char", "mark"), scale: int = 2) -> Pixels:
    """Draw the quads of a page over it.

    Args:
        page: The page.
        levels: Levels of quads, keys of ``COLOURS``.
        scale: Enlarges the page, so that outlines lie between the pixels and hide none.

    Returns:
        uint8 (H * scale, W * scale, 3), RGB.
    """
    height, width = page.size
    large = cv2.resize(page.image, (width * scale, height * scale), interpolation=cv2.INTER_NEAREST)
    image = in_color(np.asarray(large, np.uint8))
    for level in levels:
        colour, thickness = COLOURS[level]
        regions = page.regions
        quads: Quads = regions.page_quad[None] if level == "page" else getattr(regions, f"{level}_quads")
        # Coordinates are pixel edges; OpenCV counts pixel centres, in 1/16 with this shift.
        points = np.rint((quads * float(scale) - 0.5) * 16).astype(np.int32)
        for quad in points:
            cv2.polylines(
                image, [quad], isClosed=True, color=colour, thickness=thickness, lineType=cv2.LINE_AA, shift=4
            )
    return np.asarray(image, np.uint8)


def sheet(images: Sequence[Pixels], titles: Sequence[str], width: int = 1600, columns: int = 4) -> Pixels:
    """Arrange pages in columns of one width, each page in the shortest column so far.

    Args:
        images: uint8 (H, W) or RGB (H, W, 3); shrunk to a column's width, never enlarged.
        titles: A caption under each.
        width: Pixels of the sheet.
        columns: Columns; fewer if there are fewer images, or the sheet has no room for them.

    Returns:
        uint8 (H, width, 3), RGB.
    """
    columns = max(1, min(columns, len(images), (width - _GAP) // (_NARROWEST + _GAP)))
    room = max(_NARROWEST, (width - _GAP) // columns - _GAP)
    ends = [_GAP] * columns
    placed = []
    for image, title in zip(images, titles, strict=True):
        small = _shrunk(image, room)
        column = ends.index(min(ends))
        left = _GAP + column * (room + _GAP) + (room - small.shape[1]) // 2
        placed.append((left, ends[column], small, title))
        ends[column] += small.shape[0] + _CAPTION_HEIGHT + _GAP
    ground = _ground(width, max(ends))
    for left, top, small, _ in placed:
        _paste(ground, small, left, top)
    pen = _Pen(ground)
    for left, top, small, title in placed:
        pen.write(left, top + small.shape[0] + 3, title, room)
    return pen.pixels()


def rows(groups: Sequence[tuple[str, Sequence[Pixels]]], width: int = 1600) -> Pixels:
    """Lay snippets out in rows, a label before each row; a full row is continued below.

    Args:
        groups: Label and images of each row, uint8 (H, W) or RGB (H, W, 3), shrunk if wider than the row.
        width: Pixels of the sheet.

    Returns:
        uint8 (H, width, 3), RGB.
    """
    gap = _GAP // 2
    pen = _Pen(_ground(width, 1))
    indent = min(width // 3, _GAP * 2 + max((pen.measure(label) for label, _ in groups), default=0))
    placed, labels, top = [], [], _GAP
    for label, images in groups:
        labels.append((top, label))
        left = indent
        tallest = _CAPTION_HEIGHT
        for image in images:
            small = _shrunk(image, width - indent - gap)
            if left > indent and left + small.shape[1] > width - gap:
                left, top, tallest = indent, top + tallest + gap, 0
            placed.append((left, top, small))
            left += small.shape[1] + gap
            tallest = max(tallest, small.shape[0])
        top += tallest + gap
    ground = _ground(width, top + gap)
    for left, upper, small in placed:
        _paste(ground, small, left, upper)
    pen = _Pen(ground)
    for upper, label in labels:
        pen.write(_GAP, upper, label, indent - _GAP, _LABEL)
    return pen.pixels()


def save(image: Pixels, path: Path) -> None:
    """Write an RGB image as PNG.

    Raises:
        FileError: The file can't be written.
    """
    content = BytesIO()
    Image.fromarray(image).save(content, format="PNG")
    write_atomic(path, content.getvalue())


class _Pen:
    """Writes captions on a sheet."""

    def __init__(self, ground: Pixels) -> None:
        self._image = Image.fromarray(ground)
        self._draw = ImageDraw.Draw(self._image)
        self._font = caption_font(_CAPTION_SIZE)

    def measure(self, text: str) -> int:
        return round(self._font.getlength(text))

    def write(self, left: int, top: int, text: str, room: int, colour: tuple[int, int, int] = _CAPTION) -> None:
        """Write a text, cut to ``room`` pixels."""
        if self.measure(text) > room:
            while text and self.measure(f"{text}…") > room:
                text = text[:-1]
            text += "…"
        self._draw.text((left, top), text, colour, self._font)

    def pixels(self) -> Pixels:
        return np.asarray(self._image, np.uint8)


def _ground(width: int, height: int) -> Pixels:
    return np.full((height, width, 3), _GROUND, np.uint8)


def _paste(ground: Pixels, image: Pixels, left: int, top: int) -> None:
    height, width = image.shape[:2]
    ground[top : top + height, left : left + width] = image if image.ndim == 3 else image[:, :, None]


def _shrunk(image: Pixels, room: int) -> Pixels:
    height, width = image.shape[:2]
    if width <= room:
        return image
    size = (room, max(1, round(height * room / width)))
    return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.uint8)
