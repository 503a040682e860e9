"""JPEG of pages; that of grey ones that are mostly paper of one level, whose blocks all come out alike, is faster."""

import cv2
import numpy as np
from numpy.typing import NDArray

from receiptgen.imaging.geometry import Pixels

# Side of JPEG's blocks; so many of them side by side are looked at as one tile, and so many tiles lie in a row of the
# image that is compressed.
_BLOCK, _BLOCKS, _TILES = 8, 8, 16
_WIDE = _BLOCK * _BLOCKS
# Pixels from which an image is looked through, about so many of them; share of paper from which that is worth while;
# rows of blocks that are looked at in one go, which stay in the processor's cache.
_PAGE, _SOME, _MOSTLY, _STRIP = 1 << 18, 40_000, 0.7, 32

# How many pixels share a colour, as libjpeg has it.
SUBSAMPLINGS = {
    "4:2:0": cv2.IMWRITE_JPEG_SAMPLING_FACTOR_420,
    "4:2:2": cv2.IMWRITE_JPEG_SAMPLING_FACTOR_422,
    "4:4:4": cv2.IMWRITE_JPEG_SAMPLING_FACTOR_444,
}


def through_jpeg(image: Pixels, quality: int, left: int = 0, top: int = 0) -> Pixels:
    """Return what is left of a grey image (H, W) after JPEG.

    Args:
        image: uint8 (H, W).
        quality: Quality as libjpeg counts it.
        left: Pixels from the first block's corner to the image, 0 to 7.
        top: The same downwards.
    """
    height, width = image.shape
    level = _paper(image)
    if level is None:
        if left or top:
            image = np.asarray(cv2.copyMakeBorder(image, top, 0, left, 0, cv2.BORDER_REPLICATE), np.uint8)
        return _through(image, quality)[top:, left:]
    down, across = -(top + height) % _BLOCK, -(left + width) % _WIDE
    # Blocks don't depend on one another, and libjpeg fills the last ones with the last pixels, too.
    filled = np.asarray(cv2.copyMakeBorder(image, top, down, left, across, cv2.BORDER_REPLICATE), np.uint8)
    return _through_blocks(filled, level, quality)[top : top + height, left : left + width]


def through_color_jpeg(image: Pixels, quality: int, subsampling: str, left: int = 0, top: int = 0) -> Pixels:
    """Return what is left of an image in colour after JPEG.

    Args:
        image: uint8 (H, W, 3), red first.
        quality: Quality as libjpeg counts it.
        subsampling: One of ``SUBSAMPLINGS``.
        left: Pixels from the first block's corner to the image, 0 to 7.
        top: The same downwards.
    """
    options = [cv2.IMWRITE_JPEG_QUALITY, quality, cv2.IMWRITE_JPEG_SAMPLING_FACTOR, SUBSAMPLINGS[subsampling]]
    if left or top:
        image = np.asarray(cv2.copyMakeBorder(image, top, 0, left, 0, cv2.BORDER_REPLICATE), np.uint8)
    # OpenCV has blue first.
    _, code = cv2.imencode(".jpg", cv2.cvtColor(image, cv2.COLOR_RGB2BGR), options)
    decoded = np.asarray(cv2.imdecode(code, cv2.IMREAD_COLOR), np.uint8)
    return np.asarray(cv2.cvtColor(decoded, cv2.COLOR_BGR2RGB), np.uint8)[top:, left:]


def _through_blocks(image: Pixels, level: int, quality: int) -> Pixels:
    """Return what is left of an image in whole tiles whose paper has some level."""
    inked = _inked(image, level)
    down, across = inked.shape
    paper = _through(np.full((_BLOCK, _BLOCK), level, np.uint8), quality)
    tiles = image.reshape(down, _BLOCK, across, _WIDE).swapaxes(1, 2)[inked]
    count, rows = len(tiles), -(-len(tiles) // _TILES)
    packed = np.empty((rows, _BLOCK, _TILES, _WIDE), np.uint8)
    packed[-1:] = level
    laid, whole = packed.swapaxes(1, 2), count // _TILES
    laid[:whole] = tiles[: whole * _TILES].reshape(-1, _TILES, _BLOCK, _WIDE)
    laid[whole:, : count % _TILES] = tiles[whole * _TILES :]
    left = _through(packed.reshape(rows * _BLOCK, -1), quality) if rows else packed
    left = left.reshape(rows, _BLOCK, _TILES, _WIDE).swapaxes(1, 2).reshape(-1, _BLOCK, _WIDE)
    through = np.full((down, _BLOCK, across, _WIDE), paper[0, 0], np.uint8)
    through.swapaxes(1, 2)[inked] = left[:count]
    return through.reshape(image.shape)


def _paper(image: Pixels) -> int | None:
    """Return the level of the paper of a page that is mostly paper of one level; else None."""
    if image.size < _PAGE:
        return None
    # An odd stride doesn't stay in a column.
    some = image.ravel()[:: image.size // _SOME | 1]
    level = int(np.bincount(some, minlength=256).argmax())
    return level if (some == level).mean() >= _MOSTLY else None


def _inked(image: Pixels, level: int) -> NDArray[np.bool_]:
    """Tell of each tile of an image whether it is not all of a level, bool (rows, columns)."""
    down, across = image.shape[0] // _BLOCK, image.shape[1] // _WIDE
    blocks = np.empty((down, across * _BLOCKS), np.uint64)
    for first in range(0, down, _STRIP):
        strip = image[first * _BLOCK : (first + _STRIP) * _BLOCK]
        # Eight bytes of a row are one number.
        same = np.asarray(cv2.inRange(strip, (level,), (level,)), np.uint8).view(np.uint64)
        np.bitwise_and.reduce(same.reshape(-1, _BLOCK, across * _BLOCKS), axis=1, out=blocks[first : first + _STRIP])
    tiles = np.bitwise_and.reduce(blocks.reshape(down, across, _BLOCKS), axis=2)
    return np.asarray(tiles != np.iinfo(np.uint64).max, np.bool_)


def _through(image: Pixels, quality: int) -> Pixels:
    _, code = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, quality])
    return np.asarray(cv2.imdecode(code, cv2.IMREAD_GRAYSCALE), np.uint8)
