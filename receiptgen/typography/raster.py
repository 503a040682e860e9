"""Rasterisation: a layout to a page, with pixels and the regions of all printed things."""

from collections.abc import Sequence
from itertools import accumulate
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from receiptgen.core.bidi import Direction, direction_of
from receiptgen.core.scripts import needs_shaping
from receiptgen.imaging.boxes import Box, unions
from receiptgen.imaging.geometry import quads_of_boxes
from receiptgen.imaging.page import Page, check_size
from receiptgen.imaging.regions import Levels, Mark, Regions, Span
from receiptgen.typography.blocks import Run
from receiptgen.typography.glyph_atlas import Atlas
from receiptgen.typography.layout import Drawing, Layout, PlacedRun

# Thickness of a frame's stroke in dots.
_STROKE = 2


def draw_page(layout: Layout) -> Page:
    """Rasterise a layout, black on white; what is written by hand has its place, but no ink yet."""
    ink = np.zeros((layout.height, layout.width), np.uint8)
    for drawing in layout.drawings:
        _draw_drawing(ink, drawing)
    for line in layout.lines:
        for placed in line:
            if not placed.run.by_hand:
                _draw_run(ink, placed)
    marks = tuple(Mark(drawing.kind, drawing.text) for drawing in layout.drawings)
    boxes = _boxes(*[drawing.box for drawing in layout.drawings])
    return Page(255 - ink, _regions((layout.height, layout.width), layout, marks, boxes))


class Tip(NamedTuple):
    """A neighbour of a text that may reach into its crop.

    Attributes:
        ink: Ink uint8 (H, W), as high as a cell of the text's atlas; starts at the left edge.
        rows: Rows of its cell below that of the text; negative above.
    """

    ink: NDArray[np.uint8]
    rows: int


def draw_text(
    run: Run,
    glyphs: Atlas,
    margins: tuple[int, int, int, int],
    tips: Sequence[Tip] = (),
    low: float | None = None,
) -> Page:
    """Rasterise a single text: the fast path of snippets, pixel-equal to a cropped page of one row.

    Args:
        run: Run to print. Its style's underline and inverse are drawn here; the atlas has the rest.
        glyphs: Atlas of its glyphs.
        margins: Paper left of, above, right of and below the ink, in pixels.
        tips: Neighbours above and below.
        low: Make the page's quad what a person would annotate: the ink, or as high as a digit if it is lower than this
            share of one. None: all of the image.
    """
    strip = glyphs.strip(run.text)
    chars = [box for box in strip.box_list if box[3] > box[1]] if " " in run.text else strip.box_list
    x0, y0, x1, y1 = _union(chars)
    above = below = 0
    if low is not None:
        _, zero_top, _, zero_foot = glyphs.digit.box
        if y1 - y0 < low * (zero_foot - zero_top):
            above, below = max(0, y0 - zero_top), max(0, zero_foot - y1)
    left, top, right, bottom = margins
    top, bottom = top + above, bottom + below
    width, height = x1 - x0 + left + right, y1 - y0 + top + bottom
    check_size(height, width)
    image = np.empty((height, width), np.uint8)
    image.fill(255)
    paper = image[top : height - bottom, left : width - right]
    rows, columns = slice(strip.above + y0, strip.above + y1), slice(strip.left + x0, strip.left + x1)
    np.bitwise_not(strip.ink[rows, columns], out=paper)
    marks = [(Mark("neighbour"), box) for tip in tips if (box := _draw_tip(image, tip, top - y0))]
    if run.style.underline:
        line = (left, min(height - 2, height - bottom + 1), width - right, min(height, height - bottom + 3))
        image[line[1] : line[3], line[0] : line[2]] = 0
        marks.append((Mark("underline"), line))
    if run.style.inverse:
        np.subtract(255, image, out=image)
        marks.append((Mark("inverse"), (0, 0, width, height)))
    words = [word for word in run.text.split(" ") if word]
    stops = [*accumulate([len(word) for word in words])]
    starts = [0, *stops[:-1]]
    x, y = left - x0, top - y0
    chars = [(a + x, b + y, c + x, d + y) for a, b, c, d in chars]
    page = (0, 0, width, height) if low is None else (left, top - above, width - right, height - bottom + below)
    text = (left, top, width - right, height - bottom)
    # So few numbers are faster in Python than in NumPy.
    boxes = Levels(
        page=[page],
        lines=[text],
        fields=[text],
        words=[_union(chars[start:stop]) for start, stop in zip(starts, stops, strict=True)],
        marks=[box for _, box in marks],
        chars=chars,
    )
    direction, *directions = _directions_of(run.text, words)
    whole = (Span(run.text, run.role, 0, len(words), run.item, direction),)
    spans = tuple(
        [
            Span(word, run.role, start, stop, run.item, along)
            for word, start, stop, along in zip(words, starts, stops, directions, strict=True)
        ]
    )
    quads = quads_of_boxes(np.array([box for level in boxes for box in level], np.int32))
    return Page(image, Regions(whole, whole, spans, tuple([mark for mark, _ in marks]), quads))


def draw_blank(
    glyphs: Atlas, room: int, margins: tuple[int, int, int, int], tips: Sequence[Tip] = (), boxed: bool = False
) -> Page:
    """Rasterise empty paper of the size that ``draw_text`` gives a text of digits.

    Args:
        glyphs: Atlas of the text that isn't there.
        room: Number of its characters.
        margins: Paper left of, above, right of and below its ink, in pixels.
        tips: Neighbours above and below.
        boxed: Whether the page's quad is where its ink would be, as a person would annotate it, or all of the image.
    """
    x0, y0, x1, y1 = glyphs.digit.box
    left, top, right, bottom = margins
    width, height = (room - 1) * glyphs.digit.advance + x1 - x0 + left + right, y1 - y0 + top + bottom
    check_size(height, width)
    image = np.full((height, width), 255, np.uint8)
    marks = [box for tip in tips if (box := _draw_tip(image, tip, top - y0))]
    regions = Regions.blank(width, height)
    if boxed:
        regions = regions.moved(quads_of_boxes(_boxes((left, top, width - right, height - bottom))))
    for box in marks:
        regions = regions.marked(Mark("neighbour"), quads_of_boxes(_boxes(box))[0])
    return Page(image, regions)


def _union(boxes: Sequence[Box]) -> Box:
    """Return the smallest box round some, at least one."""
    left, top, right, bottom = zip(*boxes, strict=True)
    return min(left), min(top), max(right), max(bottom)


def _boxes(*boxes: tuple[int, int, int, int]) -> NDArray[np.int32]:
    return np.array(boxes, np.int32).reshape(-1, 4)


def _draw_tip(image: NDArray[np.uint8], tip: Tip, cell: int) -> tuple[int, int, int, int] | None:
    """Draw the visible part of a neighbour; return its box, or None.

    Args:
        image: Image uint8 (H, W) to draw on.
        tip: The neighbour.
        cell: First row of the text's cell.
    """
    start = cell + tip.rows
    above = max(0, -start)
    part = tip.ink[above : above + max(0, len(image) - max(0, start)), : image.shape[1]]
    inked = np.flatnonzero(part.any(axis=1))
    if not len(inked):
        return None
    first, last = max(0, start) + int(inked[0]), max(0, start) + int(inked[-1]) + 1
    target = image[first:last, : part.shape[1]]
    np.minimum(target, ~part[inked[0] : inked[-1] + 1], out=target)
    return 0, first, part.shape[1], last


def _draw_run(ink: NDArray[np.uint8], placed: PlacedRun) -> None:
    strip = placed.strip.ink
    x, y = placed.x - placed.strip.left, placed.y - placed.strip.above
    # A cell's empty rows may extend beyond the edge of the paper; its ink never does.
    above, aside = max(0, -y), max(0, -x)
    target = ink[y + above : y + strip.shape[0], x + aside : x + strip.shape[1]]
    part = strip[above : above + target.shape[0], aside : aside + target.shape[1]]
    if placed.run.style.inverse:
        np.subtract(target, part, out=target, where=target >= part)
    else:
        np.maximum(target, part, out=target)


def _draw_drawing(ink: NDArray[np.uint8], drawing: Drawing) -> None:
    x0, y0, x1, y1 = drawing.box
    target = ink[y0:y1, x0:x1]
    if drawing.kind == "frame":
        target[:_STROKE] = target[-_STROKE:] = 255
        target[:, :_STROKE] = target[:, -_STROKE:] = 255
    elif drawing.ink is None:
        target[:] = 255
    else:
        rows, columns = (y1 - y0) // drawing.ink.shape[0], (x1 - x0) // drawing.ink.shape[1]
        target[:] = drawing.ink.repeat(rows, axis=0).repeat(columns, axis=1)


def _directions_of(text: str, words: Sequence[str]) -> list[Direction]:
    """Return the direction of a text and of each of its words, which most texts need no look at one by one."""
    return [direction_of(each) for each in (text, *words)] if needs_shaping(text) else ["ltr"] * (1 + len(words))


def _char_boxes(runs: Sequence[PlacedRun]) -> NDArray[np.int32]:
    """Return the boxes (N, 4) of all characters of runs on the page, without those of spaces."""
    if not runs:
        return np.empty((0, 4), np.int32)
    boxes = np.array([box for placed in runs for box in placed.strip.box_list], np.int32).reshape(-1, 4)
    counts = [len(placed.strip.box_list) for placed in runs]
    spaced = np.repeat([" " in placed.text for placed in runs], counts)
    inked = (boxes[:, 3] > boxes[:, 1]) | ~spaced
    boxes += np.array([(x, y, x, y) for _, _, _, x, y in runs], np.int32).repeat(counts, axis=0)
    return np.asarray(boxes[inked])


def _regions(
    size: tuple[int, int],
    layout: Layout,
    marks: tuple[Mark, ...],
    mark_boxes: NDArray[np.int32],
) -> Regions:
    """Gather characters to words, words to fields, fields to lines; every box is the union of its parts' ink."""
    line_spans: list[Span] = []
    field_spans: list[Span] = []
    word_spans: list[Span] = []
    line_starts, field_starts, word_starts = [], [], []
    count = 0
    for line in layout.lines:
        line_starts.append(len(word_spans))
        for text, run, _, _, _ in line:
            first = len(word_spans)
            field_starts.append(first)
            words = [word for word in text.split(" ") if word]
            direction, *directions = _directions_of(text, words)
            for word, along in zip(words, directions, strict=True):
                word_starts.append(count)
                word_spans.append(Span(word, run.role, count, count + len(word), run.item, along))
                count += len(word)
            field_spans.append(Span(text, run.role, first, len(word_spans), run.item, direction))
        text = " ".join([placed.text for placed in line])
        first_run = line[0].run
        span = Span(text, first_run.role, line_starts[-1], len(word_spans), first_run.item, layout.direction)
        line_spans.append(span)
    char_boxes = _char_boxes([placed for line in layout.lines for placed in line])
    word_boxes = unions(char_boxes, word_starts)
    levels = Levels(
        page=_boxes((0, 0, size[1], size[0])),
        lines=unions(word_boxes, line_starts),
        fields=unions(word_boxes, field_starts),
        words=word_boxes,
        marks=mark_boxes,
        chars=char_boxes,
    )
    quads = quads_of_boxes(levels.joined())
    return Regions(tuple(line_spans), tuple(field_spans), tuple(word_spans), marks, quads)
