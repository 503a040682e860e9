"""What a page of a file holds: its pixels, and the words that a PDF says are printed on them."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from receiptgen.imaging.geometry import Pixels


class PrintedWord(NamedTuple):
    """A word of the text layer of a PDF.

    Attributes:
        text: Text without spaces.
        boxes: Boxes of its characters, from ascender to descender, in pixels of the page: float64 (N, 4) of x0, y0,
            x1, y1.
    """

    text: str
    boxes: NDArray[np.float64]


class Picture(NamedTuple):
    """An image, decoded as far as its file goes.

    Attributes:
        pixels: uint8 (H, W), black 0; rows that the file lacks are white.
        damage: What is wrong with the file and how much is missing, in a few words; empty for a whole file.
        words: Words of the text layer of a PDF that stand upright on the page; none where it has no layer of use.
        pages: Number of pages of its file, as far as that is known before they are read.
    """

    pixels: Pixels
    damage: str = ""
    words: tuple[PrintedWord, ...] = ()
    pages: int = 1
