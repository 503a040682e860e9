"""Colours: their names, and levels of grey as shades of them."""

import re
from typing import Annotated

import cv2
import numpy as np
from numpy.typing import NDArray
from pydantic import AfterValidator

from receiptgen.core.dice import Dice
from receiptgen.core.distributions import Weights
from receiptgen.core.suggestions import hint
from receiptgen.imaging.channels import in_color
from receiptgen.imaging.geometry import Pixels

# Red, green and blue, 0 to 255 each.
Color = tuple[int, int, int]
# Levels of a colour, or of grey: uint8 (256, 3), what each level of grey becomes.
Shades = NDArray[np.uint8]
# Names of colours of papers, of inks and of what else lies on paper. Papers and prints were measured on photographs
# under neutral light.
COLORS: dict[str, Color] = {
    # Papers; thermal paper is coloured through its coating.
    "white": (253, 253, 251), "cool_white": (248, 251, 255), "warm_white": (253, 250, 243), "cream": (251, 244, 226),
    "yellowed": (244, 233, 203), "yellow": (255, 240, 158), "pink": (255, 217, 224), "blue": (208, 227, 246),
    "green": (214, 240, 214), "grey": (232, 232, 230),
    # Inks: thermal print is black, blue-black, or brown once it is old; ribbons are violet, blue or red.
    "black": (22, 22, 24), "blue_black": (24, 27, 48), "brown": (84, 62, 52), "violet": (66, 48, 124),
    "ribbon_blue": (44, 58, 136), "red": (194, 30, 44), "pen_blue": (30, 52, 158), "pen_green": (24, 112, 70),
    "pencil": (92, 92, 96),
    # Markers, tape, stains.
    "marker_yellow": (250, 245, 70), "marker_green": (150, 240, 90), "marker_pink": (255, 130, 180),
    "marker_orange": (255, 178, 66), "tape": (240, 228, 186), "coffee": (122, 82, 46), "grease": (196, 178, 128),
    "wine": (136, 44, 66),
}  # fmt: skip
_HEX = re.compile(r"#[0-9a-fA-F]{6}")


def color_of(name: str) -> Color:
    """Return the colour of a name of ``COLORS``, or of ``#rrggbb``.

    Raises:
        ValueError: It is neither.
    """
    if _HEX.fullmatch(name):
        return int(name[1:3], 16), int(name[3:5], 16), int(name[5:7], 16)
    if name not in COLORS:
        raise ValueError(f"unknown color {name!r}{hint(name, COLORS, len(COLORS))}; or write it as #rrggbb")
    return COLORS[name]


def hex_of(color: Color) -> str:
    """Return a colour as ``#rrggbb``."""
    return "#" + "".join([f"{channel:02x}" for channel in color])


def _known(weights: Weights) -> Weights:
    for name in weights:
        color_of(name)
    return weights


# Weights of colours by name, or as #rrggbb.
ColorWeights = Annotated[Weights, AfterValidator(_known)]


def level_of(color: Color) -> int:
    """Return the level of a colour's grey, 0 to 255 (luma as ITU-R BT.601 weighs it)."""
    red, green, blue = color
    return (299 * red + 587 * green + 114 * blue + 500) // 1000


def varied(color: Color, dice: Dice) -> Color:
    """Draw a colour like another: no two papers, ribbons or pens are quite alike."""
    grey, strength, lighter = level_of(color), dice.uniform(0.75, 1.2), dice.uniform(-4, 4)
    red, green, blue = (min(255, max(0, round(grey + (channel - grey) * strength + lighter))) for channel in color)
    return red, green, blue


def draw_color(weights: Weights, dice: Dice) -> str:
    """Draw a colour by weight, a little varied, as ``#rrggbb``."""
    return hex_of(varied(color_of(dice.weigh(weights)), dice))


def shades(color: Color) -> Shades:
    """Return black, the colour, and white, and what lies between: each at the level of its own grey."""
    levels = np.arange(256, dtype=np.float32)[:, None]
    at = np.float32(min(254, max(1, level_of(color))))
    base = np.array(color, np.float32)
    ramp = np.where(levels < at, base * levels / at, 255 - (255 - base) * (255 - levels) / (255 - at))
    return np.rint(ramp).astype(np.uint8)


def printed_shades(paper: Color, ink: Color) -> Shades:
    """Return what a print becomes on a paper: white its colour, black the ink that soaks it."""
    kept = np.arange(256, dtype=np.float32)[:, None] / 255
    full = np.array(ink, np.float32) / 255
    return np.rint(np.array(paper, np.float32) * (kept + (1 - kept) * full)).astype(np.uint8)


def shaded(image: Pixels, ramp: Shades) -> Pixels:
    """Return a grey image (H, W) in shades, RGB (H, W, 3)."""
    return np.asarray(cv2.LUT(in_color(image), ramp[None]), np.uint8)
