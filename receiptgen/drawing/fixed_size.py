"""Snippets of one height, and of one width where that is asked for."""

from typing import Annotated, Literal, NamedTuple

import numpy as np
from pydantic import Field

from receiptgen.imaging.boxes import SHORTEST_SIDE
from receiptgen.imaging.geometry import Projective
from receiptgen.imaging.page import LONGEST_SIDE, Page, check_size
from receiptgen.imaging.resizing import pad_with_paper, resize

# Pixels; what is lower can't be read.
Height = Annotated[int, Field(ge=SHORTEST_SIDE, le=1000)]
Width = Annotated[int, Field(ge=SHORTEST_SIDE, le=LONGEST_SIDE)]
Fit = Literal["pad", "squeeze", "stretch"]
Align = Literal["left", "center", "right"]
# Share of the paper beside a picture that is to its left.
_LEFT: dict[Align, float] = {"left": 0, "center": 0.5, "right": 1}


class FixedSize(NamedTuple):
    """The size that pictures are brought to.

    Attributes:
        height: Height in pixels.
        width: Width in pixels; none for as wide as each picture becomes by its height.
        fit: ``pad`` keeps the shape of a picture: a narrow one gets paper beside it, one that is too wide is made
            smaller as a whole, with paper above and below; ``squeeze`` narrows one that is too wide instead;
            ``stretch`` brings all to the width.
        align: Side at which a picture lies that is narrower than the width.
    """

    height: int
    width: int | None = None
    fit: Fit = "pad"
    align: Align = "left"

    def apply(self, page: Page) -> Page:
        """Return a page at this size; its quads are moved along.

        Raises:
            LayoutError: It is too large then.
        """
        high, wide = page.image.shape[:2]
        rows, columns = self._scaled(high, wide)
        width = columns if self.width is None else self.width
        check_size(self.height, width)
        left, top = round((width - columns) * _LEFT[self.align]), (self.height - rows) // 2
        image = pad_with_paper(resize(page.image, rows, columns), self.height, width, left, top)
        move = np.array([[columns / wide, 0.0, left], [0.0, rows / high, top], [0.0, 0.0, 1.0]])
        return page.moved(Projective(move), image)

    def _scaled(self, high: int, wide: int) -> tuple[int, int]:
        """Return the height and width of a picture of some size before paper is added."""
        columns = max(1, round(wide * self.height / high))
        if self.width is None or (columns <= self.width and self.fit != "stretch"):
            return self.height, columns
        if self.fit == "pad":
            return max(1, round(high * self.width / wide)), self.width
        return self.height, self.width
