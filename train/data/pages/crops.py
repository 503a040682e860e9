"""Crops of drawn pages: squares at some print height, turned, on some ground, captured somehow."""

from typing import Annotated, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from receiptgen.config.records import Record
from receiptgen.core.dice import Dice
from receiptgen.core.distributions import Range, Share, Weights, among, between
from receiptgen.effects import Effects, apply_effects
from receiptgen.finding.network import MULTIPLE
from receiptgen.imaging.channels import grey
from receiptgen.imaging.geometry import Pixels
from receiptgen.imaging.page import Page
from receiptgen.imaging.regions import Regions
from receiptgen.scenery.scenes import SCENES, draw_scene

from .batches import PageTruth
from .cells import Cell, Points, in_front, is_in_front, moved
from .drawn_page import DrawnPage
from .truth_maps import CropTruth, truth_maps

# Least side of a crop as captured, before it is enlarged, in pixels.
_LEAST = 48
# Share of crops whose middle is near a cell; and how far from the crop's middle that cell may be, in shares of a side.
_AT_CELLS, _OFF = 0.85, 0.35
# Largest logarithm of a stretch, shear, and change of scale from one side to the other.
_STRETCH, _SHEAR, _TAPER = 0.28, 0.06, 0.25
# Levels beyond the drawn image where no ground is laid.
_FILLS = (20, 60, 110, 160, 200, 235)


class Crops(Record):
    """How pages become crops.

    Attributes:
        size: Height and width of a crop in pixels, a multiple of 32.
        each: Crops of one page, which is what takes time to draw.
        print_height: Height of letters on the crop, ascender to descender, in pixels; its logarithm is even.
        captured: Height of letters when they were captured, before the crop was enlarged.
        enlarged: Share of the crops that were captured smaller than they are.
        turn: Turn in degrees, counter-clockwise.
        far_turn: Turn of some crops.
        far: Share of the crops that are turned so far.
        quarter: Share of the crops that lie on a side or upside down.
        squeezed: Share of the pages whose rows are pushed together.
        leading: Space that is left between those rows, in letter heights.
        grounds: Scenes that lie beyond the paper, with weights.
        ground: Share of the crops with another ground than the page was drawn on.
        empty: Share of the crops that show a ground without any paper.
        inverted: Share of the crops that are light on dark.
        capture: Effects on a crop as it is captured.
    """

    size: int = Field(default=384, ge=64, le=2048, multiple_of=MULTIPLE)
    each: int = Field(default=24, ge=1, le=256)
    print_height: Annotated[Range, between(4, 200)] = Range(9, 32)
    captured: Annotated[Range, between(4, 200)] = Range(7.5, 26)
    enlarged: Share = 0.75
    turn: Annotated[Range, between(-45, 45)] = Range(-5, 5)
    far_turn: Annotated[Range, between(-45, 45)] = Range(-18, 18)
    far: Share = 0.2
    quarter: Share = 0.12
    squeezed: Share = 0.5
    leading: Annotated[Range, between(0, 3)] = Range(0, 0.25)
    grounds: Annotated[Weights, among(*SCENES)] = Field(default=Weights(dict.fromkeys(SCENES, 1.0)))
    ground: Share = 0.6
    empty: Share = 0.04
    inverted: Share = 0.04
    capture: Effects = ()

    def draw_ground(self, dice: Dice) -> Pixels:
        """Draw a ground in grey, uint8, somewhat larger than a crop."""
        side = 3 * self.size
        return np.asarray(grey(draw_scene(dice.weigh(self.grounds), (side, side), dice.integer(0, 1 << 30))))


class _View(NamedTuple):
    """How a crop shows a page.

    Attributes:
        move: Projective map from the page to the crop as captured.
        side: Height and width of the crop as captured, in pixels.
    """

    move: NDArray[np.float64]
    side: int


def cut_crop(page: DrawnPage, ground: Pixels, crops: Crops, dice: Dice) -> tuple[Pixels, PageTruth]:
    """Cut a crop out of a page.

    Args:
        page: The page.
        ground: What may lie beyond the paper, uint8 (h, w).
        crops: Settings.
        dice: Dice of the crop.

    Returns:
        The crop uint8 (``size``, ``size``), black 0, and its truth.
    """
    if dice.chance(crops.empty):
        side = round(crops.size * dice.uniform(0.5, 1))
        return _captured(_part_of(ground, side, dice), crops, dice), truth_maps(CropTruth(()), crops.size)
    view = _draw_view(page, crops, dice)
    scale = np.diag([crops.size / view.side, crops.size / view.side, 1.0])
    truth = _truth(page, scale @ view.move)
    shown = _show(page, view, dice)
    if dice.chance(crops.ground):
        shown = _laid_on(
            shown, moved([in_front(page.paper, view.move)], view.move)[0], _part_of(ground, view.side, dice), dice
        )
    return _captured(shown, crops, dice), truth_maps(truth, crops.size)


def _truth(page: DrawnPage, move: NDArray[np.float64]) -> CropTruth:
    """Return what is on a crop that a projective map gives."""
    cells = [cell for cell in page.cells.cells if is_in_front(cell.tops, move) and is_in_front(cell.bottoms, move)]
    ignored = [polygon for polygon in page.cells.ignored if is_in_front(polygon, move)]
    tops, bottoms = moved([cell.tops for cell in cells], move), moved([cell.bottoms for cell in cells], move)
    (paper,) = moved([in_front(page.paper, move)], move)
    return CropTruth(tuple(map(Cell, tops, bottoms)), tuple(moved(ignored, move)), paper)


def _draw_view(page: DrawnPage, crops: Crops, dice: Dice) -> _View:
    """Draw where a crop lies and how it is turned and scaled."""
    height = _even_in_logarithm(crops.print_height, dice)
    captured = min(1.05 * height, _even_in_logarithm(crops.captured, dice)) if dice.chance(crops.enlarged) else height
    scale, side = captured / page.height, max(_LEAST, round(crops.size * captured / height))
    rows, columns = page.image.shape
    middle: Points = np.array([dice.uniform(0, columns), dice.uniform(0, rows)])
    if dice.chance(_AT_CELLS):
        middle = dice.choose(page.cells.cells).middle
    degrees = dice.within(crops.far_turn if dice.chance(crops.far) else crops.turn)
    degrees += 90 * dice.integer(1, 3) if dice.chance(crops.quarter) else 0
    cos, sin = np.cos(np.deg2rad(degrees)), np.sin(np.deg2rad(degrees))
    across, down = np.exp([dice.uniform(-_STRETCH, _STRETCH) for _ in range(2)])
    turn = np.array([[cos, sin], [-sin, cos]]) @ [
        [scale * across, scale * dice.uniform(-_SHEAR, _SHEAR)], [0, scale * down]
    ]  # fmt: skip
    move = np.eye(3)
    move[:2, :2] = turn
    # Round the middle of the crop as captured, which the cell is somewhat off.
    move[:2, 2] = [dice.uniform(-_OFF, _OFF) * side for _ in range(2)] - turn @ middle
    taper = np.eye(3)
    taper[2, :2] = [dice.uniform(-_TAPER, _TAPER) / side for _ in range(2)]
    centred = np.array([[1.0, 0.0, side / 2], [0.0, 1.0, side / 2], [0.0, 0.0, 1.0]])
    return _View(centred @ (taper if dice.chance(0.6) else np.eye(3)) @ move, side)


def _even_in_logarithm(bounds: Range, dice: Dice) -> float:
    return float(np.exp(dice.uniform(*np.log(bounds.ends).tolist())))


def _show(page: DrawnPage, view: _View, dice: Dice) -> Pixels:
    """Return the pixels of a page as a crop shows them."""
    image, move = page.image, view.move
    scale = float(np.sqrt(abs(np.linalg.det(move[:2, :2]))))
    if scale < 0.6:  # interpolation would leave rows out
        share = 1.3 * scale
        image = np.asarray(cv2.resize(image, None, fx=share, fy=share, interpolation=cv2.INTER_AREA), np.uint8)
        sides = image.shape[1] / page.image.shape[1], image.shape[0] / page.image.shape[0]
        move = move @ np.diag([1 / sides[0], 1 / sides[1], 1.0])
    # From corners of pixels to their centres, as OpenCV has them.
    half = np.array([[1.0, 0.0, 0.5], [0.0, 1.0, 0.5], [0.0, 0.0, 1.0]])
    matrix = np.linalg.inv(half) @ move @ half
    border = cv2.BORDER_REPLICATE if dice.chance(0.2) else cv2.BORDER_CONSTANT
    size, fill = (view.side, view.side), dice.choose(_FILLS)
    shown = cv2.warpPerspective(image, matrix, size, flags=cv2.INTER_LINEAR, borderMode=border, borderValue=fill)
    return np.asarray(shown, np.uint8)


def _laid_on(shown: Pixels, paper: Points, ground: Pixels, dice: Dice) -> Pixels:
    """Return a crop whose paper lies on another ground, with a shadow."""
    mask = np.zeros(shown.shape, np.uint8)
    corners = np.rint(((paper - 0.5) * 8).clip(-1e6, 1e6)).astype(np.int32)
    if len(corners):
        cv2.fillPoly(mask, [corners], 255, cv2.LINE_AA, 3)
    share = mask.astype(np.float32) / 255
    below = ground.astype(np.float32)
    if dice.chance(0.5):
        offset = dice.integer(-6, 6), dice.integer(-6, 6)
        shadow = cv2.GaussianBlur(np.roll(share, offset, (0, 1)), (0, 0), dice.uniform(1, 8))
        below *= 1 - np.float32(dice.uniform(0.1, 0.6)) * np.asarray(shadow, np.float32)
    return np.asarray(np.rint(shown * share + below * (1 - share)), np.uint8)


def _part_of(ground: Pixels, side: int, dice: Dice) -> Pixels:
    """Return a part of a ground, (side, side), of any contrast and turned by quarters."""
    whole = min(ground.shape)
    length = max(16, min(whole, round(side * dice.uniform(0.5, 2))))
    x, y = (dice.integer(0, whole - length) for _ in range(2))
    part = np.rot90(ground[y : y + length, x : x + length], dice.integer(0, 3))
    resized = cv2.resize(np.ascontiguousarray(part), (side, side), interpolation=cv2.INTER_LINEAR).astype(np.float32)
    levels = (resized - resized.mean()) * dice.uniform(0.3, 1.5) + dice.uniform(20, 230)
    return np.asarray(levels.clip(0, 255), np.uint8)


def _captured(shown: Pixels, crops: Crops, dice: Dice) -> Pixels:
    """Return a crop after its capture, enlarged to its size."""
    side = shown.shape[0]
    page, _ = apply_effects(crops.capture, Page(shown, Regions.blank(side, side)), dice)
    image = grey(page.image)
    if image.shape != (crops.size, crops.size):
        way = cv2.INTER_CUBIC if dice.chance(0.7) else cv2.INTER_LINEAR
        image = np.asarray(cv2.resize(image, (crops.size, crops.size), interpolation=way), np.uint8)
    return np.ascontiguousarray(255 - image if dice.chance(crops.inverted) else image)
