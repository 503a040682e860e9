"""Directions of reading: all text of a receipt is read nearly the same way, whatever single values say."""

from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from receiptgen.finding.learned.page_maps import PageMaps
from receiptgen.finding.learned.papers import PAPER

# Probability of the band from which a value has a vote.
_VOTES = 0.4
# Length of the mean of a receipt's votes, unit vectors, from which they agree on a direction; a receipt has this share
# of the page's votes, or takes those of all.
_AGREED, _LEAST = 0.6, 0.1
# Cosine of the angle by which bent paper and perspective turn text on one receipt at most.
_TURNED = 0.7


def with_agreed_directions(page: PageMaps) -> PageMaps:
    """Return maps whose directions are those of each receipt where they differ from what most of its values say."""
    maps = page.maps
    _, papers = cv2.connectedComponents((maps.paper > PAPER).astype(np.uint8))
    voters = maps.band > _VOTES
    if not voters.any():
        return page
    directions = np.stack([maps.across[voters], maps.down[voters]], axis=1).astype(np.float64)
    receipts = papers[voters]
    sums = np.stack([np.bincount(receipts, part) for part in directions.T], axis=1)
    votes = np.bincount(receipts)
    sums[votes < _LEAST * len(receipts)] = sums.sum(axis=0)
    votes[votes < _LEAST * len(receipts)] = len(receipts)
    length = np.linalg.norm(sums, axis=1)
    agreed = sums / length.clip(1e-6)[:, None]
    differs = (directions * agreed[receipts]).sum(axis=1) < _TURNED
    differs &= (length >= _AGREED * votes)[receipts]
    directions[differs] = agreed[receipts[differs]]
    return replace(
        page,
        maps=maps._replace(
            across=_with(maps.across, voters, directions[:, 0]), down=_with(maps.down, voters, directions[:, 1])
        ),
    )


def _with(values: NDArray[np.float32], places: NDArray[np.bool_], new: NDArray[np.float64]) -> NDArray[np.float32]:
    changed = values.copy()
    changed[places] = new
    return changed
