"""What Pillow has opened: loaded without a word on the terminal, turned upright, flattened to grey or colour."""

import os
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext

import numpy as np
from PIL import ExifTags, Image

from receiptgen.imaging.channels import in_color
from receiptgen.imaging.geometry import Pixels

_STDERR = threading.Lock()
# How an image is turned upright, by its orientation as Exif has it (CIPA DC-008, 4.6.4).
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def load(image: Image.Image) -> None:
    """Decode an opened image; raises what Pillow's plugins do."""
    with _no_stderr() if image.format == "TIFF" else nullcontext():
        image.load()


def upright(pixels: Pixels, image: Image.Image) -> Pixels:
    """Turn pixels as the Exif data of their image say; broken ones say nothing."""
    try:
        turn = _TURNS.get(image.getexif().get(ExifTags.Base.Orientation, 1))
    except Exception:  # Pillow's plugins raise what they please on broken files
        turn = None
    return pixels if turn is None else np.asarray(Image.fromarray(pixels).transpose(turn), np.uint8)


def flatten(image: Image.Image, ground: int = 255) -> Pixels:
    """Return an image of Pillow's as grey, uint8 (H, W); what is transparent lies on a level, white by default."""
    if image.mode == "F":
        values = np.nan_to_num(np.asarray(image))
        return np.asarray((values * (255 if values.max() <= 1 else 1)).clip(0, 255), np.uint8)
    if image.mode.startswith("I"):  # integers of 16 bits, which Pillow may hold in 32
        values = np.asarray(image)
        return np.asarray((values >> 8 if values.max() > 255 or ";16" in image.mode else values).clip(0, 255), np.uint8)
    if image.mode == "LAB":
        return np.asarray(image.getchannel("L"), np.uint8)
    if not image.has_transparency_data:
        return np.asarray(image.convert("L"), np.uint8)
    colour = image if image.mode == "RGBA" else image.convert("RGBA")
    grey, opacity = colour.convert("L"), colour.getchannel("A")
    return np.asarray(Image.composite(grey, Image.new("L", grey.size, ground), opacity), np.uint8)


def flatten_color(image: Image.Image) -> Pixels:
    """Return an image of Pillow's as RGB, uint8 (H, W, 3); what is transparent lies on white."""
    if image.mode == "F" or image.mode.startswith("I"):
        return in_color(flatten(image))
    if not image.has_transparency_data:
        return np.asarray(image.convert("RGB"), np.uint8)
    colour = image.convert("RGBA")
    white = Image.new("RGBA", colour.size, "white")
    return np.asarray(Image.alpha_composite(white, colour).convert("RGB"), np.uint8)


@contextmanager
def _no_stderr() -> Iterator[None]:
    """Keep what libtiff prints of broken files from the terminal; Pillow can't tell it to be silent.

    What other threads print meanwhile is lost too; one TIFF is decoded at a time.
    """
    with _STDERR:
        try:
            kept = os.dup(2)
        except OSError:  # whoever started this has closed it
            yield
            return
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 2)
        os.close(nowhere)
        try:
            yield
        finally:
            os.dup2(kept, 2)
            os.close(kept)


@contextmanager
def no_warnings() -> Iterator[None]:
    """Keep Pillow's warnings of odd files from the user, who is told of those that can't be read."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
