"""What is doubtful about a page that was read: print that no line accounts for, and lines cut off at an edge."""

from collections.abc import Iterator, Sequence

import numpy as np

from receiptgen.reading.results import TextLine

# Share of unread ink from which it is told: of 225 real receipts ten have more, and all of those were read badly.
_UNREAD = 0.5
# Lines nearer to an edge of the image than this share of their height, with a lower confidence than this and at least
# as many characters, are doubtful.
_NEAR, _CONFIDENCE, _CHARS = 0.3, 0.7, 4
# Characters of such a line that are quoted.
_QUOTED = 40


def doubts(width: int, height: int, lines: Sequence[TextLine], unread: float) -> Iterator[str]:
    """Yield what is doubtful about a page, in a few words each.

    Args:
        width: Width of the image, in pixels.
        height: Height of the image, in pixels.
        lines: The lines that were read.
        unread: Share of its print that was not read, 0 to 1.
    """
    if unread > _UNREAD:
        yield f"{unread:.0%} of its print was not read"
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
