"""Pages of words as pictures, each word in the colour of its role."""

from collections.abc import Sequence
from colorsys import hsv_to_rgb

import cv2
import numpy as np
from numpy.typing import NDArray

from receiptgen.extraction.labelling.roles import OTHER, ROLE_NUMBERS, ROLES
from receiptgen.imaging.geometry import Pixels

from ..data.words.labelled_words import UNKNOWN
from ..evaluation.words import WordExample

# Width of a page, height of a row of text, and margin, in pixels.
_WIDTH, _ROW, _MARGIN = 460, 13, 6
_INK, _PLAIN, _WRONG = (36, 41, 47), (238, 238, 238), (200, 30, 40)
# A step of hues after which neighbouring roles look unlike each other.
_HUES = 0.381966


def picture_of(example: WordExample, told: NDArray[np.intp] | None) -> Pixels:
    """Return a page in colour, RGB: words on the colour of the role they are told to be of, wrong ones framed in red.

    Args:
        example: The page.
        told: Role of each word; None for the true ones.
    """
    words = example.words
    left, width = min(word.left for word in words), max(word.right for word in words)
    scale = (_WIDTH - 2 * _MARGIN) / max(width - left, 1e-6)
    rows = max(word.row for word in words) + 1
    image = np.full((rows * _ROW + 2 * _MARGIN, _WIDTH, 3), 255, np.uint8)
    for index, word in enumerate(words):
        true = int(example.truth.roles[index])
        role = true if told is None else int(told[index])
        top = _MARGIN + word.row * _ROW
        near, far = (round(_MARGIN + (side - left) * scale) for side in (word.left, word.right))
        corners = (near, top), (max(far, near + 2), top + _ROW - 2)
        cv2.rectangle(image, *corners, color_of(role), cv2.FILLED)
        _write(image, word.text, near, top + _ROW - 4, far - near)
        if UNKNOWN not in {true, role} and true != role:
            cv2.rectangle(image, *corners, _WRONG, 1)
    return image


def _write(image: Pixels, text: str, left: int, foot: int, width: int) -> None:
    """Write a word as wide as its place."""
    plain = text.encode("ascii", "replace").decode()
    natural = cv2.getTextSize(plain, cv2.FONT_HERSHEY_SIMPLEX, 1.0, 1)[0][0]
    size = min(0.36, max(width, 4) / max(natural, 1))
    cv2.putText(image, plain, (left, foot), cv2.FONT_HERSHEY_SIMPLEX, size, _INK, 1, cv2.LINE_AA)


def color_of(role: int) -> tuple[int, int, int]:
    """Return the colour of a role, RGB; grey for words without a meaning."""
    if role in {UNKNOWN, ROLE_NUMBERS[OTHER]}:
        return _PLAIN
    red, green, blue = hsv_to_rgb(role * _HUES % 1, 0.45, 1)
    return round(255 * red), round(255 * green), round(255 * blue)


def role_colors() -> dict[str, str]:
    """Return the colour of each role as CSS has it."""
    return {role: "#{:02x}{:02x}{:02x}".format(*color_of(number)) for number, role in enumerate(ROLES)}


def side_by_side(pages: Sequence[Pixels], row: int) -> Pixels:
    """Return pages in rows, with white below the shorter ones.

    Args:
        pages: Pages of one width, at least one.
        row: Pages of a row.
    """
    height = max(len(page) for page in pages)
    whole = [np.pad(page, [(0, height - len(page)), (0, 0), (0, 0)], constant_values=255) for page in pages]
    whole += [np.full_like(whole[0], 255)] * (-len(whole) % row)
    return np.vstack([np.hstack(whole[start : start + row]) for start in range(0, len(whole), row)])
