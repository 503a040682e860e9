"""A picture that was sent on."""

from typing import Annotated, NamedTuple

import cv2
import numpy as np

from receiptgen.config.records import Record
from receiptgen.core.dice import Dice
from receiptgen.core.distributions import Range, Spread, between, counts
from receiptgen.effects import EFFECTS, EffectStep
from receiptgen.effects.capture._jpeg_blocks import through_color_jpeg, through_jpeg
from receiptgen.effects.handling._blank_paper import body_height
from receiptgen.imaging.geometry import Pixels, Projective
from receiptgen.imaging.page import Page

# Height of the ink of most words, in pixels, below which nothing is made smaller: it could not be read.
_LEAST = 5.0


class MessengerDrawn(NamedTuple):
    """Longer sides in pixels and qualities of all times that it is sent, first to last."""

    longest: list[int]
    quality: list[int]


@EFFECTS.register
class Messenger(Record):
    """What is left of a picture once it was sent: it is made smaller and compressed, at times again and again.

    Each time it has another size, so that the blocks of one JPEG lie across those of the one before. Nothing is made
    so small that the ink of most words is less than 5 pixels high.

    Attributes:
        longest: Longer side in pixels that pictures are sent with, 240 to 4096; smaller ones keep theirs.
        quality: Quality as libjpeg counts it, 5 to 100; each time another.
        times: Number of times that it is sent, 1 to 4.
        shrink: Factor of the longer side from each time to the next, 0.5 to 1.
    """

    longest: Annotated[Spread, between(240, 4096)] = Spread(1280, 1280, 1600)
    quality: Annotated[Spread, between(5, 100)] = Spread(60, 75)
    times: Annotated[Range, counts(1, 4)] = Range(1, 2)
    shrink: Annotated[Spread, between(0.5, 1)] = Spread(0.75, 1)

    def draw(self, dice: Dice) -> tuple[EffectStep, ...]:
        """Draw how often it is sent, and what each time does to it."""
        longest, qualities = [dice.spread(self.longest)], []
        for _ in range(dice.count(self.times)):
            qualities.append(round(dice.spread(self.quality)))
            longest.append(longest[-1] * dice.spread(self.shrink))
        sides = [round(side) for side in longest[:-1]]
        return (EffectStep(self, MessengerDrawn(sides, qualities)),)

    def apply(self, page: Page, drawn: MessengerDrawn) -> Page:
        """Shrink and compress pixels; quads shrink with them."""
        image, (height, width) = page.image, page.size
        least = min(1.0, _LEAST / body_height(page))
        for longest, quality in zip(drawn.longest, drawn.quality, strict=True):
            scale = max(least, min(1.0, longest / max(height, width)))
            image = _compressed(_shrunk(image, (max(1, round(height * scale)), max(1, round(width * scale)))), quality)
        if image.shape[:2] == page.size:
            return page.with_image(image)
        return page.moved(Projective.scaling(image.shape[1] / width, image.shape[0] / height), image)


def _shrunk(image: Pixels, size: tuple[int, int]) -> Pixels:
    if image.shape[:2] == size:
        return image
    return np.asarray(cv2.resize(image, size[::-1], interpolation=cv2.INTER_AREA), np.uint8)


def _compressed(image: Pixels, quality: int) -> Pixels:
    return through_jpeg(image, quality) if image.ndim == 2 else through_color_jpeg(image, quality, "4:2:0")
