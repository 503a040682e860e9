"""A page: pixels, the region of everything on it, and the maps that moved it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from receiptgen.core.errors import LayoutError
from receiptgen.imaging.covers import apart, box_of_cover, hidden_shares, move_cover, within
from receiptgen.imaging.geometry import Box, Chain, Level, Map, Projective, Quads, boxes_of_quads, quads_of_boxes
from receiptgen.imaging.mesh import Mesh
from receiptgen.imaging.regions import Levels, Mark, Regions, Span

# A side of 32,767 or more is beyond OpenCV's remap; A4 at 600 dpi has 35 million pixels.
LONGEST_SIDE, MOST_PIXELS = 32_000, 50_000_000


def check_size(height: float, width: float) -> None:
    """Refuse a page that is too large to draw, before memory is taken for it.

    Raises:
        LayoutError: A side is longer than 32,000 pixels, or there are more than 50 million.
    """
    if max(height, width) > LONGEST_SIDE or height * width > MOST_PIXELS:
        raise LayoutError(
            f"a page of {round(width):,} x {round(height):,} pixels is too large: the limits are {LONGEST_SIDE:,} a "
            f"side and {MOST_PIXELS // 10**6} million in all; print fewer or smaller lines, or enlarge it less"
        )


@dataclass(frozen=True, slots=True)
class Page:
    """Pixels and what they say.

    Attributes:
        image: uint8 (H, W), 0 black to 255 white; or RGB (H, W, 3).
        regions: Quads of every text and mark.
        maps: Maps that moved the page since it was drawn, in order.
        cover: uint8 (H, W), how far something laid over the print hides it, 255 wholly; None where nothing does.
        gone: bool, for each character whether it is no longer on the paper; None where all are.
        covered: Boxes outside which nothing is hidden, none of which share a pixel; None where they are not known.
    """

    image: NDArray[np.uint8]
    regions: Regions
    maps: tuple[Map, ...] = ()
    cover: NDArray[np.uint8] | None = None
    gone: NDArray[np.bool_] | None = None
    covered: tuple[Box, ...] | None = None

    @property
    def color(self) -> bool:
        """Whether it is in colour."""
        return self.image.ndim == 3

    @property
    def size(self) -> tuple[int, int]:
        """Height and width in pixels."""
        return self.image.shape[0], self.image.shape[1]

    def with_image(self, image: NDArray[np.uint8]) -> "Page":
        """Return the page with other pixels of the same size."""
        return Page(image, self.regions, self.maps, self.cover, self.gone, self.covered)

    def covered_boxes(self) -> tuple[Box, ...]:
        """Return the boxes outside which nothing is hidden."""
        if self.cover is None:
            return ()
        return box_of_cover(self.cover) if self.covered is None else self.covered

    def moved(self, move: Map, image: NDArray[np.uint8]) -> "Page":
        """Return the page after a map whose effect on the pixels is known already; beyond its edge nothing is hidden.

        Args:
            move: Map from before to after.
            image: uint8 (H, W) or (H, W, 3) after it.
        """
        cover, covered = self.cover, self.covered
        if cover is not None:
            cover, covered = move_cover(cover, self.covered_boxes(), move, (image.shape[0], image.shape[1]))
        quads = move.points(self.regions.quads)
        return Page(image, self.regions.moved(quads), (*self.maps, move), cover, self.gone, covered)

    def warped(self, move: Map, size: tuple[int, int], ground: Level = 255) -> "Page":
        """Move pixels, cover and quads by one map.

        Args:
            move: Map from before to after.
            size: Height and width after it.
            ground: Level or colour of what comes in from beyond the edge.

        Raises:
            LayoutError: It is too large after it.
        """
        check_size(*size)
        return self.moved(move, move.image(self.image, size, ground))

    def overlaid(
        self,
        image: NDArray[np.uint8],
        cover: NDArray[np.uint8],
        mark: Mark,
        quad: Quads,
        corner: tuple[int, int] = (0, 0),
    ) -> "Page":
        """Return the page after something was laid over its print.

        Args:
            image: uint8 (H, W) or (H, W, 3), the pixels with it.
            cover: uint8 (h, w), how far it hides what is under it, 255 wholly; outside of it, it hides nothing.
            mark: Kind of thing.
            quad: Its quad, (4, 2).
            corner: Column and row of the page where the cover begins.
        """
        (x0, y0), (rows, columns) = corner, cover.shape
        both = np.zeros(self.size, np.uint8) if self.cover is None else self.cover.copy()
        part = both[y0 : y0 + rows, x0 : x0 + columns]
        np.maximum(part, cover, out=part)
        covered = apart((*self.covered_boxes(), (x0, y0, x0 + columns, y0 + rows)))
        return Page(image, self.regions.marked(mark, quad), self.maps, both, self.gone, covered)

    def torn(self, image: NDArray[np.uint8], beyond: NDArray[np.uint8]) -> "Page":
        """Return the page after a part of the paper was torn off; its characters are gone where their middles were.

        Args:
            image: uint8 (H, W) or (H, W, 3), the pixels with what is seen in its place.
            beyond: uint8 (H, W), 255 where the paper is torn off.
        """
        middles = self.regions.char_quads.mean(axis=1).astype(int)
        height, width = beyond.shape
        gone = beyond[middles[:, 1].clip(0, height - 1), middles[:, 0].clip(0, width - 1)] > 127
        gone = gone if self.gone is None else gone | self.gone
        both = beyond if self.cover is None else np.maximum(self.cover, beyond)
        return Page(image, self.regions, self.maps, both, gone)

    def part(self, box: tuple[int, int, int, int]) -> "Page":
        """Cut out a part as ``window`` does; characters outside are gone, whatever comes to lie there later."""
        middles = self.regions.char_quads.mean(axis=1)
        outside = ~((middles >= box[:2]) & (middles <= box[2:])).all(axis=1)
        gone = outside if self.gone is None else outside | self.gone
        return Page(self.image, self.regions, self.maps, self.cover, gone, self.covered).window(box)

    def rectifier(self) -> Chain:
        """Return the map from this image back to the page as it was drawn."""
        return Chain(self.maps).inverse()

    def grid(self, step: int) -> tuple[tuple[int, int], NDArray[np.float64]]:
        """Return where points of the page as it was drawn lie in this image, so that others can rectify it.

        Args:
            step: Pixels of the drawn page between neighbouring points.

        Returns:
            Height and width of the drawn page, and x, y float64 (rows, columns, 2) of the points at the multiples of
            the step, the last row and column at or beyond its edge.
        """
        width, height = (round(length) for length in self.rectifier().points(self.regions.page_quad[2]).tolist())
        x, y = Mesh.lattice((height, width), step)
        return (height, width), Chain(self.maps).points(np.stack(np.broadcast_arrays(x, y), axis=-1))

    def hidden(self) -> NDArray[np.float64]:
        """Return for each quad the share of its area that is hidden, 0 to 1, by whole pixels."""
        if self.cover is None:
            return np.zeros(len(self.regions.quads))
        return hidden_shares(self.cover, self.covered_boxes(), self.regions.quads)

    def whole_fields(self) -> list[bool]:
        """Tell of each field whether the middles of all of its characters are on the image, and on the paper."""
        regions = self.regions
        if (not self.maps and self.gone is None) or not regions.fields:
            return [True] * len(regions.fields)
        height, width = self.size
        middles = regions.char_quads.mean(axis=1)
        inside = ((middles >= 0) & (middles <= [width, height])).all(axis=1)
        if self.gone is not None:
            inside &= ~self.gone
        starts = [regions.words[field.start].start for field in regions.fields]
        whole: list[bool] = np.logical_and.reduceat(inside, starts).tolist()
        return whole

    def window(self, box: tuple[int, int, int, int]) -> "Page":
        """Cut out a part, with all regions, those outside it too: the quads say so.

        Args:
            box: ``x0, y0, x1, y1`` in pixels, inside the image.
        """
        x0, y0, x1, y1 = box
        regions = self.regions
        quads = regions.quads - np.array((x0, y0), regions.quads.dtype)
        quads[0] = [[0, 0], [x1 - x0, 0], [x1 - x0, y1 - y0], [0, y1 - y0]]
        cover = None if self.cover is None else self.cover[y0:y1, x0:x1]
        covered = None if self.covered is None else within(self.covered, box)
        maps = (*self.maps, Projective.translation(-x0, -y0))
        return Page(self.image[y0:y1, x0:x1], regions.moved(quads), maps, cover, self.gone, covered)

    def crop(self, box: tuple[int, int, int, int], line: Span, fields: tuple[int, ...]) -> "Page":
        """Cut out one text with its truth.

        Args:
            box: ``x0, y0, x1, y1`` in pixels, inside the image.
            line: Span of the crop's one line; its ``start:stop`` are words of this page.
            fields: Indices of the fields that belong to it.

        Returns:
            A page of the crop's size that knows this line, its fields, words and characters, which may reach beyond
            the crop; and, as far as they are inside, the page's marks and the tips of other words, as marks of kind
            ``neighbour``.
        """
        regions = self.regions
        words = regions.words[line.start : line.stop]
        first = words[0].start
        spans = [regions.fields[index] for index in fields]
        own = boxes_of_quads(regions.word_quads[line.start : line.stop])
        corners = np.concatenate([own[:, :2].min(axis=0), own[:, 2:].max(axis=0)])[None]
        others = [*range(line.start), *range(line.stop, len(regions.words))]
        strangers = np.concatenate([regions.mark_quads, regions.word_quads[others]])
        marks = [*regions.marks, *[Mark("neighbour", regions.words[other].text) for other in others]]
        x0, y0, x1, y1 = box
        inside = np.array([x0, y0, x1, y1], regions.quads.dtype)
        clipped = boxes_of_quads(strangers)
        np.maximum(clipped[:, :2], inside[:2], out=clipped[:, :2])
        np.minimum(clipped[:, 2:], inside[2:], out=clipped[:, 2:])
        kept = np.flatnonzero((clipped[:, :2] < clipped[:, 2:]).all(axis=1))
        quads = Levels(
            page=regions.page_quad[None],
            lines=quads_of_boxes(corners),
            fields=regions.field_quads[list(fields)],
            words=regions.word_quads[line.start : line.stop],
            marks=quads_of_boxes(clipped[kept]),
            chars=regions.char_quads[first : words[-1].stop],
        )
        part = Regions(
            (line._replace(start=0, stop=len(words)),),
            tuple(s._replace(start=s.start - line.start, stop=s.stop - line.start) for s in spans),
            tuple(w._replace(start=w.start - first, stop=w.stop - first) for w in words),
            tuple(marks[i] for i in kept),
            quads.joined(),
        )
        gone = None if self.gone is None else self.gone[first : words[-1].stop]
        return Page(self.image, part, self.maps, self.cover, gone, self.covered).window(box)
