"""Print of the round pins of an impact printer."""

from functools import lru_cache
from typing import Annotated, Any, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from receiptgen.config.records import Record
from receiptgen.core.dice import Dice
from receiptgen.core.distributions import Spread, between
from receiptgen.effects import EFFECTS, EffectStep, draw_record
from receiptgen.effects.printing._print import wave
from receiptgen.imaging.noise import GRAIN_SIGMA, grain
from receiptgen.imaging.page import Page

# A pin strikes where half of its cell is ink, or where less is but more than beside it: a thin stroke between cells.
_INK, _THIN = 115, 38
# Dots from one independent value of the ribbon's wear to the next; and the diameter of a dot in pitches.
_WEAR, _DIAMETER = 60, 0.95
# Pins that a line is high at the least: with a pitch of 2, and with a coarser one, whose dots hide more.
_LOW, _TALL = 7, 10


class PinsDrawn(NamedTuple):
    """Dots a pin, share of ink, wear, unevenness, dots between passes, share of a second impression, noise offset."""

    pitch: int
    strength: float
    wear: float
    uneven: float
    jitter: float
    double: float
    offset: int


@EFFECTS.register
class Pins(Record):
    """Print everything with the round pins of an impact dot matrix, whatever its font was.

    Pins strike on a lattice, and between its points where a stroke of the font would be lost, as in two passes.

    Ink moves by up to half a pitch to the lattice of the pins, and by jitter and second impression; it leaves the boxes
    of characters by up to a pitch on each side, and a dot more to the right for each of these two that is above 0.

    Attributes:
        pitch: Dots from pin to pin, 2 to 4; finer on pages whose lines would be less than 10 pins high with 3 or 4, or
            less than 7 with 2: text 24 dots high is printed with 2.
        strength: Share of full ink that a fresh ribbon gives, 0.2 to 1.
        wear: Share of it that is missing where the ribbon is most worn, 0 to 0.8; changes across the width.
        uneven: Unevenness of single impressions: standard deviation as a share, 0 to 0.4.
        jitter: Dots by which every other row of pins, printed in a second pass, lies to the right, 0 to 1.
        double: Ink of a second impression one dot to the right, as in bold print, as a share of the first's, 0 to 1.
    """

    pitch: Annotated[Spread, between(2, 4)] = Spread(2)
    strength: Annotated[Spread, between(0.2, 1)] = Spread(0.65, 1)
    wear: Annotated[Spread, between(0, 0.8)] = Spread(0.1, 0.45)
    uneven: Annotated[Spread, between(0, 0.4)] = Spread(0.03, 0.15)
    jitter: Annotated[Spread, between(0, 1)] = Spread(0, 0.4)
    double: Annotated[Spread, between(0, 1)] = Spread(0, 0, 0, 0.8)

    def draw(self, dice: Dice) -> tuple[EffectStep, ...]:
        """Draw the lattice, the ribbon and an offset in the noise."""
        return (EffectStep(self, draw_record(PinsDrawn, self, dice)),)

    def apply(self, page: Page, drawn: PinsDrawn) -> Page:
        """Strike the pins; regions stay."""
        height, width = page.size
        pitch = _fitting(page, drawn.pitch)
        rows, columns, top = _struck(page.image, pitch)
        down, across = wave(height, 8 * _WEAR, drawn.offset), wave(width, _WEAR, drawn.offset >> 8)
        force = (1 - drawn.wear / 2 * (1 - across[columns])) * (1 - drawn.wear / 2 * (1 - down[rows]))
        force *= 1 + grain((1, len(rows)), drawn.offset)[0] * (drawn.uneven / GRAIN_SIGMA)
        dots = np.zeros((height, width), np.uint8)
        dots[rows, columns] = np.clip(force * (drawn.strength * 255), 0, 255)
        if drawn.jitter:
            second = dots[top + pitch :: 2 * pitch]
            before = second[:, :-1] * np.float32(drawn.jitter)
            second[:] = second * np.float32(1 - drawn.jitter)
            second[:, 1:] += before.astype(np.uint8)
        if drawn.double:
            again = cv2.convertScaleAbs(dots[:, :-1], alpha=drawn.double)
            dots[:, 1:] = np.maximum(dots[:, 1:], again)
        ink = cv2.filter2D(dots, -1, _dot(pitch), borderType=cv2.BORDER_CONSTANT)
        return page.with_image(~np.asarray(ink, np.uint8))


def _fitting(page: Page, pitch: int) -> int:
    """Return the pitch, or a finer one that gives the lines of the page, in the middle of them, pins enough."""
    quads = page.regions.line_quads
    if not len(quads):
        return pitch
    heights = np.sort(quads[:, :, 1].max(axis=1) - quads[:, :, 1].min(axis=1))
    height = int(heights[len(heights) // 2])
    return max(1, min(pitch, 2, height // _LOW), min(pitch, height // _TALL))


def _struck(image: NDArray[np.uint8], pitch: int) -> tuple[NDArray[Any], NDArray[Any], int]:
    """Return rows and columns of the dots where pins strike, and the first row of the lattice."""
    # A cell as wide as the pitch about the middle of a dot: half of its outermost dots where the pitch is even.
    side = np.array([0.5, *[1.0] * (pitch - 1), 0.5] if pitch % 2 == 0 else [1.0] * pitch, np.float32) / pitch
    cells = np.asarray(cv2.sepFilter2D(~image, -1, side, side, borderType=cv2.BORDER_CONSTANT), np.uint8)
    # The lattice lies where it meets the strokes best, as fonts of such printers are made for their pins.
    down, across = [np.einsum(way, cells, cells, dtype=np.uint32, casting="unsafe") for way in ("ij,ij->i", "ij,ij->j")]
    top, left = [int(np.argmax([sums[at::pitch].sum() for at in range(pitch)])) for sums in (down, across)]
    around = cv2.copyMakeBorder(cells, 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=(0,))
    strong = cells >= _INK
    thin = (cells > around[:-2, 1:-1]) & (cells >= around[2:, 1:-1])
    thin |= (cells > around[1:-1, :-2]) & (cells >= around[1:-1, 2:])
    thin = (thin & (cells >= _THIN)) | strong
    fired, near, half = np.zeros(cells.shape, bool), np.ones((2 * pitch - 1, 2 * pitch - 1), np.uint8), pitch // 2
    # First on the lattice, then half a pitch off, where a second pass prints what the lattice missed of a stroke.
    for wanted in (strong, thin):
        for y, x in ((0, 0), (0, half), (half, 0), (half, half)):
            at = np.s_[(top + y) % pitch :: pitch, (left + x) % pitch :: pitch]
            taken = cv2.dilate(fired.view(np.uint8), near).view(bool)
            fired[at] |= wanted[at] & ~taken[at]
    rows, columns = np.divmod(np.flatnonzero(fired), image.shape[1])
    return rows, columns, top


@lru_cache(maxsize=4)
def _dot(pitch: int) -> NDArray[np.float32]:
    """Return the ink of one pin, float32 of odd side: a disc with a soft edge."""
    radius = _DIAMETER * pitch / 2
    reach = int(np.ceil(radius - 0.4))
    steps = (np.arange((2 * reach + 1) * 8) + 0.5) / 8 - reach - 0.5
    disc = np.clip((radius - np.hypot(steps, steps[:, None])) / 0.4 + 0.5, 0, 1)
    return np.asarray(disc.reshape(2 * reach + 1, 8, 2 * reach + 1, 8).mean(axis=(1, 3)), np.float32)
