"""Layout: rows to positioned runs, by columns, wrapping, sizes and line feed of a printer; no pixels yet."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from receiptgen.core.errors import LayoutError
from receiptgen.imaging.page import check_size
from receiptgen.typography.blocks import PLAIN, Block, Frame, Gap, Graphic, Row, Rule, Run
from receiptgen.typography.glyph_atlas import Atlas, Strip
from receiptgen.typography.print_settings import PrintSettings

# Least distance in dots between the ink of two lines, so that no box of one has ink of the other.
_CLEAR = 2
# Where a line may be broken; a separate colon belongs to the word before it.
_BREAK = re.compile(" (?!:)")


class PlacedRun(NamedTuple):
    """A run, or part of one, at its position.

    Attributes:
        text: Part of the run on this line.
        run: The run.
        strip: Its ink.
        x: Pen position in pixels from the left of the page.
        y: Top of the strip in pixels from the top of the page.
    """

    text: str
    run: Run
    strip: Strip
    x: int
    y: int


class Drawing(NamedTuple):
    """Ink that is not text.

    Attributes:
        kind: Kind of mark; see ``imaging.page.Mark``.
        text: Text that a code decodes to.
        box: Box ``x0, y0, x1, y1`` of its ink in pixels.
        ink: Ink uint8 (H, W), repeated a whole number of times to fill the box; None fills the box.
    """

    kind: str
    text: str
    box: tuple[int, int, int, int]
    ink: NDArray[np.uint8] | None = None


@dataclass(frozen=True, slots=True)
class Layout:
    """The layout of a page.

    Attributes:
        width: Width in pixels.
        height: Height in pixels.
        lines: Placed runs by line, top to bottom, left to right.
        drawings: Rules, frames, codes, underlines, inverse blocks.
        settings: Print settings of the page.
    """

    width: int
    height: int
    lines: tuple[tuple[PlacedRun, ...], ...]
    drawings: tuple[Drawing, ...]
    settings: PrintSettings

    def text(self) -> str:
        """Return the page as plain text, with its columns kept by spaces."""
        unit, margin = self.settings.unit, self.settings.margin
        rows = []
        for line in self.lines:
            row = ""
            for placed in line:
                column = round((placed.x - margin) / unit)
                row = row.ljust(max(column, len(row) + 1 if row else 0)) + placed.text
            rows.append(row)
        return "\n".join(rows)


def wrap(text: str, width: int, glyphs: Atlas) -> list[str]:
    """Break a text into lines of at most ``width`` pixels, at spaces, or inside a word that is longer than that."""
    if glyphs.measure(text) <= width:
        return [text]
    lines, line = [], ""
    for word in _BREAK.split(text):
        longer = f"{line} {word}" if line else word
        if glyphs.measure(longer) <= width:
            line = longer
            continue
        if line:
            lines.append(line)
        while len(word) > 1 and glyphs.measure(word) > width:
            fitting = max(1, next(n for n in range(len(word), 0, -1) if n == 1 or glyphs.measure(word[:n]) <= width))
            lines.append(word[:fitting].rstrip())
            word = word[fitting:].lstrip()  # rest of the word
        line = word
    return [*lines, line]


def _longest_word(text: str, glyphs: Atlas) -> int:
    return max(glyphs.measure(word) for word in _BREAK.split(text))


class _FittedRun(NamedTuple):
    """A run in a line, by the left end of its text."""

    run: Run
    text: str
    glyphs: Atlas
    x: int

    @property
    def end(self) -> int:
        return self.x + self.glyphs.measure(self.text)


class Typesetter:
    """Sets blocks one below the other.

    Args:
        settings: Print settings of the receipt.
        top: Paper above the first line, in dots.
        bottom: Paper below the last line, in dots.
    """

    def __init__(self, settings: PrintSettings, top: int, bottom: int) -> None:
        self.settings = settings
        self._bottom = bottom
        self._y = top
        self._ink_end = 0
        self._shared: dict[str, int] = {}
        self._lines: list[tuple[PlacedRun, ...]] = []
        self._drawings: list[Drawing] = []

    def set(self, blocks: Iterable[Block]) -> Layout:
        """Set all blocks and return the layout.

        Raises:
            LayoutError: The page is too large, or something does not fit its width.
        """
        blocks = list(blocks)
        self._measure(blocks)
        self._set_blocks(blocks, 0, self.settings.width)
        height = max(self._y, self._ink_end) + self._bottom
        width = self.settings.width + 2 * self.settings.margin
        check_size(height, width)
        return Layout(width, height, tuple(self._lines), tuple(self._drawings), self.settings)

    def _set_blocks(self, blocks: Iterable[Block], start: int, stop: int) -> None:
        for block in blocks:
            check_size(self._y, stop - start)
            if isinstance(block, Row):
                for line in self._fit(block.runs, start, stop):
                    self._place(line)
            elif isinstance(block, Rule):
                self._rule(block, start, stop)
            elif isinstance(block, Gap):
                self._y += round(block.lines * self.settings.leading)
            elif isinstance(block, Graphic):
                self._graphic(block, start, stop)
            else:
                self._frame(block, start, stop)

    def _fit(self, runs: Sequence[Run], start: int, stop: int) -> list[list[_FittedRun]]:
        """Break a row into lines in which texts don't touch."""
        unit = self.settings.unit
        glyphs = [self.settings.glyphs(run) for run in runs]
        natural = [run.indent * unit + g.measure(run.text) for run, g in zip(runs, glyphs, strict=True)]
        width, gap = stop - start, unit if len(runs) > 1 else 0
        flexible = [run.columns is None or size > width for run, size in zip(runs, natural, strict=True)]
        slots = [
            0 if flex else min(self._slot(run, size), width) + (0 if run is runs[-1] and run.align == "left" else gap)
            for run, size, flex in zip(runs, natural, flexible, strict=True)
        ]
        left = width - sum(slots)
        if any(flexible):
            share = left // sum(flexible)
            widest = max(size for size, flex in zip(natural, flexible, strict=True) if flex)
            longest = max(
                _longest_word(run.text, g) for run, g, flex in zip(runs, glyphs, flexible, strict=True) if flex
            )
            if len(runs) > 1 and share < max(longest, min(widest + gap, 12 * unit)):
                return self._break(runs, max(1, flexible.index(True)), start, stop)
            slots = [share if flex else slot for slot, flex in zip(slots, flexible, strict=True)]
        elif left < 0 and len(runs) > 1:
            return self._break(runs, len(runs) - 1, start, stop)
        lines: list[list[_FittedRun]] = [[]]
        x = start
        for index, (run, g, slot) in enumerate(zip(runs, glyphs, slots, strict=True)):
            room = slot - run.indent * unit - (unit if flexible[index] and index + 1 < len(runs) else 0)
            parts = wrap(run.text, max(room, unit), g) if flexible[index] else [run.text]
            for line_index, part in enumerate(parts if run.text else ()):
                spare = slot - run.indent * unit - g.measure(part)
                shift = {"left": 0, "center": spare // 2, "right": spare}[run.align]
                while len(lines) <= line_index:
                    lines.append([])
                lines[line_index].append(_FittedRun(run, part, g, x + run.indent * unit + max(0, shift)))
            x += slot
        return [line for line in self._separate(lines) if line]

    def _separate(self, lines: list[list[_FittedRun]]) -> Iterable[list[_FittedRun]]:
        """Break lines where two texts would be closer than half a column."""
        for line in lines:
            current: list[_FittedRun] = []
            for fitted in line:
                if current and fitted.x < current[-1].end + self.settings.unit // 2:
                    yield current
                    current = []
                current.append(fitted)
            yield current

    def _slot(self, run: Run, natural: int) -> int:
        if isinstance(run.columns, str):
            return self._shared[run.columns]
        return max((run.columns or 0) * self.settings.unit, natural)

    def _break(self, runs: Sequence[Run], index: int, start: int, stop: int) -> list[list[_FittedRun]]:
        """Break a row that is too long in two; the second part stays at the right."""
        rest = runs[index:]
        if rest[-1].align == "right" and all(run.columns is not None for run in rest):
            rest = [Run("", align="right"), *rest]
        if len(rest) == len(runs):
            # Only the last run follows the flexible one: each gets its own lines.
            return [line for run in runs for line in self._fit([run._replace(columns=None)], start, stop)]
        return self._fit(runs[:index], start, stop) + self._fit(rest, start, stop)

    def _measure(self, blocks: Iterable[Block]) -> None:
        """Measure the columns that runs share by name."""
        for block in blocks:
            if isinstance(block, Frame):
                self._measure(block.rows)
            elif isinstance(block, Row):
                for run in block.runs:
                    if isinstance(run.columns, str):
                        natural = run.indent * self.settings.unit + self.settings.glyphs(run).measure(run.text)
                        self._shared[run.columns] = max(natural, self._shared.get(run.columns, 0))

    def _place(self, line: list[_FittedRun]) -> None:
        strips = [fitted.glyphs.strip(fitted.text) for fitted in line]
        ascent = max(fitted.glyphs.ascent for fitted in line)
        tops = [ascent - fitted.glyphs.ascent for fitted in line]
        inked = [strip.inked for strip in strips]
        rise = min(int(strip.boxes[mask, 1].min()) + top for strip, mask, top in zip(strips, inked, tops, strict=True))
        fall = max(int(strip.boxes[mask, 3].max()) + top for strip, mask, top in zip(strips, inked, tops, strict=True))
        extra = 6 if any(fitted.run.style.inverse for fitted in line) else 0
        y = max(self._y, self._ink_end + _CLEAR - rise + extra)
        margin = self.settings.margin
        placed = tuple(
            PlacedRun(fitted.text, fitted.run, strip, margin + fitted.x, y + top)
            for fitted, strip, top in zip(line, strips, tops, strict=True)
        )
        self._lines.append(placed)
        for item in placed:
            self._decorate(item)
        self._ink_end = max(y + fall + extra, *(d.box[3] for d in self._drawings[-len(placed) :]), 0)
        feed = max(self.settings.leading * fitted.glyphs.height // self.settings.atlas(PLAIN).height for fitted in line)
        self._y = y + feed

    def _decorate(self, placed: PlacedRun) -> None:
        style = placed.run.style
        if not (style.underline or style.inverse):
            return
        boxes = placed.strip.boxes[placed.strip.inked]
        x0, x1 = placed.x + int(boxes[:, 0].min()), placed.x + int(boxes[:, 2].max())
        y0, y1 = placed.y + int(boxes[:, 1].min()), placed.y + int(boxes[:, 3].max())
        if placed.run.by_hand:
            # The line to write on, as wide as its column as far as the print goes.
            y1 = placed.y + self.settings.glyphs(placed.run).ascent
            edge = self.settings.margin + self.settings.width
            x0, x1 = placed.x, max(x1, min(placed.x + self._slot(placed.run, 0), edge))
        if style.inverse:
            self._drawings.append(Drawing("inverse", "", (x0 - 4, y0 - 4, x1 + 4, y1 + 4)))
        else:
            self._drawings.append(Drawing("underline", "", (x0, y1 + 2, x1, y1 + 4)))

    def _rule(self, rule: Rule, start: int, stop: int) -> None:
        settings = self.settings
        length = round((stop - start) * rule.share)
        x0 = settings.margin + stop - length
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
        strip = glyphs.strip(text)
        boxes = strip.boxes[strip.inked]
        y = max(self._y, self._ink_end + _CLEAR - int(boxes[:, 1].min()))
        x = settings.margin + stop - glyphs.measure(text)
        box = (
            x + int(boxes[:, 0].min()),
            y + int(boxes[:, 1].min()),
            x + int(boxes[:, 2].max()),
            y + int(boxes[:, 3].max()),
        )
        ink = strip.ink[box[1] - y : box[3] - y, strip.left + box[0] - x : strip.left + box[2] - x]
        self._drawings.append(Drawing("rule", "", box, ink))
        self._ink_end = box[3]
        self._y = y + settings.leading

    def _graphic(self, graphic: Graphic, start: int, stop: int) -> None:
        rows, columns = graphic.modules.shape
        room = stop - start
        scale = min(room // columns, graphic.largest)
        if scale < 1:
            raise LayoutError(_too_wide(graphic, room))
        height = graphic.height or rows * scale
        spare = room - columns * scale
        x = self.settings.margin + start + {"left": 0, "center": spare // 2, "right": spare}[graphic.align]
        y = max(self._y + 6, self._ink_end + 6)
        # An image may have paper round its ink, of which its box has none.
        x0, y0, x1, y1 = _ink_box(graphic.modules)
        box = (x + x0 * scale, y + (y0 * height) // rows, x + x1 * scale, y + (y1 * height) // rows)
        self._drawings.append(Drawing(graphic.kind, graphic.text, box, graphic.modules[y0:y1, x0:x1] * np.uint8(255)))
        self._ink_end = y + height
        self._y = y + height + self.settings.leading // 3

    def _frame(self, frame: Frame, start: int, stop: int) -> None:
        top = max(self._y + 4, self._ink_end + 4)
        inset = self.settings.unit
        slot = len(self._drawings)
        self._y = self._ink_end = top + 8
        self._set_blocks(frame.rows, start + inset, stop - inset)
        bottom = max(self._y, self._ink_end + 8)
        margin = self.settings.margin
        self._drawings.insert(slot, Drawing("frame", "", (margin + start, top, margin + stop, bottom)))
        self._ink_end = bottom
        self._y = bottom + 4


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
