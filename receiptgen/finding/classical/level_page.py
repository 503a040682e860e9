"""A page prepared for text detection: rectified, scaled, its rows level and its ink separated from the paper."""

from dataclasses import dataclass, replace

import cv2
import numpy as np

from receiptgen.finding.classical.ink import find_ink, letter_height, skew
from receiptgen.finding.classical.letters import letters_of
from receiptgen.finding.classical.paper import rectify_paper
from receiptgen.imaging.geometry import Pixels, Projective, shrink

# Largest height of a capital in pixels: more costs time and helps nothing. Smaller ones are left as they are.
_LETTER = 24.0
# Longest side of the image in which letters are first measured, and the height that is assumed for it.
_LONGEST, _GUESS = 2200, 24.0
# Shortest side of an image that has room for letters, in pixels.
_LEAST = 5
# Pixels of a page on which letters are looked for: a page of A3 with capitals of that height has 12 million.
_MOST_PIXELS = 16_000_000
# Degrees of skew below which a page is left as it is.
_LEVEL = 0.1


@dataclass(frozen=True)
class LevelPage:
    """A page whose rows are level.

    Attributes:
        image: Grey image, uint8 (H, W).
        ink: Ink mask, uint8 (H, W), 1 where there is ink.
        letter: Approximate height of a capital, in pixels.
        back: Map from its pixels to those of the original image.
    """

    image: Pixels
    ink: Pixels
    letter: float
    back: Projective

    def with_letter(self, letter: float) -> "LevelPage":
        """Return the same page with its ink found again, for capitals of another height."""
        return replace(self, ink=find_ink(self.image, letter), letter=letter)


def level_page(image: Pixels, turns: int = 0) -> LevelPage | None:
    """Rectify a page's perspective, scale it to letters of a known size and level its rows.

    Args:
        image: Grey image uint8 (H, W), of any size.
        turns: Quarter turns counter-clockwise that make it upright.

    Returns:
        The level page; None where there is next to no text.
    """
    if min(image.shape) < _LEAST:
        return None
    paper, to_image = rectify_paper(image) or (image, Projective.scaling(1, 1))
    if turns:
        turn, _ = Projective.rotation(90 * turns, (paper.shape[0], paper.shape[1]))
        paper, to_image = np.rot90(paper, turns).copy(), Projective(to_image.matrix @ turn.inverse().matrix)
    first = min(1.0, _LONGEST / max(paper.shape))
    letter = letter_height(find_ink(shrink(paper, first), _GUESS))
    if letter is None:
        return None
    scale = min(1.0, _LETTER * first / letter, (_MOST_PIXELS / paper.size) ** 0.5)
    page, letter = shrink(paper, scale), letter / first * scale
    ink = find_ink(page, letter)
    larger = Projective.scaling(paper.shape[1] / page.shape[1], paper.shape[0] / page.shape[0])
    back = Projective(to_image.matrix @ larger.matrix)
    degrees = skew(letters_of(ink, letter))
    if abs(degrees) < _LEVEL:
        return LevelPage(page, ink, letter, back)
    turn, (height, width) = Projective.rotation(degrees, (page.shape[0], page.shape[1]))
    rotated = cv2.warpAffine(page, turn.pixel_matrix()[:2], (width, height), borderMode=cv2.BORDER_REPLICATE)
    page = np.asarray(rotated, np.uint8)
    return LevelPage(page, find_ink(page, letter), letter, Projective(back.matrix @ turn.inverse().matrix))
