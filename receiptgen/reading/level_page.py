"""A page made ready: of one scale, its rows level, its ink told from its paper."""

from dataclasses import dataclass, replace

import cv2
import numpy as np

from receiptgen.imaging.geometry import Pixels, Projective
from receiptgen.reading.ink import find_ink, letter_height, skew
from receiptgen.reading.letters import letters_of
from receiptgen.reading.paper import rectified

# Pixels of a capital at most: larger ones cost time and tell nothing more. Smaller ones are left as they are.
_LETTER = 24.0
# Longest side in which letters are first measured, and the height that is then taken for granted.
_LONGEST, _GUESS = 2200, 24.0
# Degrees of skew that are let be.
_LEVEL = 0.1


@dataclass(frozen=True)
class LevelPage:
    """A page whose rows are level.

    Attributes:
        image: uint8 (H, W), gray.
        ink: uint8 (H, W), 1 where there is ink.
        letter: About how high a capital is, in pixels.
        back: From its pixels to those of the image it was made of.
    """

    image: Pixels
    ink: Pixels
    letter: float
    back: Projective

    def measured(self, letter: float) -> "LevelPage":
        """Return the same page with its ink found anew, for capitals of another height."""
        return replace(self, ink=find_ink(self.image, letter), letter=letter)


def level_page(image: Pixels, turns: int = 0) -> LevelPage | None:
    """Take a page's perspective out, scale it to letters of a known size and level its rows.

    Args:
        image: uint8 (H, W), gray, of any size.
        turns: Quarter turns counter-clockwise that it needs to be upright.

    Returns:
        None where there is next to no text.
    """
    paper, onto = rectified(image) or (image, Projective.scaling(1, 1))
    if turns:
        turn, _ = Projective.rotation(90 * turns, (paper.shape[0], paper.shape[1]))
        paper, onto = np.rot90(paper, turns).copy(), Projective(onto.matrix @ turn.inverse().matrix)
    shrink = min(1.0, _LONGEST / max(paper.shape))
    letter = letter_height(find_ink(_scaled(paper, shrink), _GUESS))
    if letter is None:
        return None
    scale = min(1.0, _LETTER * shrink / letter)
    page, letter = _scaled(paper, scale), letter / shrink * scale
    ink = find_ink(page, letter)
    larger = Projective.scaling(paper.shape[1] / page.shape[1], paper.shape[0] / page.shape[0])
    back = Projective(onto.matrix @ larger.matrix)
    degrees = skew(letters_of(ink, letter))
    if abs(degrees) < _LEVEL:
        return LevelPage(page, ink, letter, back)
    turn, (height, width) = Projective.rotation(degrees, (page.shape[0], page.shape[1]))
    moved = cv2.warpAffine(page, turn.pixel_matrix()[:2], (width, height), borderMode=cv2.BORDER_REPLICATE)
    page = np.asarray(moved, np.uint8)
    return LevelPage(page, find_ink(page, letter), letter, Projective(back.matrix @ turn.inverse().matrix))


def _scaled(image: Pixels, scale: float) -> Pixels:
    if scale >= 1:
        return image
    return np.asarray(cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8)
