"""What is found on a page, whichever finder found it: cells, which are segments of a row without wide gaps."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from receiptgen.imaging.geometry import Pixels, Projective


class Cell(NamedTuple):
    """A segment of text on a level page.

    Attributes:
        x0: Left edge of its ink, in pixels of the level page.
        y0: Upper edge; for a sloping cell as if it were rotated about its middle to be level.
        x1: Right edge, not included.
        y1: Lower edge, not included.
        fall: Pixels that it falls per pixel to the right.
    """

    x0: int
    y0: int
    x1: int
    y1: int
    fall: float = 0.0

    def upside_down(self) -> "Cell":
        """Return the cell after half a turn of the level page about its origin."""
        return Cell(-self.x1, -self.y1, -self.x0, -self.y0, self.fall)


class StripMap(Protocol):
    """A map from the pixels of a strip to those of the image that it was cut from."""

    def points(self, points: NDArray[Any]) -> NDArray[np.float64]:
        """Move points (..., 2)."""


class MapAfter(NamedTuple):
    """A map of a strip in two steps.

    Attributes:
        first: The first, as on the strip itself.
        second: The second, as from there to the image.
    """

    first: StripMap
    second: StripMap

    def points(self, points: NDArray[Any]) -> NDArray[np.float64]:
        """Move points (..., 2)."""
        return self.second.points(self.first.points(points))


class CellImage(NamedTuple):
    """The image of a cell, level, cropped from its page as people annotate lines.

    Attributes:
        image: Grey image, uint8 (H, W).
        ink: Ink mask, uint8 (H, W), 1 where there is ink.
        rows: First row of the cell's own ink, and the row after its last.
        back: Map from its pixels to those of the original image.
    """

    image: Pixels
    ink: Pixels
    rows: tuple[int, int]
    back: StripMap

    @property
    def own_ink(self) -> Pixels:
        """The rows of the ink mask that are the cell's own."""
        return self.ink[max(0, self.rows[0]) : self.rows[1]]

    def upside_down(self) -> "CellImage":
        """Return the image turned by half a turn."""
        height, width = self.image.shape
        image, ink = (np.rot90(pixels, 2).copy() for pixels in (self.image, self.ink))
        turn = Projective(np.array([[-1.0, 0.0, width], [0.0, -1.0, height], [0.0, 0.0, 1.0]]))
        return CellImage(image, ink, (height - self.rows[1], height - self.rows[0]), MapAfter(turn, self.back))


class FoundCell(NamedTuple):
    """A cell, its place among the others and its image.

    Attributes:
        box: Its box on the level page, by which rows and columns are told.
        strip: Its image, which is read.
        paper: Number of the receipt that it is on, from 0.
    """

    box: Cell
    strip: CellImage
    paper: int = 0


@dataclass(frozen=True)
class FoundPage:
    """The cells of a page, in no particular order.

    Attributes:
        cells: The cells.
        unread: Function from the numbers of the cells that were read to the share of the page's print, 0 to 1, that
            lies outside them.
        sideways: Function that finds the cells as if the page lay on its side, read upwards or downwards; None where
            the finder knows which side of the image text runs along.
        finds_light: Whether the finder finds light text like dark text.
    """

    cells: Sequence[FoundCell]
    unread: Callable[[Sequence[int]], float]
    sideways: Callable[[], "FoundPage"] | None = None
    finds_light: bool = False

    def upside_down(self) -> "FoundPage":
        """Return the page turned by half a turn; its strips still know where they are on the image."""
        cells = [FoundCell(box.upside_down(), strip.upside_down(), paper) for box, strip, paper in self.cells]
        return replace(self, cells=cells)

    def inverted(self) -> "FoundPage":
        """Return the page with images whose light and dark are exchanged; their masks of ink stay as they are."""
        strips = [cell.strip._replace(image=np.bitwise_not(cell.strip.image)) for cell in self.cells]
        return self._with(strips)

    def moved(self, onward: StripMap) -> "FoundPage":
        """Return the page as part of an image to which a map leads from the one that it was found on."""
        strips = [cell.strip._replace(back=MapAfter(cell.strip.back, onward)) for cell in self.cells]
        return self._with(strips)

    def _with(self, strips: Iterable[CellImage]) -> "FoundPage":
        cells = [cell._replace(strip=strip) for cell, strip in zip(self.cells, strips, strict=True)]
        return replace(self, cells=cells)


class Finder(Protocol):
    """Finds the text of pages."""

    def find(self, image: Pixels) -> FoundPage:
        """Find the cells of a page.

        Args:
            image: Grey image uint8 (H, W), dark text on light paper.

        Raises:
            PageError: There is too much on it.
        """
