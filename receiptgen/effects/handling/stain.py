"""Stains: a cup's ring, a blot, grease."""

from typing import Annotated, NamedTuple

import cv2
import numpy as np

from receiptgen.config.records import Record
from receiptgen.core.dice import Dice
from receiptgen.core.distributions import Spread, Weights, among, between
from receiptgen.effects import EFFECTS, EffectStep
from receiptgen.effects.handling._overlay import lay, tight
from receiptgen.imaging.colors import ColorWeights
from receiptgen.imaging.geometry import Pixels, Projective
from receiptgen.imaging.noise import OFFSETS, curve, field
from receiptgen.imaging.page import Page
from receiptgen.imaging.regions import Mark

_LARGEST = 140  # dots of radius beyond which a stain is drawn smaller and grown


class StainDrawn(NamedTuple):
    """Which kind; its centre as shares of the page; dots of radius, opacity at its edge, level, and noise."""

    kind: str
    x: float
    y: float
    radius: float
    opacity: float
    level: int
    offset: int
    color: str = ""


@EFFECTS.register
class Stain(Record):
    """A translucent stain of irregular outline, darkest at its edge, where it dried last.

    Attributes:
        kinds: Which, with weights: ``ring`` of a cup, ``blot`` of a drop, ``grease`` that darkens evenly.
        radius: Radius in dots, 4 to 1500.
        opacity: Share of the paper that its darkest part hides, 0.02 to 0.9.
        level: Level it tends to, 0 to 220.
        colors: Colours of what it was, with weights; on pages in colour.
    """

    kinds: Annotated[Weights, among("ring", "blot", "grease")] = Weights(ring=1.0, blot=3.0, grease=2.0)
    radius: Annotated[Spread, between(4, 1500)] = Spread(12, 40, 170)
    opacity: Annotated[Spread, between(0.02, 0.9)] = Spread(0.08, 0.2, 0.45)
    level: Annotated[Spread, between(0, 220)] = Spread(60, 150)
    colors: ColorWeights = Weights(coffee=4.0, grease=2.0, brown=1.0, wine=0.4)

    def draw(self, dice: Dice) -> tuple[EffectStep, ...]:
        """Draw where it is and how dark."""
        kind, (x, y) = dice.weigh(self.kinds), (round(dice.random(), 4) for _ in range(2))
        radius, opacity, level = dice.spread(self.radius), dice.spread(self.opacity), round(dice.spread(self.level))
        if kind == "ring":
            # No cup is smaller than about six centimetres across.
            radius = max(radius, 200.0)
        return (EffectStep(self, StainDrawn(kind, x, y, radius, opacity, level, dice.integer(0, OFFSETS))),)

    def apply(self, page: Page, drawn: StainDrawn) -> Page:
        """Lay it over the print, which it hides as far as it is opaque."""
        height, width = page.size
        smaller = max(1.0, drawn.radius / _LARGEST)
        patch, left, top = tight(_patch(drawn, drawn.radius / smaller))
        middle = _middle(drawn, drawn.radius / smaller)
        x, y = drawn.x * width + (left - middle) * smaller, drawn.y * height + (top - middle) * smaller
        move = np.array([[smaller, 0, x], [0, smaller, y], [0, 0, 1.0]])
        return lay(page, patch, Projective(move), Mark("stain"), drawn.level, drawn.color, soaks=True)


def _middle(drawn: StainDrawn, radius: float) -> int:
    return int(np.ceil(1.5 * radius)) + 4


def _patch(drawn: StainDrawn, radius: float) -> Pixels:
    """Draw the stain by how far each pixel is from its outline."""
    middle = _middle(drawn, radius)
    side = 2 * middle + 1
    at = np.arange(-middle, middle + 1, dtype=np.float32)
    across, down = np.meshgrid(at, at)
    away, angle = cv2.cartToPolar(across, down)
    turns = 256
    wobble = curve(turns + 1, 40, drawn.offset) * np.float32(0.02 if drawn.kind == "ring" else 0.17)
    # The outline closes: its end fades into its beginning.
    fade = np.linspace(0, 1, turns + 1, dtype=np.float32)
    outline = (1 + wobble * (1 - fade) + wobble[::-1] * fade) * np.float32(radius)
    outline[-1] = outline[0] = (outline[0] + outline[-1]) / 2
    frayed = radius * (0.01 if drawn.kind == "ring" else 0.035)
    ragged = frayed * field((side, side), max(2.0, radius / 9), drawn.offset + 1)
    inside = outline.take((np.asarray(angle) * np.float32(turns / (2 * np.pi))).astype(np.int32)) - away + ragged
    edge = max(0.8, 0.012 * radius)
    within = np.clip(inside / edge + 0.5, 0, 1)
    rim = np.exp(np.maximum(inside, 0) * np.float32(-1 / (edge * (3 if drawn.kind == "ring" else 5))))
    fill, rimmed = {"ring": (0.06, 0.9), "blot": (0.55, 0.45), "grease": (0.8, 0.2)}[drawn.kind]
    uneven = 1 + 0.45 * field((side, side), max(4.0, radius / 2), drawn.offset + 2)
    share = within * (fill + rimmed * rim) * np.clip(uneven, 0.1, 1.4) * np.float32(255 * drawn.opacity)
    return np.asarray(np.clip(share, 0, 255).astype(np.uint8))
