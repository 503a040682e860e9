"""The one line of writing that these effects know: where it stands, and how large its letters are."""

from typing import NamedTuple

from receiptgen.imaging.geometry import boxes_of_quads
from receiptgen.imaging.page import Page


class Measures(NamedTuple):
    """Measures of a line in pixels.

    Attributes:
        baseline: Distance of the line of writing from the top of the image.
        body: Height of most of its words.
        pitch: Width of a letter, with what is between it and the next.
    """

    baseline: float
    body: float
    pitch: float


def measures(page: Page) -> Measures | None:
    """Measure a page of one line; None for all others, which are not written at one go."""
    regions = page.regions
    if len(regions.lines) != 1 or not regions.words:
        return None
    # Lists, since the median of a few numbers takes NumPy longer than an effect takes for all of its pixels.
    chars, words = boxes_of_quads(regions.char_quads).tolist(), boxes_of_quads(regions.word_quads).tolist()
    body = max(4.0, _middle([y1 - y0 for _, y0, _, y1 in words]))
    length = max(box[2] for box in chars) - min(box[0] for box in chars)
    return Measures(_middle([box[3] for box in chars]), body, max(2.0, length / (len(chars) + len(words) - 1)))


def _middle(numbers: list[float]) -> float:
    return float(sorted(numbers)[len(numbers) // 2])
