"""From a picture to its pages: the text layer where it has one, its receipts where it shows several."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from receiptgen.finding.classical.paper import find_papers, rectify_quad
from receiptgen.finding.found_page import Cell
from receiptgen.imaging.geometry import Pixels, boxes_of_quads
from receiptgen.imaging.pictures import Picture
from receiptgen.reading.page_reader import PageReader
from receiptgen.reading.results import PageText
from receiptgen.reading.rows import group_rows
from receiptgen.reading.text_layer import page_of_layer

# What is cut out round a paper beyond its corners, relative to its size: print may reach the very edge.
_MARGIN = 0.02
# Rows that a receipt has at least.
_ROWS = 3


class PaperFinder(Protocol):
    """Finds the papers on a photo."""

    def __call__(self, image: Pixels) -> Sequence[NDArray[np.float64]]:
        """Return the corners of each paper.

        Args:
            image: Grey image, uint8 (H, W).

        Returns:
            Quads float64 (4, 2) that don't overlap, each clockwise from the corner at the top left, in any order;
            papers that aren't found, as those that fill the image, are left out.
        """


def read_page(reader: PageReader, picture: Picture) -> PageText:
    """Read a picture as one page; raises PageError where there is too much on it."""
    page = page_of_layer(picture.pixels, picture.words)
    return (reader.read(picture.pixels) if page is None else page).with_warning(picture.damage)


def read_papers(reader: PageReader, picture: Picture, find: PaperFinder = find_papers) -> list[PageText]:
    """Read each receipt of a picture as a page of its own.

    What lies on none of the papers is a page too, without ``paper``, if it has the rows of a receipt: its edges may
    not have been found.

    Args:
        reader: Reads each.
        picture: The picture, with one receipt or several.
        find: Finds their papers.

    Returns:
        The receipts from left to right and from top to bottom, at least one page. Their corners are those on the
        picture.

    Raises:
        PageError: There is too much on a receipt.
    """
    image = picture.pixels
    papers = [] if picture.words else _in_order(find(image))
    pages = [_read_paper(reader, image, quad) for quad in papers] if len(papers) > 1 else []
    pages = [page for page in pages if len(page.rows) >= _ROWS]
    if pages:
        rest = reader.read(_without(image, [page.paper for page in pages if page.paper is not None]))
        pages += [rest] if len(rest.rows) >= _ROWS else []
    if len(pages) < 2:
        # A finder of maps may tell papers apart that touch, or whose edges are not seen.
        pages = [read_page(reader, picture)] if picture.words else reader.read_receipts(image)
    return [page.with_warning(picture.damage) for page in pages]


def _in_order(quads: Sequence[NDArray[np.float64]]) -> list[NDArray[np.float64]]:
    """Return quads row by row from the top, each row from the left."""
    boxes = boxes_of_quads(np.array(quads)).astype(int).tolist() if len(quads) else []
    return [quads[index] for row in group_rows([Cell(*box) for box in boxes]) for index in row]


def _read_paper(reader: PageReader, image: Pixels, quad: NDArray[np.float64]) -> PageText:
    paper, back = rectify_quad(image, _with_margin(quad))
    height, width = image.shape
    return replace(reader.read(paper).moved(back, width, height), paper=quad)


def _with_margin(quad: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the corners of a paper moved outward from its middle."""
    centre = quad.mean(axis=0)
    return np.asarray(centre + (quad - centre) * (1 + _MARGIN))


def _without(image: Pixels, quads: Sequence[NDArray[np.float64]]) -> Pixels:
    """Return an image whose papers are as dark as what lies beside them."""
    covered = np.zeros(image.shape, np.uint8)
    for quad in quads:
        cv2.fillConvexPoly(covered, _with_margin(quad).round().astype(np.int32), (1,))
    ground = image[covered == 0]
    rest = image.copy()
    rest[covered == 1] = np.median(ground) if ground.size else 255
    return rest
