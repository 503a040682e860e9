"""A page seen by a phone."""

from typing import Annotated, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from receiptgen.config.records import Record
from receiptgen.core.dice import Dice
from receiptgen.core.distributions import Spread, between
from receiptgen.effects import EFFECTS, EffectStep, draw_record
from receiptgen.effects.capture._outline import continued, is_whole
from receiptgen.effects.handling._blank_paper import beyond_edge
from receiptgen.imaging.geometry import Projective
from receiptgen.imaging.page import Page, check_size

# The page's diagonal seen from one diagonal away, in pixels, at most; protects memory at any angle.
_LARGEST = 12_000


class PerspectiveDrawn(NamedTuple):
    """Angles in degrees, distance in diagonals, room round the page in shares of it, level of the ground."""

    yaw: float
    pitch: float
    roll: float
    distance: float
    room: float
    ground: int


@EFFECTS.register
class Perspective(Record):
    """The view of a pinhole camera that is held a little askew; the page keeps its mean scale and all of its words.

    What ``ground`` laid round the page fills the view; without it a level does.

    Attributes:
        yaw: Degrees that the page is turned away to the left or right, -50 to 50.
        pitch: Degrees that it is turned away at the top or bottom, -50 to 50.
        roll: Degrees that it is turned in the view, counter-clockwise, -180 to 180.
        distance: Distance of the camera in diagonals of the page, 0.9 to 20.
        room: Margin of the view round the page, as a share of its longer side, -0.2 to 0.5; below 0 cuts the margins,
            but no words.
        ground: Level of what comes into sight beyond the image, 0 black to 255 white.
    """

    yaw: Annotated[Spread, between(-50, 50)] = Spread(-14, -3, 3, 14)
    pitch: Annotated[Spread, between(-50, 50)] = Spread(-14, -3, 3, 14)
    roll: Annotated[Spread, between(-180, 180)] = Spread(-6, -1, 1, 6)
    distance: Annotated[Spread, between(0.9, 20)] = Spread(1.2, 2.5)
    room: Annotated[Spread, between(-0.2, 0.5)] = Spread(-0.01, 0.04)
    ground: Annotated[Spread, between(0, 255)] = Spread(255)

    def draw(self, dice: Dice) -> tuple[EffectStep, ...]:
        """Draw how the camera is held."""
        return (EffectStep(self, draw_record(PerspectiveDrawn, self, dice)),)

    def apply(self, page: Page, drawn: PerspectiveDrawn) -> Page:
        """Project pixels and quads by one map, and cut the view out of the projection."""
        paper = page.regions.page_quad.astype(np.float64)
        view = _camera(paper, drawn)
        seen = view.points(paper)
        low, high = seen.min(axis=0), seen.max(axis=0)
        reach = drawn.room * (high - low).max()
        height, width = page.size
        whole = view.points(np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float64))
        low = np.maximum(low - reach, whole.min(axis=0))
        high = np.minimum(high + reach, whole.max(axis=0))
        if len(page.regions.content_quads):
            ink = view.points(page.regions.content_quads).reshape(-1, 2)
            low, high = np.minimum(low, ink.min(axis=0)), np.maximum(high, ink.max(axis=0))
        low = np.floor(low)
        columns, rows = np.maximum(1, np.ceil(high - low)).astype(int).tolist()
        check_size(rows, columns)
        move = Projective(Projective.translation(-low[0], -low[1]).matrix @ view.matrix)
        move = Projective(move.matrix / move.matrix[2, 2])
        if is_whole(page):
            return page.warped(move, (rows, columns), beyond_edge(page, drawn.ground))
        # The page lies on something, and that continues.
        frame = np.array([[0, 0], [columns, 0], [columns, rows], [0, rows]], np.float64)
        image, left, top = continued(page, move.inverse().points(frame))
        there = Projective(move.matrix @ Projective.translation(-left, -top).matrix)
        return page.moved(move, there.image(image, (rows, columns), beyond_edge(page, drawn.ground)))


def _camera(paper: NDArray[np.float64], drawn: PerspectiveDrawn) -> Projective:
    """Return the map from a page (4, 2) to the view, which keeps its centre and its area."""
    yaw, pitch, roll = (float(np.deg2rad(angle)) for angle in (drawn.yaw, drawn.pitch, -drawn.roll))
    centre = paper.mean(axis=0)
    far = drawn.distance * float(np.linalg.norm(paper - centre, axis=1).max()) * 2
    turn_y = np.array([[np.cos(yaw), 0, np.sin(yaw)], [0, 1, 0], [-np.sin(yaw), 0, np.cos(yaw)]])
    turn_x = np.array([[1, 0, 0], [0, np.cos(pitch), -np.sin(pitch)], [0, np.sin(pitch), np.cos(pitch)]])
    turn_z = np.array([[np.cos(roll), -np.sin(roll), 0], [np.sin(roll), np.cos(roll), 0], [0, 0, 1]])
    # The page is the plane z = 0 of space, so of the turn two columns count; then the camera stands far away.
    plane = np.array((turn_z @ turn_x @ turn_y)[:, [0, 1, 2]])
    plane[:, 2] = (0, 0, far)
    back = Projective.translation(-centre[0], -centre[1]).matrix
    flat = Projective(np.diag([far, far, 1.0]) @ plane @ back)
    seen = flat.points(paper).astype(np.float32)
    scale = float(np.sqrt(cv2.contourArea(paper.astype(np.float32)) / max(cv2.contourArea(seen), 1e-3)))
    scale = min(scale, _LARGEST / max(1.0, float(np.ptp(seen, axis=0).max())))
    there = Projective.translation(*centre).matrix @ Projective.scaling(scale, scale).matrix
    return Projective(np.asarray(there @ flat.matrix, np.float64))
