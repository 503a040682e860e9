"""From rows to placed runs: columns, wrapping, sizes and line feed of a printer. No pixels are made here."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from receiptgen.core.errors import LayoutError
from receiptgen.typography.blocks import PLAIN, Block, Frame, Gap, Graphic, Row, Rule, Run
from receiptgen.typography.glyph_atlas import Atlas, Strip
from receiptgen.typography.print_settings import PrintSettings

# Least dots between the ink of two lines, so that no box of one holds ink of the other.
_CLEAR = 2
# Where a line may be broken: a colon set apart belongs to the word before it.
_BREAK = re.compile(" (?!:)")


class Placed(NamedTuple):
    """A run that has found its place.

    Attributes:
        text: The part of the run on this line.
        run: The run.
        strip: Its ink.
        x: Pen position in pixels from the page's left.
        y: Top of the strip in pixels from the page's top.
    """

    text: str
    run: Run
    strip: Strip
    x: int
    y: int


class Drawing(NamedTuple):
    """Ink that is no text.

    Attributes:
        kind: Of the mark, see ``page.Mark``.
        text: What a code decodes to.
        box: ``x0, y0, x1, y1`` in pixels, round its ink.
        ink: uint8 (H, W), repeated a whole number of times to fill the box; None fills the box with ink.
    """

    kind: str
    text: str
    box: tuple[int, int, int, int]
    ink: NDArray[np.uint8] | None = None


@dataclass(frozen=True, slots=True)
class Layout:
    """A page before it is inked.

    Attributes:
        width: Pixels.
        height: Pixels.
        lines: Placed runs by line, top to bottom, left to right.
        drawings: Rules, frames, codes, underlines, inverse blocks.
        setting: What it was set with.
    """

    width: int
    height: int
    lines: tuple[tuple[Placed, ...], ...]
    drawings: tuple[Drawing, ...]
    setting: PrintSettings

    def text(self) -> str:
        """Return the page as plain text, with its columns kept by spaces."""
        unit, margin = self.setting.unit, self.setting.margin
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
            word = word[fitting:].lstrip()  # what is left of the word
        line = word
    return [*lines, line]


def _longest_word(text: str, glyphs: Atlas) -> int:
    return max(glyphs.measure(word) for word in _BREAK.split(text))


class _Fitted(NamedTuple):
    """A run in a line, by the left end of its text."""

    run: Run
    text: str
    glyphs: Atlas
    x: int

    @property
    def end(self) -> int:
        return self.x + self.glyphs.measure(self.text)


class Typesetter:
    """Sets rows one below the other.

    Args:
        setting: Printer's settings for the receipt.
        top: Dots of paper above the first line.
        bottom: Dots below the last.
    """

    def __init__(self, setting: PrintSettings, top: int, bottom: int) -> None:
        self.setting = setting
        self._bottom = bottom
        self._y = top
        self._ink_end = 0
        self._shared: dict[str, int] = {}
        self._lines: list[tuple[Placed, ...]] = []
        self._drawings: list[Drawing] = []

    def set(self, blocks: Iterable[Block]) -> Layout:
        """Set all blocks and close the page."""
        blocks = list(blocks)
        self._measure(blocks)
        self._set_blocks(blocks, 0, self.setting.width)
        height = max(self._y, self._ink_end) + self._bottom
        width = self.setting.width + 2 * self.setting.margin
        return Layout(width, height, tuple(self._lines), tuple(self._drawings), self.setting)

    def _set_blocks(self, blocks: Iterable[Block], start: int, stop: int) -> None:
        for block in blocks:
            if isinstance(block, Row):
                for line in self._fit(block.runs, start, stop):
                    self._place(line)
            elif isinstance(block, Rule):
                self._rule(block, start, stop)
            elif isinstance(block, Gap):
                self._y += round(block.lines * self.setting.leading)
            elif isinstance(block, Graphic):
                self._graphic(block, start, stop)
            else:
                self._frame(block, start, stop)

    def _fit(self, runs: Sequence[Run], start: int, stop: int) -> list[list[_Fitted]]:
        """Break a row into lines in which no two texts touch."""
        unit = self.setting.unit
        glyphs = [self.setting.atlas(run.style) for run in runs]
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
            wanted = max(size for size, flex in zip(natural, flexible, strict=True) if flex)
            longest = max(
                _longest_word(run.text, g) for run, g, flex in zip(runs, glyphs, flexible, strict=True) if flex
            )
            if len(runs) > 1 and share < max(longest, min(wanted + gap, 12 * unit)):
                return self._break(runs, max(1, flexible.index(True)), start, stop)
            slots = [share if flex else slot for slot, flex in zip(slots, flexible, strict=True)]
        elif left < 0 and len(runs) > 1:
            return self._break(runs, len(runs) - 1, start, stop)
        lines: list[list[_Fitted]] = [[]]
        x = start
        for place, (run, g, slot) in enumerate(zip(runs, glyphs, slots, strict=True)):
            room = slot - run.indent * unit - (unit if flexible[place] and place + 1 < len(runs) else 0)
            parts = wrap(run.text, max(room, unit), g) if flexible[place] else [run.text]
            for number, part in enumerate(parts if run.text else ()):
                spare = slot - run.indent * unit - g.measure(part)
                shift = {"left": 0, "center": spare // 2, "right": spare}[run.align]
                while len(lines) <= number:
                    lines.append([])
                lines[number].append(_Fitted(run, part, g, x + run.indent * unit + max(0, shift)))
            x += slot
        return [line for line in self._part(lines) if line]

    def _part(self, lines: list[list[_Fitted]]) -> Iterable[list[_Fitted]]:
        """Break lines where two texts would come closer than half a column."""
        for line in lines:
            current: list[_Fitted] = []
            for fitted in line:
                if current and fitted.x < current[-1].end + self.setting.unit // 2:
                    yield current
                    current = []
                current.append(fitted)
            yield current

    def _slot(self, run: Run, natural: int) -> int:
        if isinstance(run.columns, str):
            return self._shared[run.columns]
        return max((run.columns or 0) * self.setting.unit, natural)

    def _break(self, runs: Sequence[Run], place: int, start: int, stop: int) -> list[list[_Fitted]]:
        """Set a row that is too long in two, the second as far right as it was."""
        rest = runs[place:]
        if rest[-1].align == "right" and all(run.columns is not None for run in rest):
            rest = [Run("", align="right"), *rest]
        if len(rest) == len(runs):
            # Nothing but the last run stands behind what takes the rest: it goes alone.
            return [line for run in runs for line in self._fit([run._replace(columns=None)], start, stop)]
        return self._fit(runs[:place], start, stop) + self._fit(rest, start, stop)

    def _measure(self, blocks: Iterable[Block]) -> None:
        """Find how wide the columns are that runs share by name."""
        for block in blocks:
            if isinstance(block, Frame):
                self._measure(block.rows)
            elif isinstance(block, Row):
                for run in block.runs:
                    if isinstance(run.columns, str):
                        natural = run.indent * self.setting.unit + self.setting.atlas(run.style).measure(run.text)
                        self._shared[run.columns] = max(natural, self._shared.get(run.columns, 0))

    def _place(self, line: list[_Fitted]) -> None:
        strips = [fitted.glyphs.strip(fitted.text) for fitted in line]
        ascent = max(fitted.glyphs.ascent for fitted in line)
        tops = [ascent - fitted.glyphs.ascent for fitted in line]
        inked = [(strip.boxes[:, 3] > 0) for strip in strips]
        rise = min(int(strip.boxes[mask, 1].min()) + top for strip, mask, top in zip(strips, inked, tops, strict=True))
        fall = max(int(strip.boxes[mask, 3].max()) + top for strip, mask, top in zip(strips, inked, tops, strict=True))
        extra = 6 if any(fitted.run.style.inverse for fitted in line) else 0
        y = max(self._y, self._ink_end + _CLEAR - rise + extra)
        margin = self.setting.margin
        placed = tuple(
            Placed(fitted.text, fitted.run, strip, margin + fitted.x, y + top)
            for fitted, strip, top in zip(line, strips, tops, strict=True)
        )
        self._lines.append(placed)
        for item in placed:
            self._decorate(item)
        self._ink_end = max(y + fall + extra, *(d.box[3] for d in self._drawings[-len(placed) :]), 0)
        feed = max(self.setting.leading * fitted.glyphs.height // self.setting.atlas(PLAIN).height for fitted in line)
        self._y = y + feed

    def _decorate(self, placed: Placed) -> None:
        style = placed.run.style
        if not (style.underline or style.inverse):
            return
        boxes = placed.strip.boxes[placed.strip.boxes[:, 3] > 0]
        x0, x1 = placed.x + int(boxes[:, 0].min()), placed.x + int(boxes[:, 2].max())
        y0, y1 = placed.y + int(boxes[:, 1].min()), placed.y + int(boxes[:, 3].max())
        if style.inverse:
            self._drawings.append(Drawing("inverse", "", (x0 - 4, y0 - 4, x1 + 4, y1 + 4)))
        else:
            self._drawings.append(Drawing("underline", "", (x0, y1 + 2, x1, y1 + 4)))

    def _rule(self, rule: Rule, start: int, stop: int) -> None:
        setting = self.setting
        length = round((stop - start) * rule.share)
        x0 = setting.margin + stop - length
        if rule.pattern in {"solid", "double", "dotted"}:
            y = max(self._y + setting.leading // 4, self._ink_end + 4)
            length -= length % 6
            dots = np.tile(np.array([255, 255, 0, 0, 0, 0], np.uint8), (2, length // 6))
            for offset in (0, 5) if rule.pattern == "double" else (0,):
                box = (x0, y + offset, x0 + length, y + offset + 2)
                self._drawings.append(Drawing("rule", "", box, dots if rule.pattern == "dotted" else None))
                self._ink_end = y + offset + 2
            self._y = max(self._ink_end + 2, y + setting.leading // 2)
            return
        glyphs = setting.atlas(PLAIN)
        text = rule.pattern * max(1, length // glyphs.measure(rule.pattern))
        strip = glyphs.strip(text)
        boxes = strip.boxes[strip.boxes[:, 3] > 0]
        y = max(self._y, self._ink_end + _CLEAR - int(boxes[:, 1].min()))
        x = setting.margin + stop - glyphs.measure(text)
        box = (
            x + int(boxes[:, 0].min()),
            y + int(boxes[:, 1].min()),
            x + int(boxes[:, 2].max()),
            y + int(boxes[:, 3].max()),
        )
        ink = strip.ink[box[1] - y : box[3] - y, strip.left + box[0] - x : strip.left + box[2] - x]
        self._drawings.append(Drawing("rule", "", box, ink))
        self._ink_end = box[3]
        self._y = y + setting.leading

    def _graphic(self, graphic: Graphic, start: int, stop: int) -> None:
        rows, columns = graphic.modules.shape
        room = stop - start
        scale = min(room // columns, 3 if graphic.height else 6)
        if scale < 1:
            raise LayoutError(
                f"{graphic.kind} of {graphic.text!r} is {columns} modules wide, the paper {room} dots; "
                "print a shorter text, or on wider paper"
            )
        height = graphic.height or rows * scale
        x = self.setting.margin + start + (room - columns * scale) // 2
        y = max(self._y + 6, self._ink_end + 6)
        box = (x, y, x + columns * scale, y + height)
        self._drawings.append(Drawing(graphic.kind, graphic.text, box, graphic.modules.astype(np.uint8) * 255))
        self._ink_end = y + height
        self._y = y + height + self.setting.leading // 3

    def _frame(self, frame: Frame, start: int, stop: int) -> None:
        top = max(self._y + 4, self._ink_end + 4)
        inset = self.setting.unit
        slot = len(self._drawings)
        self._y = self._ink_end = top + 8
        self._set_blocks(frame.rows, start + inset, stop - inset)
        bottom = max(self._y, self._ink_end + 8)
        margin = self.setting.margin
        self._drawings.insert(slot, Drawing("frame", "", (margin + start, top, margin + stop, bottom)))
        self._ink_end = bottom
        self._y = bottom + 4
