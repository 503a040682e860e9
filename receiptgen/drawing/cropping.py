"""Where to cut a text out of a page: what people box, or what holds nothing else."""

from bisect import bisect_right
from itertools import accumulate, pairwise
from math import ceil, floor
from statistics import mean
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from receiptgen.core.bidi import direction_of, visual_order
from receiptgen.core.dice import Dice
from receiptgen.drawing.profile import CropMargins
from receiptgen.imaging.boxes import Box
from receiptgen.imaging.geometry import boxes_of_quads
from receiptgen.imaging.page import Page
from receiptgen.imaging.regions import Regions, Span

Margins = tuple[float, float, float, float]
# A text less high than the first share of its row may be boxed as high as the row, one less high than the second always
# is: a dash that fills its box could be anything.
_LOW, FLAT = 0.6, 0.3


class RowSegment(NamedTuple):
    """Fields of a row that stand close together.

    Attributes:
        span: What they say, over words of the page.
        fields: Their indices.
    """

    span: Span
    fields: tuple[int, ...]


def row_segments(regions: Regions) -> list[RowSegment]:
    """Part the rows of a page where columns stand further apart than a line is high, as people box them."""
    boxes = boxes_of_quads(regions.field_quads).tolist()
    starts = [line.start for line in regions.lines]
    parted: list[list[int]] = []
    for index, field in enumerate(regions.fields):
        x0, y0, x1, y1 = boxes[index]
        before = parted[-1][-1] if parted else -1
        direction = regions.lines[bisect_right(starts, field.start) - 1].direction
        gap = x0 - boxes[before][2] if direction == "ltr" else boxes[before][0] - x1
        # Fields are in reading order; one that doesn't go on where the last ended begins a row.
        near = before >= 0 and 0 <= gap < y1 - y0
        goes_on = near and regions.fields[before].stop == field.start and boxes[before][3] > y0
        if goes_on and (direction == "ltr" or _reads_on(regions, [*parted[-1], index])):
            parted[-1].append(index)
        else:
            parted.append([index])
    return [RowSegment(_joined([regions.fields[index] for index in part]), tuple(part)) for part in parted]


def _joined(fields: list[Span]) -> Span:
    first = fields[0]
    text = " ".join(field.text for field in fields)
    return Span(text, first.role, first.start, fields[-1].stop, first.item, direction_of(text))


def _reads_on(regions: Regions, fields: list[int]) -> bool:
    """Tell whether fields that stand from right to left are, as one text, read in the order in which they stand.

    Two numbers beside each other aren't: as one text, they run from left to right.
    """
    text = _joined([regions.fields[index] for index in fields]).text
    place = {index: place for place, index in enumerate(visual_order(text))}
    stops = [*accumulate(len(regions.fields[index].text) + 1 for index in fields)]
    expected = [mean(place[at] for at in range(start, stop - 1)) for start, stop in pairwise([0, *stops])]
    return expected == sorted(expected, reverse=True)


def draw_margins(crop: CropMargins, dice: Dice) -> Margins:
    """Draw how much paper is left round a text: left, top, right and bottom, as shares of the box's height."""
    return dice.spread(crop.left), dice.spread(crop.top), dice.spread(crop.right), dice.spread(crop.bottom)


def crop_box(page: Page, band: tuple[float, float, float, float], margins: Margins) -> Box:
    """Return a box round a band (upright box) of a page as people draw it, inside the image, at least a pixel large."""
    x0, y0, x1, y1 = band
    left, top, right, bottom = margins
    # The shares are of the box itself.
    height = (y1 - y0) / max(0.2, 1 - top - bottom)
    rows, columns = page.size
    low_x, low_y = floor(x0 - left * height + 0.5), floor(y0 - top * height + 0.5)
    high_x, high_y = floor(x1 + right * height + 0.5), floor(y1 + bottom * height + 0.5)
    low_x, low_y = min(max(0, low_x), columns - 1), min(max(0, low_y), rows - 1)
    return low_x, low_y, min(max(high_x, low_x + 1), columns), min(max(high_y, low_y + 1), rows)


def part_neighbours(page: Page, span: Span, box: Box) -> Box:
    """Return a box round some words without the ink of the words beside them, as far as these do not overlap."""
    regions = page.regions
    boxes = boxes_of_quads(regions.word_quads)
    own = boxes[span.start : span.stop]
    row = next(line for line in regions.lines if line.start <= span.start < line.stop)
    others = np.concatenate([boxes[row.start : span.start], boxes[span.stop : row.stop]])
    x0, x1 = own[:, 0].min(), own[:, 2].max()
    low = max([box[0], *np.ceil(others[others[:, 2] <= x0, 2]).astype(int).tolist()])
    high = min([box[2], *np.floor(others[others[:, 0] >= x1, 0]).astype(int).tolist()])
    return low, box[1], max(high, low + 1), box[3]


def text_band(page: Page, span: Span, tight: bool) -> tuple[float, float, float, float]:
    """Return the upright box of some words of a row, as high as the row there if low and not boxed tightly."""
    regions = page.regions
    own = boxes_of_quads(regions.word_quads[span.start : span.stop])
    x0, y0 = own[:, :2].min(axis=0).tolist()
    x1, y1 = own[:, 2:].max(axis=0).tolist()
    row = next(i for i, line in enumerate(regions.lines) if line.start <= span.start < line.stop)
    quad = regions.line_quads[row]
    # Its upper and lower edge above and below the words, also where the page is turned.
    top = min(np.interp([x0, x1], *_edge(quad[0], quad[1])))
    foot = max(np.interp([x0, x1], *_edge(quad[3], quad[2])))
    if y1 - y0 < (FLAT if tight else _LOW) * (foot - top):
        y0, y1 = min(y0, float(top)), max(y1, float(foot))
    return x0, y0, x1, y1


def _edge(start: NDArray[Any], stop: NDArray[Any]) -> tuple[list[float], list[float]]:
    ends = sorted([start.tolist(), stop.tolist()])
    return [x for x, _ in ends], [y for _, y in ends]


def clear_box(page: Page, span: Span, margins: list[int]) -> Box:
    """Return the box of some words with as much margin as holds no ink of anything else."""
    regions = page.regions
    boxes = boxes_of_quads(regions.word_quads)
    own = boxes[span.start : span.stop]
    x0, y0 = (floor(v) for v in own[:, :2].min(axis=0))
    x1, y1 = (ceil(v) for v in own[:, 2:].max(axis=0))
    left, top, right, bottom = margins
    marks = boxes_of_quads(regions.mark_quads).tolist()
    # An underline and an inverse block go with their text.
    for mark, (a, b, c, d) in zip(regions.marks, marks, strict=True):
        if mark.kind in {"underline", "inverse"} and a < x1 and c > x0 and b < y1 + 4 and d > y0:
            x0, y0, x1, y1 = min(x0, floor(a)), min(y0, floor(b)), max(x1, ceil(c)), max(y1, ceil(d))
    others = [*boxes[: span.start].tolist(), *boxes[span.stop :].tolist(), *marks]
    height, width = page.size
    box = [max(0, x0 - left), max(0, y0 - top), min(width, x1 + right), min(height, y1 + bottom)]
    for a, b, c, d in others:
        if a < box[2] and c > box[0] and b < box[3] and d > box[1]:
            if d <= y0:
                box[1] = max(box[1], ceil(d))
            elif b >= y1:
                box[3] = min(box[3], floor(b))
            elif c <= x0:
                box[0] = max(box[0], ceil(c))
            elif a >= x1:
                box[2] = min(box[2], floor(a))
    return box[0], box[1], box[2], box[3]
