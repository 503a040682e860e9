"""Curled paper."""

from typing import Annotated, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from receiptgen.config.records import Record
from receiptgen.core.dice import Dice
from receiptgen.core.distributions import Spread, Weights, among, between
from receiptgen.effects import EFFECTS, EffectStep, draw_record
from receiptgen.effects._ink import light
from receiptgen.effects.handling._blank_paper import beyond_edge
from receiptgen.imaging.mesh import Mesh
from receiptgen.imaging.noise import curve
from receiptgen.imaging.page import Page

_CELLS = 48
# Points of the paper's profile, and of each of its edges.
_POINTS, _EDGE = 257, 65
# How much narrower or wider than flat a stretch may be seen, so that the mesh can be inverted.
_NARROWEST, _WIDEST = 0.72, 1.4
# Pixels of paper for one of the light on it, where that changes both ways.
_COARSE = 8
# Share of the paper that is lit no better than what keeps its levels.
_USUAL = 0.85


class CurlDrawn(NamedTuple):
    """Axis, angles of the paper, the camera and the light in degrees, distance in longer sides, shading, ground, noise.

    The noise is an offset.
    """

    axis: str
    turn: float
    bend: float
    end: float
    ripple: float
    yaw: float
    pitch: float
    distance: float
    light: float
    shade: float
    ground: int
    offset: int


class _Profile(NamedTuple):
    """A cut through the paper across its straight lines, float64 (N,) each.

    Attributes:
        arc: Pixels along the flat paper from its middle.
        slope: Slope in radians.
        seen: Where it is seen on the plane of the flat paper, in pixels from its middle.
        nearness: Magnification.
    """

    arc: NDArray[np.float64]
    slope: NDArray[np.float64]
    seen: NDArray[np.float64]
    nearness: NDArray[np.float64]


class _Frame(NamedTuple):
    """Unit vectors of the paper, float64 (2,) each, and the camera: along, across and above its middle in pixels."""

    along: NDArray[np.float64]
    across: NDArray[np.float64]
    camera: tuple[float, float, float]


@EFFECTS.register
class Curl(Record):
    """Paper bent in space, as one surface of straight lines, seen by a camera and lit from one side.

    A camera that stands aside sees lines of text bow with the paper; ``perspective`` then turns the view as a whole.

    Attributes:
        axis: Which lines stay straight, by weight: ``rows`` when paper curls along its feed, ``columns`` when across.
        turn: Degrees by which these lines are turned, counter-clockwise, -180 to 180; with 45 a corner curls, with 180
            the head of the paper instead of its foot.
        bend: Angle in degrees between the paper's two ends and its middle, -35 to 35; above 0 the ends rise.
        end: Angle in degrees by which the last fifth rolls up further, 0 to 35.
        ripple: Angle in degrees of irregular waves, 0 to 15.
        yaw: Degrees that the camera stands to the right of the paper's middle, -30 to 30.
        pitch: Degrees that it stands towards the paper's foot, -30 to 30.
        distance: Distance of the camera in longer sides of the page, 1.2 to 20.
        light: Angle in degrees of the light from straight above, -60 to 60.
        shade: Strength of the shading by the paper's slope, 0 none to 1 as on matt paper under one lamp.
        ground: Level of what comes into sight beyond the paper, 0 black to 255 white.
    """

    axis: Annotated[Weights, among("rows", "columns")] = Weights(rows=3.0, columns=1.0)
    turn: Annotated[Spread, between(-180, 180)] = Spread(0)
    bend: Annotated[Spread, between(-35, 35)] = Spread(-20, -5, 5, 20)
    end: Annotated[Spread, between(0, 35)] = Spread(0, 5, 25)
    ripple: Annotated[Spread, between(0, 15)] = Spread(0, 3)
    yaw: Annotated[Spread, between(-30, 30)] = Spread(0)
    pitch: Annotated[Spread, between(-30, 30)] = Spread(0)
    distance: Annotated[Spread, between(1.2, 20)] = Spread(1.5, 4)
    light: Annotated[Spread, between(-60, 60)] = Spread(-50, 50)
    shade: Annotated[Spread, between(0, 1)] = Spread(0.2, 0.8)
    ground: Annotated[Spread, between(0, 255)] = Spread(255)

    def draw(self, dice: Dice) -> tuple[EffectStep, ...]:
        """Draw the paper's shape, where the camera stands, and the light."""
        return (EffectStep(self, draw_record(CurlDrawn, self, dice)),)

    def apply(self, page: Page, drawn: CurlDrawn) -> Page:
        """Shade the paper where it lies, then move pixels and quads by one mesh."""
        height, width = page.size
        frame = _frame(drawn, page.size)
        length = float(np.abs(frame.along * (width, height)).sum())
        profile = _profile(length, drawn, frame)
        shaded = page.with_image(light(page.image, _light(profile, frame, page.size, drawn)))
        edges = _seen(_edges(page.size), profile, frame)
        low = edges.min(axis=0)
        columns, rows = np.maximum(1, np.ceil(edges.max(axis=0) - low)).astype(int).tolist()
        step = round(max(4.0, max(rows, columns) / _CELLS))
        x, y = Mesh.lattice((rows, columns), step)
        x, y = x + low[0], y + low[1]
        source = _source(x, y, profile, frame)
        middle = np.array([width, height]) / 2
        move = Mesh(source + middle - np.stack(np.broadcast_arrays(x - low[0], y - low[1]), axis=-1), step)
        return shaded.warped(move, (rows, columns), beyond_edge(shaded, drawn.ground))


def _frame(drawn: CurlDrawn, size: tuple[int, int]) -> _Frame:
    """Return which way the paper bends, and where the camera stands."""
    turn, yaw, pitch = np.deg2rad([drawn.turn, drawn.yaw, drawn.pitch])
    cos, sin = np.cos(turn), np.sin(turn)
    along, across = np.array([sin, cos]), np.array([cos, -sin])
    if drawn.axis == "columns":
        along, across = across, along
    far = drawn.distance * max(size)
    aside = far * np.array([np.sin(yaw), np.sin(pitch) * np.cos(yaw)])
    return _Frame(
        along, across, (float(aside @ along), float(aside @ across), float(far * np.cos(yaw) * np.cos(pitch)))
    )


def _profile(length: float, drawn: CurlDrawn, frame: _Frame) -> _Profile:
    """Return the cut through paper of some length in pixels."""
    place = np.linspace(0, 1, _POINTS)
    rolled = drawn.end * np.clip((place - 0.8) / 0.2, 0, 1) ** 2
    rippled = drawn.ripple * curve(_POINTS, _POINTS / 5, drawn.offset)
    slope = np.deg2rad(drawn.bend * (2 * place - 1) + rolled + rippled)
    step = length / (_POINTS - 1)
    aside, _, above = frame.camera
    while True:
        middle = (slope[1:] + slope[:-1]) / 2
        position = np.concatenate([[0.0], np.cumsum(np.cos(middle) * step)])
        rise = np.concatenate([[0.0], np.cumsum(np.sin(middle) * step)])
        # The central projection from the camera to the plane of the flat paper.
        nearness = above / (above - (rise - rise.mean()))
        seen = aside + (position - position[-1] / 2 - aside) * nearness
        steps = np.diff(seen) / step
        if steps.min() >= _NARROWEST and steps.max() <= _WIDEST:
            return _Profile((place - 0.5) * length, slope, seen, nearness)
        # Too steep to be read, or to be inverted.
        slope = slope * 0.85


def _light(profile: _Profile, frame: _Frame, size: tuple[int, int], drawn: CurlDrawn) -> NDArray[np.float32]:
    """Return the light on the flat paper, float32 that broadcasts to (H, W)."""
    lamp = np.deg2rad(drawn.light)
    # Lambert's law; what most of the paper has stays as it was, and an end that rises to the lamp is brighter.
    lit = np.cos(profile.slope - lamp).clip(0.05)
    factor = 1 - drawn.shade * (1 - lit / np.quantile(lit, _USUAL))
    straight = np.abs(frame.along).max() > 1 - 1e-9
    ends = size if straight else tuple(-(-side // _COARSE) for side in size)
    y, x = ((np.arange(count) + 0.5) * (side / count) - side / 2 for side, count in zip(size, ends, strict=True))
    down, across = frame.along[1] * y[:, None], frame.along[0] * x[None]
    if straight:
        # Rows, or columns, are lit alike.
        arc = down if abs(frame.along[1]) > 0.5 else across
        return np.asarray(np.interp(arc, profile.arc, factor), np.float32)
    coarse = np.interp(down + across, profile.arc, factor).astype(np.float32)
    return np.asarray(cv2.resize(coarse, size[::-1], interpolation=cv2.INTER_LINEAR), np.float32)


def _edges(size: tuple[int, int]) -> NDArray[np.float64]:
    """Return points (N, 2) all along the edges of flat paper, from its middle."""
    share = np.linspace(-0.5, 0.5, _EDGE)
    half = np.full(_EDGE, 0.5)
    sides = [(share, -half), (share, half), (-half, share), (half, share)]
    return np.asarray(np.concatenate([np.stack(side, axis=1) for side in sides]) * size[::-1], np.float64)


def _seen(points: NDArray[np.float64], profile: _Profile, frame: _Frame) -> NDArray[np.float64]:
    """Return where points (N, 2) of the flat paper are seen; both from its middle."""
    arc = points @ frame.along
    nearness = np.interp(arc, profile.arc, profile.nearness)
    across = frame.camera[1] + (points @ frame.across - frame.camera[1]) * nearness
    return np.outer(np.interp(arc, profile.arc, profile.seen), frame.along) + np.outer(across, frame.across)


def _source(x: NDArray[np.float64], y: NDArray[np.float64], profile: _Profile, frame: _Frame) -> NDArray[np.float64]:
    """Return which points of the flat paper, (rows, columns, 2), are seen at x and y; all from its middle."""
    seen = x * frame.along[0] + y * frame.along[1]
    across = x * frame.across[0] + y * frame.across[1]
    arc = np.interp(seen, profile.seen, profile.arc)
    # Beyond both ends the mesh continues as it was.
    arc += np.maximum(0, seen - profile.seen[-1]) + np.minimum(0, seen - profile.seen[0])
    flat = frame.camera[1] + (across - frame.camera[1]) / np.interp(seen, profile.seen, profile.nearness)
    return np.asarray(arc[..., None] * frame.along + flat[..., None] * frame.across, np.float64)
