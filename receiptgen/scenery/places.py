"""Where receipts are photographed in a hurry: car seats, floors of patterned metal, keyboards, heaps of papers."""

import cv2
import numpy as np

from receiptgen.core.dice import Dice
from receiptgen.scenery._patterns import Colors, Levels, Size, fine_grain, fractal, lit, mixed, slope
from receiptgen.scenery.cloth import leather, linen
from receiptgen.scenery.smooth import metal, plastic
from receiptgen.scenery.solids import Lamp, lay
from receiptgen.scenery.things import keyboard, sheet
from receiptgen.scenery.wood import wood


def treads(size: Size, zoom: float, dice: Dice) -> Colors:
    """Draw patterned metal, as of ramps, vans and counters: raised lozenges that lie crosswise, or punched holes."""
    image = metal(size, zoom, dice)
    pitch = dice.uniform(70, 220) * zoom
    x = np.arange(size[1], dtype=np.float32) / np.float32(pitch) + np.float32(dice.uniform(0, 1))
    y = np.arange(size[0], dtype=np.float32)[:, None] / np.float32(pitch) + np.float32(dice.uniform(0, 1))
    odd = (np.floor(x) + np.floor(y)) % 2
    across, down = x % 1 - np.float32(0.5), y % 1 - np.float32(0.5)
    if dice.chance(0.3):
        radius = np.float32(dice.uniform(0.2, 0.34))
        inside = np.clip((radius - np.sqrt(across**2 + down**2)) * np.float32(pitch) + np.float32(0.5), 0, 1)
        return mixed(image, (14, 14, 16), inside.astype(np.float32))
    # Each second lozenge is turned by a right angle.
    long, short = np.where(odd > 0, across + down, across - down), np.where(odd > 0, across - down, across + down)
    far = (long / np.float32(0.62)) ** 2 + (short / np.float32(0.17)) ** 2
    height = np.sqrt(np.maximum(1 - far, 0)) * np.float32(pitch * 0.09)
    raised = np.asarray(cv2.GaussianBlur(height.astype(np.float32), (0, 0), max(0.6, pitch / 60)), np.float32)
    return lit(image, np.asarray(1 + slope(raised, dice) * np.float32(dice.uniform(0.7, 1.6)), np.float32))


def seat(size: Size, zoom: float, dice: Dice) -> Colors:
    """Draw a car's seat: panels of leather or cloth that swell between deep seams, perhaps of both."""
    first, second = (leather, linen) if dice.chance(0.6) else (linen, leather)
    image = first(size, zoom, dice)
    height, width = size
    pitch = dice.uniform(260, 620) * zoom
    upright = dice.chance(0.7)
    length = width if upright else height
    along = np.arange(length, dtype=np.float32) + np.float32(dice.uniform(0, pitch))
    if dice.chance(0.4):
        panel = ((along // np.float32(pitch)) % 2).astype(np.float32)
        image = mixed(image, second(size, zoom, dice), _spread(panel, size, upright))
    share = along % np.float32(pitch) / np.float32(pitch) - np.float32(0.5)
    # Stuffed panels turn away from the light towards one seam, and the seams are dark.
    light = 1 + share * np.float32(dice.uniform(-0.5, 0.5)) - np.exp(-(((0.5 - np.abs(share)) / 0.035) ** 2)) * 0.6
    return lit(image, _spread(light.astype(np.float32), size, upright))


def _spread(levels: Levels, size: Size, upright: bool) -> Levels:
    """Return levels along one axis as float32 (H, W): columns where panels stand upright, otherwise rows."""
    return np.ascontiguousarray(np.broadcast_to(levels if upright else levels[:, None], size), np.float32)


def keys(size: Size, zoom: float, dice: Dice) -> Colors:
    """Draw a desk of which a keyboard, its keys blank, takes the most."""
    image = plastic(size, zoom, dice).copy()
    lamp, turned = Lamp.draw(dice), dice.uniform(-25, 25)
    for _ in range(dice.integer(1, 2)):
        place = dice.uniform(0.1, 0.9) * size[1], dice.choose((0.12, 0.3, 0.75, 0.9)) * size[0]
        lay(image, keyboard(zoom * dice.uniform(0.9, 1.3), dice), place, turned + dice.choose((0.0, 90.0)), lamp)
    return image


def papers(size: Size, zoom: float, dice: Dice) -> Colors:
    """Draw a heap of other papers on a table: sheets, envelopes and long strips, all of them blank."""
    table = (wood, plastic, linen)[dice.integer(0, 2)]
    image = table(size, zoom, dice).copy()
    lamp = Lamp.draw(dice)
    for _ in range(dice.integer(3, 7)):
        paper = sheet(zoom, dice)
        if dice.chance(0.5):
            # A strip, as receipts are.
            narrow = slice(0, max(4, round(len(paper.alpha) * dice.uniform(0.3, 0.6))))
            paper = paper._replace(colors=paper.colors[narrow], alpha=paper.alpha[narrow], height=paper.height[narrow])
        place = dice.uniform(0, size[1]), dice.uniform(0, size[0])
        lay(image, paper, place, dice.uniform(0, 360), lamp)
    return lit(
        image, 1 + fractal(size, 900 * zoom, dice, 2) * np.float32(0.06) + fine_grain(size, dice) * np.float32(0.01)
    )
