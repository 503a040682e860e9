"""What is doubtful about a page that was read: ink that no line accounts for, and lines cut off at an edge."""

from collections.abc import Iterator, Sequence

import cv2
import numpy as np

from receiptgen.reading.cells import Cell
from receiptgen.reading.letters import letters_of
from receiptgen.reading.level_page import LevelPage
from receiptgen.reading.results import TextLine

# Share of unread ink from which it is told: of 225 real receipts ten have more, and all of those were read badly.
_UNREAD = 0.5
# Lines nearer to an edge of the image than this share of their height, with a lower confidence than this and at least
# as many characters, are doubtful.
_NEAR, _CONFIDENCE, _CHARS = 0.3, 0.5, 4
# Characters of such a line that are quoted.
_QUOTED = 40


def unread_share(page: LevelPage, cells: Sequence[Cell]) -> float:
    """Return the share of a page's ink, of what may be letters by its size, that lies outside the cells."""
    ink = letters_of(page.ink, page.letter)
    total = np.count_nonzero(ink)
    if not total:
        return 0.0
    for cell in cells:
        fall = cell.fall * (cell.x1 - cell.x0) / 2
        left, right = ((cell.x0, -fall), (cell.x1, fall))
        corners = [(x, y + offset) for y in (cell.y0, cell.y1) for x, offset in (left, right)]
        cv2.fillConvexPoly(ink, np.array(corners)[[0, 1, 3, 2]].round().astype(np.int32), (0,))
    return float(np.count_nonzero(ink) / total)


def doubts(width: int, height: int, lines: Sequence[TextLine], unread: float) -> Iterator[str]:
    """Yield what is doubtful about a page, in a few words each.

    Args:
        width: Width of the image, in pixels.
        height: Height of the image, in pixels.
        lines: The lines that were read.
        unread: As ``unread_share`` gives it.
    """
    if unread > _UNREAD:
        yield f"{unread:.0%} of its ink was not read"
    torn = [line.text for line in lines if _is_torn(line, width, height)]
    if torn:
        count = "1 line" if len(torn) == 1 else f"{len(torn)} lines"
        yield f"{count} at the edge of the image read with doubt: {torn[0][:_QUOTED]!r}"


def _is_torn(line: TextLine, width: int, height: int) -> bool:
    """Tell whether a line reaches an edge of the image and is uncertain."""
    if line.confidence >= _CONFIDENCE or len(line.text) < _CHARS:
        return False
    near = _NEAR * float(np.linalg.norm(line.quad[3] - line.quad[0]))
    return bool(min(line.quad.min(), (np.array([width, height]) - line.quad).min()) < near)
