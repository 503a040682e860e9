"""Images as printers print them: in black dots, as many as the image is wide, or in colour."""

from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from receiptgen.core.files import NO_FILE, read_regular, reason_of
from receiptgen.imaging.geometry import Pixels
from receiptgen.imaging.image_files import decode_photo, decode_still
from receiptgen.imaging.svg import render_svg

Dither = Literal["floyd_steinberg", "ordered", "none"]
# Bytes of a file, pixels a side of an image and rows of dots that are far more than any logo has.
_LARGEST, _LONGEST, _MOST_ROWS = 20_000_000, 6000, 4000


def _bayer(size: int) -> NDArray[np.int64]:
    """Return Bayer's index matrix (Bayer 1973), each value below ``size ** 2`` once; ``size`` is a power of two."""
    if size == 1:
        return np.zeros((1, 1), np.int64)
    half = 4 * _bayer(size // 2)
    return np.block([[half, half + 2], [half + 3, half + 1]])


# Levels below which a dot is black.
_THRESHOLDS = 4 * _bayer(8) + 2


def printed_dots(path: Path, width: int, dither: Dither, invert: bool = False) -> NDArray[np.bool_] | str:
    """Return the dots of an image file.

    Args:
        path: PNG, JPEG or SVG; or GIF, BMP, WebP, TIFF and what else ``image_files`` reads.
        width: Width in dots; the height follows.
        dither: How grey becomes dots: ``floyd_steinberg`` (error diffusion), ``ordered`` (8 x 8 dots of Bayer) or
            ``none`` (black below middle grey).
        invert: Whether black and white change places. What is transparent is paper all the same.

    Returns:
        bool (H, W), True is black, at least one of them; or the reason why there are none.

    Raises:
        MissingExtraError: An SVG, and nothing is installed that renders it.
    """
    ground = 0 if invert else 255
    pixels = _pixels(path, width, ground)
    if isinstance(pixels, str):
        return pixels
    height = max(1, round(len(pixels) * width / pixels.shape[1]))
    if height > _MOST_ROWS:
        return f"{height:,} dots high at a width of {width:,}; the limit is {_MOST_ROWS:,}, so print it narrower"
    dots = _dithered(_scaled(255 - pixels if invert else pixels, width, height), dither)
    return (
        dots if dots.any() else f"nothing of it is black enough to be printed{'' if invert else '; try invert: true'}"
    )


def printed_colors(path: Path, width: int) -> Pixels | str:
    """Return an image file in colour, a pixel for each dot, as laser and ink-jet printers print it.

    Args:
        path: As of ``printed_dots``.
        width: Width in dots; the height follows.

    Returns:
        RGB uint8 (H, W, 3), of the size of ``printed_dots``, what is transparent on white; or the reason why there is
        none.

    Raises:
        MissingExtraError: An SVG, and nothing is installed that renders it.
    """
    pixels = _pixels(path, width, None)
    if isinstance(pixels, str):
        return pixels
    return _scaled(pixels, width, max(1, round(len(pixels) * width / pixels.shape[1])))


def _pixels(path: Path, width: int, ground: int | None) -> Pixels | str:
    """Read a file in grey, with what is transparent on a ground, or in colour where there is none."""
    try:
        content = read_regular(path, _LARGEST)
    except OSError as error:
        return reason_of(error)
    except ValueError:  # a null character in its name
        return NO_FILE
    if path.suffix.lower() == ".svg":
        return render_svg(content, width, _MOST_ROWS, ground)
    return decode_photo(content, _LONGEST) if ground is None else decode_still(content, _LONGEST, ground)


def _scaled(pixels: Pixels, width: int, height: int) -> Pixels:
    """Scale to a size: each dot is the mean of the pixels that it covers, or lies between those round it."""
    if (height, width) == pixels.shape[:2]:
        return pixels
    # Pillow reckons in whole numbers, alike on every processor.
    sampling = Image.Resampling.BOX if width < pixels.shape[1] else Image.Resampling.BICUBIC
    return np.asarray(Image.fromarray(pixels).resize((width, height), sampling), np.uint8)


def _dithered(pixels: Pixels, dither: Dither) -> NDArray[np.bool_]:
    if dither == "floyd_steinberg":
        return ~np.asarray(Image.fromarray(pixels).convert("1", dither=Image.Dither.FLOYDSTEINBERG), bool)
    if dither == "none":
        return pixels < 128
    height, width = pixels.shape
    return pixels < np.tile(_THRESHOLDS, (-(-height // 8), -(-width // 8)))[:height, :width]
