"""Masks of characters as FreeType draws them, drawn once and shared by all the ways in which a font is printed."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from threading import Lock
from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFont

from receiptgen.core.inputs import on_forgetting
from receiptgen.typography.typeface import Face

if TYPE_CHECKING:
    from PIL._imaging import ImagingCore

# Bytes of masks that are kept, those last used: all that a few thousand receipts of ordinary size need.
_KEPT = 24 << 20
# Bytes that a mask takes beside its pixels.
_OVERHEAD = 320
# Fonts that are kept open: each holds its program of hints, which a new one would have to run again.
_OPEN = 64


class Mask(NamedTuple):
    """A character as the font has it.

    Attributes:
        ink: Cover uint8 (H, W), 0 to 255, with no empty margin that FreeType leaves out; (0, 0) where there is none.
        x: Its first column, from the pen.
        y: Its first row, from the baseline; negative above.
        advance: Pixels from this pen position to the next, as the font has it, not rounded.
    """

    ink: NDArray[np.uint8]
    x: int
    y: int
    advance: float


_BLANK = np.zeros((0, 0), np.uint8)


class MaskCache:
    """Masks by font, size and mode; the least recently used of these go where there are too many.

    Args:
        most: Bytes of all masks that are kept, at most, but for those of the last font and size.
    """

    def __init__(self, most: int = _KEPT) -> None:
        self._most = most
        self._lock = Lock()
        self._held = 0
        self._masks: dict[tuple[Face, int, str], dict[str, Mask]] = {}

    def masks(self, face: Face, size: int, mode: Literal["1", "L"], chars: Sequence[str]) -> Mapping[str, Mask]:
        """Return the masks of characters, and maybe of others.

        Args:
            face: The font, which has all of the characters.
            size: Pixels per em.
            mode: One bit or 256 levels.
            chars: The characters.
        """
        key = (face, size, mode)
        # Threads share fonts, too, which must not draw two characters at a time.
        with self._lock:
            found = self._masks.pop(key, None) or {}
            self._masks[key] = found
            if missing := [char for char in dict.fromkeys(chars) if char not in found]:
                drawn = _drawn(face, size, mode, missing)
                # Another mapping, since threads may be reading the one that was returned before.
                self._masks[key] = found = {**found, **drawn}
                self._held += _bytes_of(drawn)
                self._drop()
            return found

    def __len__(self) -> int:
        """Return how many fonts, sizes and modes are kept."""
        return len(self._masks)

    def clear(self) -> None:
        """Forget all masks."""
        with self._lock:
            self._masks.clear()
            self._held = 0

    def _drop(self) -> None:
        while self._held > self._most and len(self._masks) > 1:
            oldest = next(iter(self._masks))
            self._held -= _bytes_of(self._masks.pop(oldest))


# One for all, since fonts, sizes and styles come and go with each receipt.
MASKS = MaskCache()


def _bytes_of(masks: Mapping[str, Mask]) -> int:
    return sum([mask.ink.size + _OVERHEAD for mask in masks.values()])


@lru_cache(maxsize=_OPEN)
def _opened(face: Face, size: int) -> ImageFont.FreeTypeFont:
    return face.open(size)


on_forgetting(MASKS.clear)
on_forgetting(_opened.cache_clear)


def joined_masks(masks: Sequence["ImagingCore"]) -> NDArray[np.uint8]:
    """Return what Pillow's fonts draw as pixels uint8 (H, W), side by side from the top: its own copying is fast."""
    sizes = [mask.size for mask in masks]
    canvas = Image.new("L", (sum([width for width, _ in sizes]), max([height for _, height in sizes], default=0)))
    left = 0
    for mask, (width, height) in zip(masks, sizes, strict=True):
        if width and height:
            canvas.im.paste(mask, (left, 0, left + width, height))
        left += width
    return np.array(canvas)


def _drawn(face: Face, size: int, mode: Literal["1", "L"], chars: Sequence[str]) -> dict[str, Mask]:
    """Draw characters, all on one canvas, which is handed to NumPy once."""
    font = _opened(face, size)
    # Fonts that have no space draw a box for it.
    drawn = [(char, *font.getmask2(char, mode, anchor="ls")) for char in chars if char != " "]
    sizes = [mask.size for _, mask, _ in drawn]
    pixels, left = joined_masks([mask for _, mask, _ in drawn]), 0
    masks = {}
    for (char, _, (x, y)), (width, height) in zip(drawn, sizes, strict=True):
        masks[char] = Mask(pixels[:height, left : left + width].copy(), x, y, font.getlength(char))
        left += width
    if " " in chars:
        masks[" "] = Mask(_BLANK, 0, 0, font.getlength(" ") if face.space is None else face.space * size)
    return masks
