"""Scenes by name: a ground as a photo shows it, with its light, and a little out of focus."""

import cv2
import numpy as np

from receiptgen.core.dice import Dice
from receiptgen.scenery._patterns import Colors, Scene, Size, lit, noise
from receiptgen.scenery.cloth import checked, denim, leather, linen
from receiptgen.scenery.places import keys, papers, seat, treads
from receiptgen.scenery.smooth import distance, metal, plastic
from receiptgen.scenery.stone import concrete, granite, marble, terrazzo, tiles, worktop
from receiptgen.scenery.things import strew
from receiptgen.scenery.wood import wood

# Most pixels a dot, and most pixels, that a scene is drawn with.
_ZOOM, _MOST = 0.5, 500_000


def desk(size: Size, zoom: float, dice: Dice) -> Colors:
    """Draw a table with things on it: pens, coins, cups, a phone, cutlery, other papers."""
    table = (wood, wood, worktop, plastic, granite)[dice.integer(0, 4)]
    image = table(size, zoom, dice).copy()
    strew(image, zoom, dice)
    return image


SCENES: dict[str, Scene] = {
    "wood": wood,
    "granite": granite,
    "marble": marble,
    "terrazzo": terrazzo,
    "worktop": worktop,
    "tiles": tiles,
    "concrete": concrete,
    "linen": linen,
    "checked": checked,
    "denim": denim,
    "leather": leather,
    "metal": metal,
    "plastic": plastic,
    "treads": treads,
    "seat": seat,
    "keys": keys,
    "papers": papers,
    "desk": desk,
    "distance": distance,
}


def draw_scene(name: str, size: Size, seed: int) -> Colors:
    """Draw a scene, at half a pixel a dot or less: what lies under the paper is not quite in focus.

    Args:
        name: One of ``SCENES``.
        size: Height and width in dots.
        seed: Seed of its own dice.

    Returns:
        RGB uint8 (H, W, 3), smaller than the size by one factor, apart from rounding.
    """
    dice = Dice(seed)
    height, width = size
    zoom = min(_ZOOM, (_MOST / (height * width)) ** 0.5)
    part = max(8, round(height * zoom)), max(8, round(width * zoom))
    image = SCENES[name](part, zoom, dice)
    if dice.chance(0.5):
        image = np.asarray(cv2.GaussianBlur(image, (0, 0), dice.uniform(0.4, 1.3)), np.uint8)
    return lit(image, _light(part, dice))


def _light(size: Size, dice: Dice) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    """Return the light of a room on a table: it falls off from one side, unevenly, and may be dim."""
    small = (max(2, size[0] // 16), max(2, size[1] // 16))
    y, x = (np.linspace(-0.5, 0.5, length, dtype=np.float32) for length in small)
    light = dice.uniform(0.72, 1.02) + y[:, None] * np.float32(dice.uniform(-0.3, 0.3))
    light = (
        light
        + x * np.float32(dice.uniform(-0.3, 0.3))
        + noise(small, small[1] / 2, small[0] / 2, dice) * np.float32(0.05)
    )
    return np.asarray(cv2.resize(light.astype(np.float32), size[::-1], interpolation=cv2.INTER_LINEAR), np.float32)
