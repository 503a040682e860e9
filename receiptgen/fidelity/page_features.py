"""Features of a page's pixels for the classifier: its lines, tiles of it at full size, and the page as a whole."""

from collections.abc import Sequence

import cv2
import numpy as np

from receiptgen.fidelity.classifiers import Floats, gradient_shares, sample_window, texture_shares
from receiptgen.fidelity.page_lines import TextLine
from receiptgen.imaging.geometry import Pixels

_LINES = 12  # lines of which windows are taken
_TILE, _GRID = 64, 4  # pixels of a tile at full size; tiles, and cells of the page as a whole, along each axis
_WHOLE = 64  # pixels of a side of the page as a whole
_BINS = 16  # of each colour axis


def frame_features(image: Pixels, grey: Pixels) -> Floats:
    """Return features of a page that need no boxes: texture of tiles, gradients and colours of the whole.

    Args:
        image: RGB uint8 (H, W, 3).
        grey: The same in grey, uint8 (H, W).
    """
    tiles = [grey[top : top + _TILE, left : left + _TILE] for top in _starts(grey, 0) for left in _starts(grey, 1)]
    whole = np.asarray(cv2.resize(image, (_WHOLE, _WHOLE), interpolation=cv2.INTER_AREA), np.uint8)
    side = _WHOLE // _GRID
    cells = whole.reshape(_GRID, side, _GRID, side, 3).mean(axis=(1, 3)).ravel() / 255
    lab = cv2.cvtColor(whole, cv2.COLOR_RGB2LAB)
    # The middle half of the axes: paper, wood, stone and skin lie there.
    colours = [np.histogram(lab[..., axis], _BINS, (64, 192))[0] / lab[..., axis].size for axis in (1, 2)]
    outline = gradient_shares(np.asarray(cv2.cvtColor(whole, cv2.COLOR_RGB2GRAY), np.uint8))
    texture = np.mean([texture_shares(tile) for tile in tiles], axis=0)
    return np.concatenate([texture, outline, cells, *colours])


def line_features(lines: Sequence[TextLine], random: np.random.Generator) -> Floats:
    """Return features of a page's lines: those of windows, and the texture of crops at full size, on average."""
    chosen = [lines[index] for index in sorted(random.permutation(len(lines))[:_LINES].tolist())]
    windows = [sample_window(line.crop, random) for line in chosen]
    rows = [np.concatenate([gradient_shares(view), texture_shares(view)]) for view in windows]
    return np.concatenate([np.mean(rows, axis=0), np.mean([texture_shares(line.crop) for line in chosen], axis=0)])


def _starts(grey: Pixels, axis: int) -> list[int]:
    """Return the first rows or columns of tiles, evenly spread."""
    last = max(0, grey.shape[axis] - _TILE)
    return [last * index // (_GRID - 1) for index in range(_GRID)]
