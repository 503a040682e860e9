"""What a page is like for something to be laid on it: how large its print is, and where its paper is empty."""

import numpy as np

from receiptgen.core.dice import Dice
from receiptgen.imaging.geometry import Level, boxes_of_quads
from receiptgen.imaging.page import Page

_BODY = 24.0  # dots: what most printers print


def body_height(page: Page) -> float:
    """Return the height of most words in pixels; without words, that of a usual print, as far as the page has room."""
    if not page.regions.words:
        return float(max(4.0, min(_BODY, 0.6 * page.image.shape[0])))
    # Along their own sides, for print may be turned.
    sides = (page.regions.word_quads[:, 3] - page.regions.word_quads[:, 0]).astype(np.float64)
    return max(4.0, float(np.median(np.hypot(sides[:, 0], sides[:, 1]))))


def cramped(page: Page) -> bool:
    """Tell whether a page is about as small as one line of print."""
    height, width = page.size
    return bool(min(height, width) < 4 * body_height(page))


def paper_level(page: Page) -> Level:
    """Return the level, or colour, of the page's paper: that of its lighter part, for paper is most of a page."""
    channels = page.image[::8, ::8].reshape(-1, 3 if page.color else 1).T
    middle = channels.shape[1] * 3 // 5
    first, *others = np.partition(channels, middle, axis=1)[:, middle].tolist()
    return (first, *others) if others else first


def bare_paper(page: Page) -> Level:
    """Return what is left where ink comes off: white on a grey page, the paper's own colour on one in colour."""
    return paper_level(page) if page.color else 255


def beyond_edge(page: Page, ground: int) -> Level:
    """Return what comes into sight beyond the edge of a page where a ground of some level is asked for.

    On a grey page white is paper. One in colour as small as a line of print is a part of a larger paper, of which there
    is more.
    """
    return paper_level(page) if page.color and ground == 255 and cramped(page) else ground


def free_place(
    page: Page, size: tuple[float, float], zone: tuple[float, float, float, float], dice: Dice
) -> tuple[float, float, float]:
    """Search for empty paper.

    Args:
        page: Page whose words and marks take room.
        size: Height and width of what is to be laid, in pixels.
        zone: ``x0, y0, x1, y1`` in pixels that it is to stay in, where it fits.
        dice: Draws the positions that are tried.

    Returns:
        ``x, y, share``: the top left corner that hides least, and the share of the area where words and marks are.
    """
    height, width = size
    x0, y0, x1, y1 = zone
    draws = [(dice.uniform(x0, max(x0, x1 - width)), dice.uniform(y0, max(y0, y1 - height))) for _ in range(24)]
    corners = np.array(draws)
    taken = boxes_of_quads(np.concatenate([page.regions.word_quads, page.regions.mark_quads]))
    low = np.maximum(corners[:, None], taken[None, :, :2])
    high = np.minimum(corners[:, None] + [width, height], taken[None, :, 2:])
    shared = np.clip(high - low, 0, None).prod(axis=2).sum(axis=1)
    best = int(shared.argmin())
    return *draws[best], float(shared[best]) / max(1.0, width * height)


def zone(where: str, size: tuple[int, ...], body: float, dice: Dice) -> tuple[float, float, float, float]:
    """Return a part of a page: ``x0, y0, x1, y1`` in pixels.

    Args:
        where: ``top``; ``margin`` for the left, right or lower edge; ``foot``; ``anywhere``.
        size: Height and width of the page.
        body: Height of its usual words.
        dice: Draws the edge.
    """
    height, width = size
    edge = 1.5
    if where == "top":
        return edge, edge, width - edge, min(height - edge, 7 * body)
    if where == "margin":
        where = dice.choose(("left", "right", "foot"))
    if where == "foot":
        return edge, max(edge, height - 9 * body), width - edge, height - edge
    if where == "left":
        return edge, edge, 0.4 * width, height - edge
    if where == "right":
        return 0.6 * width, edge, width - edge, height - edge
    return edge, edge, width - edge, height - edge
