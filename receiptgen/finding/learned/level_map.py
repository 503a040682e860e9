"""Level coordinates of a page: a smooth map that lays the rows of a curled or tilted page level, by its baselines."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from receiptgen.core.medians import median
from receiptgen.finding.found_page import Cell
from receiptgen.finding.learned.baselines import Baselines, Floats

# Height of usual letters in level coordinates, whose boxes are whole numbers.
_LETTER = 24.0
# Shares of a baseline at which its direction is taken, and the length in letters from which it counts no more.
_SHARES, _LONG = np.array([0.1, 0.3, 0.5, 0.7, 0.9]), 20.0
# What is fitted: powers of the place across and down the page, in half-widths of it; and how much each is held back,
# relative to all letters of all cells together.
_POWERS = np.array([(1, 0), (1, 1), (2, 0), (1, 2), (2, 1), (3, 0), (2, 2), (3, 1)])
_RIDGE = np.array([1e-5, 1e-3, 1e-3, 1e-2, 1e-2, 1e-2, 1e-1, 1e-1])
# Rounds of the fit, in which cells that disagree by this many times the usual count less.
_ROUNDS, _DISAGREE = 3, 2.0


@dataclass(frozen=True)
class LevelMap:
    """A map from the image to level coordinates, in which rows of text are level.

    Attributes:
        centre: Point (2,) of the image that is the origin.
        axis: Unit vector (2,) of the usual reading direction.
        reach: Half of the page's extent in pixels, the unit of the coefficients.
        coefficients: By how much a place is lower than along the axis, for each product of powers, (P,).
        scale: Level units per pixel of the image.
    """

    centre: Floats
    axis: Floats
    reach: float
    coefficients: Floats
    scale: float

    def points(self, points: NDArray[Any]) -> Floats:
        """Move points (..., 2)."""
        local = _local(points, self.centre, self.axis, self.reach)
        down = local[..., 1] + _products(local) @ self.coefficients
        return np.stack([local[..., 0], down], axis=-1) * (self.reach * self.scale)

    def cells(self, baselines: Baselines) -> list[Cell]:
        """Return the level box of each cell."""
        places = self.points(baselines.points(baselines.along(np.array([0.0, 0.5, 1.0]))))
        (x0, x1), middle = places[:, [0, 2], 0].T, places[:, :, 1].mean(axis=1)
        half = baselines.height * self.scale / 2
        fall = (places[:, 2, 1] - places[:, 0, 1]) / (x1 - x0)
        edges = np.stack([x0, middle - half, x1, middle + half], axis=1).round().astype(int).tolist()
        return [Cell(x0, y0, x1, y1, each) for (x0, y0, x1, y1), each in zip(edges, fall.tolist(), strict=True)]


def fit_level_map(baselines: Baselines) -> LevelMap:
    """Return the map that lays the rows of a page level.

    The page is first turned by the usual direction of its cells; what is then added to a place's distance down the page
    is a polynomial of its place, whose change along every baseline cancels the baseline's own fall: a linear problem,
    solved by least squares with small coefficients preferred.

    Args:
        baselines: The baselines of its cells, at least one.
    """
    along = baselines.along(_SHARES)
    places, slopes = baselines.points(along), baselines.slopes(along)
    weights = np.repeat((baselines.length / baselines.height).clip(0, _LONG), len(_SHARES))
    places, slopes = places.reshape(-1, 2), slopes.reshape(-1, 2)
    axis = (weights[:, None] * slopes).sum(axis=0)
    axis /= max(1e-6, float(np.linalg.norm(axis)))
    centre = np.asarray((places.min(axis=0) + places.max(axis=0)) / 2)
    reach = max(1.0, float(np.ptp(places, axis=0).max()) / 2)
    local, slope = _local(places, centre, axis, reach), _local(slopes, np.zeros(2), axis, 1.0)
    coefficients = _fit(_changes(local, slope), -slope[:, 1], weights)
    return LevelMap(centre, axis, reach, coefficients, _LETTER / median(baselines.height))


def _fit(changes: Floats, wanted: Floats, weights: Floats) -> Floats:
    """Return coefficients (P,) so that ``changes`` (S, P) times them are as ``wanted`` (S,); outliers count less."""
    ridge = np.diag(_RIDGE) * weights.sum()
    kept = weights
    solved = np.zeros(len(_RIDGE))
    for _ in range(_ROUNDS):
        solved = np.linalg.solve((changes * kept[:, None]).T @ changes + ridge, changes.T @ (kept * wanted))
        rest = np.abs(changes @ solved - wanted)
        usual = max(1e-3, median(rest))
        kept = weights / np.maximum(1.0, rest / (_DISAGREE * usual))
    return np.asarray(solved)


def _local(points: NDArray[Any], centre: Floats, axis: Floats, reach: float) -> Floats:
    """Return points (..., 2) along an axis and at a right angle to it."""
    offsets = (points - centre) / reach
    return np.stack([offsets @ axis, offsets[..., 1] * axis[0] - offsets[..., 0] * axis[1]], axis=-1)


def _products(local: Floats) -> Floats:
    """Return the products of powers (..., P) of places (..., 2)."""
    return np.asarray(np.prod(local[..., None, :] ** _POWERS, axis=-1))


def _changes(local: Floats, slope: Floats) -> Floats:
    """Return the derivatives (S, P) of the products of powers at places (S, 2) along unit vectors (S, 2)."""
    x, y = local[:, :1], local[:, 1:]
    across, down = _POWERS.T
    by_x = across * x ** np.maximum(across - 1, 0) * y**down
    by_y = down * x**across * y ** np.maximum(down - 1, 0)
    return np.asarray(slope[:, :1] * by_x + slope[:, 1:] * by_y)
