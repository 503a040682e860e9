"""Directions of reading: all text of a receipt is read nearly the same way, whatever single values say."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from receiptgen.finding.learned.baselines import Floats
from receiptgen.finding.learned.page_maps import PageMaps
from receiptgen.finding.learned.papers import paper_labels

# Probability of the band from which a value has a vote.
_VOTES = 0.4
# Length of the mean of a receipt's votes, unit vectors, from which they agree on a direction; a receipt has this share
# of the page's votes, or takes those of all.
_AGREED, _LEAST = 0.75, 0.1
# Cosine of the angle by which bent paper and perspective turn text on one receipt at most.
_TURNED = 0.7


def agreement(page: PageMaps) -> tuple[float, float]:
    """Return how many values of a page's bands agree on a direction, and which share of them that is, 0 to 1."""
    voters = page.maps.band > _VOTES
    length = float(np.hypot(page.maps.across[voters].sum(), page.maps.down[voters].sum()))
    return length, length / max(1, int(np.count_nonzero(voters)))


def with_agreed_directions(page: PageMaps) -> PageMaps:
    """Return maps whose directions are those of each receipt where they differ from what most of its values say."""
    maps = page.maps
    voters = maps.band > _VOTES
    if not voters.any():
        return page
    directions = np.stack([maps.across[voters], maps.down[voters]], axis=1).astype(np.float64)
    receipts = paper_labels(page)[1][voters].astype(np.intp)
    votes = np.bincount(receipts)
    few = votes < _LEAST * len(receipts)
    sums = _sums(directions, receipts, few)
    agreed = np.linalg.norm(sums, axis=1) >= _AGREED * np.where(few, len(receipts), votes)
    differs = agreed[receipts] & ~_alike(directions, sums[receipts])
    usual = _sums(directions * ~differs[:, None], receipts, few)[receipts[differs]]
    directions[differs] = usual / np.linalg.norm(usual, axis=1, keepdims=True)
    return replace(
        page,
        maps=maps._replace(
            across=_with(maps.across, voters, directions[:, 0]), down=_with(maps.down, voters, directions[:, 1])
        ),
    )


def _sums(directions: Floats, receipts: NDArray[np.intp], few: NDArray[np.bool_]) -> Floats:
    """Return the sum (R, 2) of the directions (V, 2) on each receipt, of those on all where it has few."""
    sums = np.stack([np.bincount(receipts, part) for part in directions.T], axis=1)
    return np.where(few[:, None], sums.sum(axis=0), sums)


def _alike(first: Floats, second: Floats) -> NDArray[np.bool_]:
    """Tell which vectors (V, 2) are turned against each other by no more than text on one receipt."""
    return np.asarray(
        (first * second).sum(axis=1) >= _TURNED * np.linalg.norm(first, axis=1) * np.linalg.norm(second, axis=1)
    )


def _with(values: NDArray[np.float32], places: NDArray[np.bool_], new: NDArray[np.float64]) -> NDArray[np.float32]:
    changed = values.copy()
    changed[places] = new
    return changed
