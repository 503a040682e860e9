"""The noise of a sensor."""

from typing import Annotated, Any, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from receiptgen.config.records import Record
from receiptgen.core.dice import Dice
from receiptgen.core.distributions import Spread, between
from receiptgen.effects import EFFECTS, EffectStep, draw_record
from receiptgen.effects._ink import over_channels
from receiptgen.imaging.noise import GRAIN_SIGMA, grain, grain_bytes
from receiptgen.imaging.page import Page

_LIGHT = np.arange(256, dtype=np.float32) / 255
# A Gaussian narrower than this leaves a pixel's noise its own.
_NARROW = 0.3


class SensorDrawn(NamedTuple):
    """Standard deviations in levels, in the dark and added in full light; grain size in pixels; offset of the noise."""

    read: float
    shot: float
    size: float
    offset: int


@EFFECTS.register
class Sensor(Record):
    """Gaussian noise: the same everywhere, and some that grows with the light.

    Attributes:
        read: Standard deviation in levels, whatever the light, 0 to 60.
        shot: Standard deviation in levels that full light adds, 0 to 60; variances add, and grow with the light.
        size: Size of the grain, as the sigma of a Gaussian in pixels, 0 to 5; below 0.3 each pixel has its own.
    """

    read: Annotated[Spread, between(0, 60)] = Spread(0.5, 4)
    shot: Annotated[Spread, between(0, 60)] = Spread(0, 3)
    size: Annotated[Spread, between(0, 5)] = Spread(0, 0, 0.8)

    def draw(self, dice: Dice) -> tuple[EffectStep, ...]:
        """Draw the strengths."""
        return (EffectStep(self, draw_record(SensorDrawn, self, dice)),)

    def apply(self, page: Page, drawn: SensorDrawn) -> Page:
        """Add noise and cut off at black and white; regions stay."""
        image, size = page.image, page.size
        if drawn.size < _NARROW and drawn.shot * 4 <= drawn.read:
            weight = drawn.read / GRAIN_SIGMA
            noisy = cv2.addWeighted(
                image, 1, over_channels(grain_bytes(size, drawn.offset), image), weight, -128 * weight
            )
            return page.with_image(np.asarray(noisy, np.uint8))
        noise: NDArray[Any] = grain(size, drawn.offset)
        if drawn.size >= _NARROW:
            noise = _correlated(noise, drawn.size)
        if drawn.shot * 4 > drawn.read:
            sigma = np.sqrt(drawn.shot**2 * _LIGHT + drawn.read**2) / np.float32(GRAIN_SIGMA)
            noise = cv2.LUT(image, sigma.astype(np.float32)) * over_channels(noise, image)
        else:
            noise = over_channels(noise * np.float32(drawn.read / GRAIN_SIGMA), image)
        return page.with_image(np.asarray(cv2.add(image, noise, dtype=cv2.CV_8U), np.uint8))


def _correlated(noise: NDArray[Any], sigma: float) -> NDArray[np.float32]:
    """Blur noise and keep its standard deviation."""
    kernel = cv2.getGaussianKernel(2 * int(2 * sigma + 0.9) + 1, sigma, cv2.CV_32F)
    # White noise leaves each of two passes with the root of the kernel's energy.
    kernel = kernel / np.sqrt(np.vdot(kernel, kernel))
    return np.asarray(cv2.sepFilter2D(noise.astype(np.float32), cv2.CV_32F, kernel, kernel), np.float32)
