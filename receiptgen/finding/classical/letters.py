"""Which components of ink may be letters: neither rules and bars nor pictures, frames and specks."""

import cv2
import numpy as np

from receiptgen.imaging.geometry import Pixels

# Sizes relative to the height of a letter; areas relative to its square.
_SPECK = 0.01
_RULE = 5.0, 0.5  # longer, and thinner
_BAR = 4.0, 0.4  # higher, and narrower
_PICTURE = 25.0, 5.0  # wider, or higher
_FRAME = 12.0, 0.3  # wider, and with less ink than this share of its box
_LEAST = 3  # pixels of a part of a letter


def letters_of(ink: Pixels, letter: float) -> Pixels:
    """Return the ink of components that may be letters or parts of them, uint8 (H, W) of 0 and 1."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    wide, high, area = (stats[:, column] for column in (cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT, cv2.CC_STAT_AREA))
    width, height = wide / letter, high / letter
    is_letter = area >= max(_LEAST, _SPECK * letter * letter)
    is_letter &= ~((width > _RULE[0]) & (height < _RULE[1]))
    is_letter &= ~((height > _BAR[0]) & (width < _BAR[1]))
    is_letter &= (width <= _PICTURE[0]) & (height <= _PICTURE[1])
    is_letter &= ~((width > _FRAME[0]) & (area < _FRAME[1] * wide * high))
    is_letter[0] = False
    return np.asarray(is_letter[labels], np.uint8)
