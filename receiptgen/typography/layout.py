"""The layout of a page: runs and drawings at their positions; no pixels yet."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from receiptgen.core.bidi import Direction
from receiptgen.typography.blocks import Run
from receiptgen.typography.glyphs import Strip
from receiptgen.typography.print_settings import PrintSettings


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
        picture: What a page in colour has in the box instead, RGB uint8 of its size; None for the ink.
    """

    kind: str
    text: str
    box: tuple[int, int, int, int]
    ink: NDArray[np.uint8] | None = None
    picture: NDArray[np.uint8] | None = None


@dataclass(frozen=True, slots=True)
class Layout:
    """The layout of a page.

    Attributes:
        width: Width in pixels.
        height: Height in pixels.
        lines: Placed runs by line, top to bottom, in reading order.
        drawings: Rules, frames, codes, underlines, inverse blocks.
        settings: Print settings of the page.
        direction: Direction in which its columns are read.
    """

    width: int
    height: int
    lines: tuple[tuple[PlacedRun, ...], ...]
    drawings: tuple[Drawing, ...]
    settings: PrintSettings
    direction: Direction = "ltr"

    def text(self) -> str:
        """Return the page as plain text, with its columns kept by spaces."""
        unit = self.settings.unit
        rows = []
        for line in self.lines:
            row = ""
            for placed in line:
                column = round(self._indent(placed) / unit)
                row = row.ljust(max(column, len(row) + 1 if row else 0)) + placed.text
            rows.append(row)
        return "\n".join(rows)

    def _indent(self, placed: PlacedRun) -> int:
        """Return how many dots a run stands from where its line begins."""
        indent = placed.x - self.settings.margin
        if self.direction == "ltr":
            return indent
        return self.settings.width - indent - self.settings.glyphs(placed.run).measure(placed.text)
