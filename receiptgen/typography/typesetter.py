"""Typesetting: rows to positioned runs, by columns, wrapping, sizes and line feed of a printer."""

from collections.abc import Iterable
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from receiptgen.core.bidi import Direction
from receiptgen.core.errors import LayoutError
from receiptgen.imaging.page import check_size
from receiptgen.typography.blocks import PLAIN, Block, Frame, Gap, Graphic, Row, Rule
from receiptgen.typography.layout import Drawing, Layout, PlacedRun
from receiptgen.typography.print_settings import PrintSettings
from receiptgen.typography.row_fitting import FittedRun, RowFitter

# Large print is this part of what it is higher than the body away from other rows.
_LARGE_CLEAR = 3


class Typesetter:
    """Sets blocks one below the other.

    Args:
        settings: Print settings of the receipt.
        top: Paper above the first line, in dots.
        bottom: Paper below the last line, in dots.
        direction: Direction in which columns are read: from right to left, all is mirrored but the texts themselves,
            each of which has the direction of its first strong letter.
    """

    def __init__(self, settings: PrintSettings, top: int, bottom: int, direction: Direction = "ltr") -> None:
        self.settings, self.direction = settings, direction
        self._bottom = bottom
        self._y = top
        self._ink_end = 0
        self._after_large = 0
        self._on_black = False
        self._cell = settings.atlas(PLAIN).height
        self._fitter = RowFitter(settings, ())
        self._lines: list[tuple[PlacedRun, ...]] = []
        self._drawings: list[Drawing] = []

    def set(self, blocks: Iterable[Block]) -> Layout:
        """Set all blocks and return the layout.

        Raises:
            LayoutError: The page is too large, or something does not fit its width.
        """
        blocks = list(blocks)
        self._fitter = RowFitter(self.settings, blocks)
        self._set_blocks(blocks, 0, self.settings.width)
        height = max(self._y, self._ink_end) + self._bottom
        width = self.settings.width + 2 * self.settings.margin
        check_size(height, width)
        return Layout(width, height, tuple(self._lines), tuple(self._drawings), self.settings, self.direction)

    def _set_blocks(self, blocks: Iterable[Block], start: int, stop: int) -> None:
        for block in blocks:
            check_size(self._y, stop - start)
            if isinstance(block, Row):
                for line in self._fitter.fit(block.runs, start, stop):
                    self._place(line, block.leader)
            elif isinstance(block, Rule):
                self._rule(block, start, stop)
            elif isinstance(block, Gap):
                self._y += round(block.lines * self.settings.leading)
            elif isinstance(block, Graphic):
                self._graphic(block, start, stop)
            else:
                self._frame(block, start, stop)

    def _left(self, x: int, width: int) -> int:
        """Return the left edge of what begins, read from left to right, some dots from the left of the print."""
        return x if self.direction == "ltr" else self.settings.width - x - width

    def _place(self, line: list[FittedRun], leader: str = "") -> None:
        strips = [fitted.glyphs.strip(fitted.text) for fitted in line]
        ascent = max([fitted.glyphs.ascent for fitted in line])
        tops = [ascent - fitted.glyphs.ascent for fitted in line]
        rise = min([strip.top + top for strip, top in zip(strips, tops, strict=True)])
        fall = max([strip.bottom + top for strip, top in zip(strips, tops, strict=True)])
        extra = 6 if any(fitted.run.style.inverse for fitted in line) else 0
        # Large print keeps away from the rows round it, however close those of the body are set.
        tallest = max([fitted.glyphs.height for fitted in line])
        large = max(0, tallest - self._cell) // _LARGE_CLEAR
        clear = max(self.settings.clear, large, self._after_large)
        self._after_large = large
        y = max(self._y, self._ink_end + clear - rise + extra)
        margin = self.settings.margin
        placed = tuple(
            [
                PlacedRun(fitted.text, fitted.run, strip, margin + self._left(fitted.x, fitted.end - fitted.x), y + top)
                for fitted, strip, top in zip(line, strips, tops, strict=True)
            ]
        )
        self._lines.append(placed)
        for item in placed:
            self._decorate(item)
        self._ink_end = max(y + fall + extra, *(d.box[3] for d in self._drawings[-len(placed) :]), 0)
        for before, after in pairwise(line) if leader else ():
            self._ink_end = max(self._ink_end, self._lead(leader, before.end, after.x, y + ascent))
        self._y = y + self.settings.leading * tallest // self._cell

    def _decorate(self, placed: PlacedRun) -> None:
        style = placed.run.style
        if not (style.underline or style.inverse) or self._on_black:
            return
        boxes = placed.strip.boxes[placed.strip.inked]
        x0, x1 = placed.x + int(boxes[:, 0].min()), placed.x + int(boxes[:, 2].max())
        y0, y1 = placed.y + int(boxes[:, 1].min()), placed.y + int(boxes[:, 3].max())
        if placed.run.by_hand:
            # The line to write on, as wide as its column as far as the print goes.
            y1 = placed.y + self.settings.glyphs(placed.run).ascent
            margin, slot = self.settings.margin, self._fitter.slot(placed.run, 0)
            if self.direction == "ltr":
                x0, x1 = placed.x, max(x1, min(placed.x + slot, margin + self.settings.width))
            else:
                end = placed.x + self.settings.glyphs(placed.run).measure(placed.text)
                x0, x1 = min(x0, max(end - slot, margin)), end
        if style.inverse:
            self._drawings.append(Drawing("inverse", "", (x0 - 4, y0 - 4, x1 + 4, y1 + 4)))
        else:
            self._drawings.append(Drawing("underline", "", (x0, y1 + 2, x1, y1 + 4)))

    def _rule(self, rule: Rule, start: int, stop: int) -> None:
        settings = self.settings
        length = round((stop - start) * rule.share)
        x0 = settings.margin + self._left(stop - length, length)
        if rule.pattern in {"solid", "double", "dotted"}:
            y = max(self._y + settings.leading // 4, self._ink_end + 4)
            length -= length % 6
            dots = np.tile(np.array([255, 255, 0, 0, 0, 0], np.uint8), (2, length // 6))
            for offset in (0, 5) if rule.pattern == "double" else (0,):
                box = (x0, y + offset, x0 + length, y + offset + 2)
                self._drawings.append(Drawing("rule", "", box, dots if rule.pattern == "dotted" else None))
                self._ink_end = y + offset + 2
            self._y = max(self._ink_end + 2, y + settings.leading // 2)
            return
        glyphs = settings.atlas(PLAIN)
        text = rule.pattern * max(1, length // glyphs.measure(rule.pattern))
        y = max(self._y, self._ink_end + settings.clear - glyphs.strip(text).top)
        self._ink_end = self._stamp("rule", text, stop - glyphs.measure(text), y)
        self._y = y + settings.leading

    def _stamp(self, kind: str, text: str, x: int, y: int) -> int:
        """Draw characters that are not text, ``x`` dots from where lines begin; return the row below their ink.

        Args:
            kind: Kind of the mark.
            text: The characters.
            x: Where the pen begins, as lines are read from left to right.
            y: Top of their cell.
        """
        glyphs = self.settings.atlas(PLAIN)
        strip = glyphs.strip(text)
        boxes = strip.boxes[strip.inked]
        x = self.settings.margin + self._left(x, glyphs.measure(text))
        (left, top), (right, bottom) = boxes[:, :2].min(axis=0).tolist(), boxes[:, 2:].max(axis=0).tolist()
        ink = strip.ink[top:bottom, strip.left + left : strip.left + right]
        self._drawings.append(Drawing(kind, "", (x + left, y + top, x + right, y + bottom), ink))
        return int(y + bottom)

    def _lead(self, leader: str, start: int, stop: int, baseline: int) -> int:
        """Fill the paper between two runs with a character, a column away from either, unless there is room for two.

        Returns:
            The row below their ink; 0 without any.
        """
        glyphs = self.settings.atlas(PLAIN)
        step, unit = glyphs.measure(leader), self.settings.unit
        count = (stop - start - 2 * unit) // step
        if count < 3:
            return 0
        return self._stamp("leader", leader * count, stop - unit - count * step, baseline - glyphs.ascent)

    def _graphic(self, graphic: Graphic, start: int, stop: int) -> None:
        rows, columns = graphic.modules.shape
        room = stop - start
        scale = min(room // columns, graphic.largest)
        if scale < 1:
            raise LayoutError(_too_wide(graphic, room))
        height = graphic.height or rows * scale
        spare = room - columns * scale
        shift = {"left": 0, "center": spare // 2, "right": spare}[graphic.align]
        x = self.settings.margin + self._left(start + shift, columns * scale)
        y = max(self._y + 6, self._ink_end + 6)
        # An image may have paper round its ink, of which its box has none.
        x0, y0, x1, y1 = _ink_box(graphic.modules)
        box = (x + x0 * scale, y + (y0 * height) // rows, x + x1 * scale, y + (y1 * height) // rows)
        ink = graphic.modules[y0:y1, x0:x1] * np.uint8(255)
        picture = None if graphic.picture is None else graphic.picture[y0:y1, x0:x1]
        self._drawings.append(Drawing(graphic.kind, graphic.text, box, ink, picture))
        self._ink_end = y + height
        self._y = y + height + self.settings.leading // 3

    def _frame(self, frame: Frame, start: int, stop: int) -> None:
        if frame.pattern:
            self._frame_of_characters(frame, start, stop)
            return
        top = max(self._y + 4, self._ink_end + 4)
        # A black block may hold a name as wide as the paper.
        inset = 0 if frame.filled else self.settings.unit
        slot = len(self._drawings)
        self._y = self._ink_end = top + 8
        self._on_black = frame.filled
        self._set_blocks(frame.rows, start + inset, stop - inset)
        self._on_black = False
        bottom = max(self._y, self._ink_end + 8)
        margin = self.settings.margin
        kind = "inverse" if frame.filled else "frame"
        self._drawings.insert(slot, Drawing(kind, "", (margin + start, top, margin + stop, bottom)))
        self._ink_end = bottom
        self._y = bottom + 4

    def _frame_of_characters(self, frame: Frame, start: int, stop: int) -> None:
        """Set rows between two rules of a character, with one at either side of each line."""
        glyphs = self.settings.atlas(PLAIN)
        side = glyphs.measure(frame.side)
        inset = side + self.settings.unit
        self._rule(Rule(frame.pattern), start, stop)
        first = len(self._lines)
        self._set_blocks(frame.rows, start + inset, stop - inset)
        for line in self._lines[first:]:
            baseline = max(placed.y + self.settings.glyphs(placed.run).ascent for placed in line)
            for x in (start, stop - side):
                self._stamp("rule", frame.side, x, baseline - glyphs.ascent)
        self._ink_end = max(self._ink_end, *(drawing.box[3] for drawing in self._drawings[-2:]))
        self._rule(Rule(frame.pattern), start, stop)


def _too_wide(graphic: Graphic, room: int) -> str:
    width = graphic.modules.shape[1]
    if graphic.kind == "image":
        return f"an image is {width} dots wide, the paper {room}; print it narrower, or on wider paper"
    return (
        f"{graphic.kind} of {graphic.text!r} is {width} modules wide, the paper {room} dots; "
        "print a shorter text, or on wider paper"
    )


def _ink_box(modules: NDArray[np.bool_]) -> tuple[int, int, int, int]:
    """Return the box of the black modules, of which there are some."""
    rows, columns = np.flatnonzero(modules.any(axis=1)), np.flatnonzero(modules.any(axis=0))
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1
