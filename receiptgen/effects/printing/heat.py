"""How hot a thermal head is, and how evenly."""

from typing import Annotated, NamedTuple

import cv2
import numpy as np

from receiptgen.config.records import Record
from receiptgen.core.dice import Dice
from receiptgen.core.distributions import Spread, between
from receiptgen.effects import EFFECTS, EffectStep, draw_record
from receiptgen.effects.printing._print import wave
from receiptgen.imaging.noise import GRAIN_SIGMA, field, grain_bytes
from receiptgen.imaging.page import Page

# Dots from one independent value to the next: down the paper as the head cools, across it as rollers press.
_ROWS, _COLUMNS = 40, 90
# Dots of a smaller clump are alone.
_ALONE = 1.2


class HeatDrawn(NamedTuple):
    """Share of ink left, what of it goes down and across, its grain and the size of that, an offset in the noise."""

    strength: float
    rows: float
    columns: float
    grain: float
    clump: float
    offset: int


@EFFECTS.register
class Heat(Record):
    """How dark a thermal printer prints: this makes a receipt pale.

    Attributes:
        strength: Share of the ink that is left where the head is hottest, 0.1 to 1; at 0.65 black is level 90, at
            0.3, as pale as receipts usually get, level 180.
        rows: Ink that the palest rows lack, as a share of the strength, 0 to 0.5.
        columns: Ink that the palest columns lack, as a share of the strength, 0 to 0.5.
        grain: Unevenness of single dots: standard deviation as a share of full ink, 0 to 0.3; so it shows the
            more, the paler the print.
        clump: Dots that are darker or paler together, 1 to 6; below 1.2 each is by itself.
    """

    strength: Annotated[Spread, between(0.1, 1)] = Spread(0.4, 0.55, 0.7, 0.9, 1.0)
    rows: Annotated[Spread, between(0, 0.5)] = Spread(0, 0.2)
    columns: Annotated[Spread, between(0, 0.5)] = Spread(0, 0.25)
    grain: Annotated[Spread, between(0, 0.3)] = Spread(0, 0.12)
    clump: Annotated[Spread, between(1, 6)] = Spread(1, 2)

    def draw(self, dice: Dice) -> tuple[EffectStep, ...]:
        """Draw strength, amplitudes and an offset in the noise."""
        return (EffectStep(self, draw_record(HeatDrawn, self, dice)),)

    def apply(self, page: Page, drawn: HeatDrawn) -> Page:
        """Scale the ink of every pixel; paper and regions stay."""
        shape, offset, full = page.size, drawn.offset, 255 * drawn.strength
        # Bytes, half of the strength from rows and half from columns; a quarter of a level apart, so that they don't
        # both round up.
        row = wave(shape[0], _ROWS, offset)[:, None]
        rows = cv2.convertScaleAbs(row, alpha=drawn.rows * full / 2, beta=(1 - drawn.rows) * full / 2 + 0.25)
        column = wave(shape[1], _COLUMNS, offset >> 8)[None]
        columns = cv2.convertScaleAbs(
            column, alpha=drawn.columns * full / 2, beta=(1 - drawn.columns) * full / 2 - 0.25
        )
        share = np.asarray(rows + columns, np.uint8)
        if drawn.grain:
            if drawn.clump < _ALONE:
                dots = grain_bytes(shape, offset)
            else:
                # A field's own deviation is about 0.6.
                clumps = cv2.convertScaleAbs(field(shape, drawn.clump, offset), alpha=GRAIN_SIGMA / 0.6, beta=128)
                dots = np.asarray(clumps, np.uint8)
            weight = drawn.grain * 255 / GRAIN_SIGMA
            share = np.asarray(cv2.addWeighted(share, 1, dots, weight, -128 * weight), np.uint8)
        return page.with_image(~np.asarray(cv2.multiply(~page.image, share, scale=1 / 255), np.uint8))
