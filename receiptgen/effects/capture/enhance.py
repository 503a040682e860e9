"""What scanner apps make of a photograph."""

from typing import Annotated, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from receiptgen.config.records import Record
from receiptgen.core.dice import Dice
from receiptgen.core.distributions import Spread, Weights, among, between
from receiptgen.effects import EFFECTS, EffectStep, draw_record
from receiptgen.effects.handling._blank_paper import body_height
from receiptgen.imaging.channels import grey, in_color
from receiptgen.imaging.geometry import Pixels
from receiptgen.imaging.page import Page

_MODES = ("bw", "grey", "color")
# Pixels of the paper that are looked for in a letter's height: fewer would not pass between strokes.
_SAMPLES = 4.0


class EnhanceDrawn(NamedTuple):
    """Mode, share of the shade that is taken out, heights of letters that it looks round, gain, threshold."""

    mode: str
    even: float
    reach: float
    gain: float
    level: float


@EFFECTS.register
class Enhance(Record):
    """Paper is found round every pixel and made white, ink blacker; folds and shadows with hard edges leave traces.

    Attributes:
        mode: What comes out, by weight: ``bw`` black and white, ``grey``, or ``color``, which on grey pages is as grey.
        even: Share of the uneven light that is taken out, 0 to 1.
        reach: Distance in heights of letters within which paper is looked for, 0.5 to 8.
        gain: Multiple of the contrast of ink afterwards, 1 to 4.
        level: Share of the paper's light below which ``bw`` makes ink, 0.3 to 0.98.
    """

    mode: Annotated[Weights, among(*_MODES)] = Weights(bw=1.0, grey=1.0, color=1.0)
    even: Annotated[Spread, between(0, 1)] = Spread(0.6, 0.95, 1)
    reach: Annotated[Spread, between(0.5, 8)] = Spread(1, 3)
    gain: Annotated[Spread, between(1, 4)] = Spread(1.1, 1.8)
    level: Annotated[Spread, between(0.3, 0.98)] = Spread(0.7, 0.88)

    def draw(self, dice: Dice) -> tuple[EffectStep, ...]:
        """Draw the mode and its settings."""
        return (EffectStep(self, draw_record(EnhanceDrawn, self, dice)),)

    def apply(self, page: Page, drawn: EnhanceDrawn) -> Page:
        """Divide every pixel by the paper round it; regions stay."""
        image = page.image if drawn.mode == "color" else grey(page.image)
        flat = np.asarray(cv2.divide(image, _paper(image, body_height(page), drawn), scale=255), np.uint8)
        shares = np.arange(256, dtype=np.float32)
        if drawn.mode == "bw":
            curve = np.where(shares < drawn.level * 255, 0, 255)
        else:
            curve = np.clip(255 - (255 - shares) * drawn.gain, 0, 255)
        changed = np.asarray(cv2.LUT(flat, np.rint(curve).astype(np.uint8)), np.uint8)
        return page.with_image(in_color(changed) if page.color else changed)


def _paper(image: Pixels, letter: float, drawn: EnhanceDrawn) -> Pixels:
    """Return the levels of the paper round each pixel, in part made even, uint8 (H, W) or (H, W, 3)."""
    height, width = image.shape[:2]
    step = max(1.0, letter / _SAMPLES)
    small = max(1, round(height / step)), max(1, round(width / step))
    coarse = cv2.resize(image, small[::-1], interpolation=cv2.INTER_AREA)
    side = 2 * round(drawn.reach * letter / step / 2) + 1
    # Closing: the brightest nearby, then the darkest of those, so that paper ends where it did.
    closed = cv2.morphologyEx(coarse, cv2.MORPH_CLOSE, np.ones((side, side), np.uint8), borderType=cv2.BORDER_REPLICATE)
    soft: NDArray[np.uint8] = np.asarray(cv2.blur(closed, (side, side), borderType=cv2.BORDER_REPLICATE), np.uint8)
    uneven = cv2.convertScaleAbs(soft, alpha=drawn.even, beta=255 * (1 - drawn.even))
    return np.asarray(cv2.resize(uneven, (width, height), interpolation=cv2.INTER_LINEAR), np.uint8)
