"""A receipt on a phone's screen."""

from dataclasses import replace
from functools import lru_cache
from typing import Annotated, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from receiptgen.config.records import Record
from receiptgen.core.dice import Dice
from receiptgen.core.distributions import Spread, between
from receiptgen.effects import EFFECTS, EffectStep
from receiptgen.imaging.channels import in_color
from receiptgen.imaging.geometry import Projective, quads_of_boxes
from receiptgen.imaging.page import Page, check_size
from receiptgen.imaging.regions import Mark
from receiptgen.typography.typeface import face

_FACE = "open-sans"


class ScreenshotDrawn(NamedTuple):
    """Width, margin and heights of the bars in pixels, levels of ground and bars, what the status bar shows."""

    width: int
    side: int
    status: int
    navigation: int
    ground: int
    bar: int
    clock: str
    battery: float
    buttons: bool


@EFFECTS.register
class Screenshot(Record):
    """A screenshot: the page scaled to a screen's width, between a bar with time and battery and one with buttons.

    The bars are marks of kind ``screen``; the upper one's text is the time.

    Attributes:
        width: Pixels across the screen, 240 to 2000.
        side: Pixels left of, right of, above and below the page, 0 to 200.
        bar: Height of the upper bar as a share of the screen's width, 0.03 to 0.15; the lower one is up to twice that.
        ground: Level round the page, 0 black to 255 white.
        dark: Share of screens whose bars are dark, 0 to 1.
    """

    width: Annotated[Spread, between(240, 2000)] = Spread(480, 720, 1080)
    side: Annotated[Spread, between(0, 200)] = Spread(0, 30)
    bar: Annotated[Spread, between(0.03, 0.15)] = Spread(0.05, 0.075)
    ground: Annotated[Spread, between(0, 255)] = Spread(200, 255)
    dark: Annotated[Spread, between(0, 1)] = Spread(0.4)

    def draw(self, dice: Dice) -> tuple[EffectStep, ...]:
        """Draw the screen."""
        width = round(dice.spread(self.width))
        bar = dice.spread(self.bar) * width
        dark = dice.chance(dice.spread(self.dark))
        hour, minute = dice.integer(0, 23), dice.integer(0, 59)
        drawn = ScreenshotDrawn(
            width,
            round(dice.spread(self.side)),
            round(bar),
            round(bar * dice.uniform(0.8, 2)),
            round(dice.spread(self.ground)),
            dice.integer(0, 50) if dark else dice.integer(215, 255),
            f"{hour}:{minute:02}" if dice.chance(0.5) else f"{hour:02}:{minute:02}",
            round(dice.uniform(0.05, 1), 2),
            dice.chance(0.5),
        )
        return (EffectStep(self, drawn),)

    def apply(self, page: Page, drawn: ScreenshotDrawn) -> Page:
        """Scale the page, lay it on the ground, and draw the bars above and below it."""
        high, wide = page.size
        width = max(8, drawn.width - 2 * drawn.side)
        height = max(1, round(high * width / wide))
        way = cv2.INTER_AREA if width < wide else cv2.INTER_LINEAR
        left, top = drawn.side, drawn.status + drawn.side
        whole = (top + height + drawn.side + drawn.navigation, width + 2 * drawn.side)
        check_size(*whole)
        screen = np.full(whole, drawn.ground, np.uint8)
        _status(screen[: drawn.status], drawn)
        _navigation(screen[-drawn.navigation :], drawn)
        image = in_color(screen) if page.color else screen
        image[top : top + height, left : left + width] = cv2.resize(page.image, (width, height), interpolation=way)
        move = Projective.translation(left, top).matrix @ Projective.scaling(width / wide, height / high).matrix
        moved = page.moved(Projective(np.asarray(move, np.float64)), image)
        bars = np.array([[0, 0, whole[1], drawn.status], [0, whole[0] - drawn.navigation, whole[1], whole[0]]])
        upper, lower = quads_of_boxes(bars.astype(np.float64))
        regions = moved.regions.marked(Mark("screen", drawn.clock), upper).marked(Mark("screen"), lower)
        return replace(moved, regions=regions)


@lru_cache(maxsize=64)
def _font(size: int) -> ImageFont.FreeTypeFont:
    return face(_FACE).open(size, layout=None)


def _status(bar: NDArray[np.uint8], drawn: ScreenshotDrawn) -> None:
    """Draw the time to the left and the battery to the right."""
    height, width = bar.shape
    ink = 235 if drawn.bar < 128 else 40
    drawing = Image.new("L", (width, height), drawn.bar)
    pen = ImageDraw.Draw(drawing)
    gap = height * 0.4
    pen.text((gap, height / 2), drawn.clock, ink, _font(max(6, round(height * 0.5))), "lm")
    half, right = height * 0.16, width - gap
    left = right - height * 0.55
    pen.rectangle((left, height / 2 - half, right, height / 2 + half), outline=ink, width=max(1, height // 30))
    pen.rectangle((left, height / 2 - half, left + (right - left) * drawn.battery, height / 2 + half), fill=ink)
    pen.rectangle((right, height / 2 - half / 2, right + height * 0.05, height / 2 + half / 2), fill=ink)
    for number in range(4):
        # Bars of the signal's strength.
        x = left - height * (0.9 - 0.13 * number)
        pen.rectangle((x, height / 2 + half * (0.5 - number / 2), x + height * 0.07, height / 2 + half), fill=ink)
    bar[:] = np.asarray(drawing)


def _navigation(bar: NDArray[np.uint8], drawn: ScreenshotDrawn) -> None:
    """Draw three buttons or a line to swipe."""
    bar[:] = drawn.bar
    height, width = bar.shape
    ink, y, size = 200 if drawn.bar < 128 else 80, height // 2, max(2, height // 6)
    if not drawn.buttons:
        cv2.line(bar, (width // 3, y), (width - width // 3, y), ink, max(1, height // 14), cv2.LINE_AA)
        return
    line = max(1, height // 24)
    points = np.array([[width // 4 - size, y], [width // 4 + size, y - size], [width // 4 + size, y + size]])
    cv2.polylines(bar, [points.reshape(-1, 1, 2).astype(np.int32)], True, ink, line, cv2.LINE_AA)
    cv2.circle(bar, (width // 2, y), size, ink, line, cv2.LINE_AA)
    corner = 3 * width // 4
    cv2.rectangle(bar, (corner - size, y - size), (corner + size, y + size), ink, line)
