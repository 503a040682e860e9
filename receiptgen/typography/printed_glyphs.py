"""Characters as a printer prints them, side by side on one canvas, and which of them can't be told from another."""

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from functools import cached_property
from itertools import accumulate
from typing import NamedTuple
from unicodedata import east_asian_width

import numpy as np
from numpy.typing import NDArray

from receiptgen.core.errors import FontError
from receiptgen.core.inputs import cache_of_files
from receiptgen.core.scripts import JOINERS
from receiptgen.imaging.boxes import Box
from receiptgen.typography.glyph_masks import MASKS
from receiptgen.typography.glyphs import ink_boxes
from receiptgen.typography.ink_style import STEPS, Ink, InkStyle
from receiptgen.typography.lookalikes import looking_alike, rivals
from receiptgen.typography.typeface import Face

# Most fonts draw these.
ASCII = "".join(map(chr, range(0x21, 0x7F)))
# What lookalikes tell of, and what leaves no ink of its own.
_TOLD = frozenset(f"{ASCII} {JOINERS}")
# Pixels per em at which lookalikes are measured: from below what is legible to double height.
TWIN_SIZES = range(8, 73)
# Columns of paper beside a character, so that what is printed twice or stretched doesn't reach the next one: half as
# many are left where it is printed half as wide.
_BESIDE = 4


class PrintedGlyphs(NamedTuple):
    """Characters on a canvas, each in a segment of its own.

    Attributes:
        ink: Ink uint8 (H, W), 0 to 255.
        edges: First column of each segment, and the width of the canvas.
        boxes: Box of each character's ink from the start of its segment; empty for a space.
        pen: Column of the pen in each segment.
        advances: Advance of each character in printed pixels.
    """

    ink: NDArray[np.uint8]
    edges: list[int]
    boxes: list[Box]
    pen: int
    advances: list[int]


def cell_rows(face: Face, size: int) -> tuple[int, int]:
    """Return the rows of a font's cell above and below the baseline: hinting may lift an outline by a pixel."""
    return int(np.ceil(face.ascent * size)) + 1, int(np.ceil(face.descent * size)) + 1


def print_glyphs(
    face: Face, size: int, style: InkStyle, pitch: int | None, chars: Sequence[str], spacing: int = 0
) -> PrintedGlyphs:
    """Print characters.

    Args:
        face: The font.
        size: Pixels per em.
        style: How they are printed.
        pitch: Advance of every character in pixels, or None for the font's own.
        chars: The characters, at least one.
        spacing: Dots by which each advance is longer, half of them on either side of the character.

    Raises:
        FontError: The font doesn't cover one of them.
    """
    if lacking := "".join(char for char in chars if char not in face.chars):
        raise FontError(f"font {face.name!r} can't draw {lacking!r}")
    found = MASKS.masks(face, size, style.mode, chars)
    masks = [found[char] for char in chars]
    naturals = [round(mask.advance) for mask in masks]
    if pitch is None:
        advances = [round(natural * style.stretch) + spacing for natural in naturals]
    else:
        advances = [pitch * _columns_of(char) + spacing for char in chars]
    # The font's own width of a cell, in whole pixels also where the font is stretched.
    cells = [round(advance / style.stretch) for advance in advances]
    rooms = [max(pair) for pair in zip(naturals, cells, strict=True)]
    # A glyph narrower or wider than the pitch is centred in its cell.
    lefts = [(cell - natural) // 2 + mask.x for mask, natural, cell in zip(masks, naturals, cells, strict=True)]
    rights = [left + mask.ink.shape[1] - room for mask, left, room in zip(masks, lefts, rooms, strict=True)]
    # Italic and handwritten fonts overhang; what leans reaches beyond its cell, but not by an em.
    over = max(-min(lefts), *rights, 0) + _BESIDE + (size if style.lean else 0)
    pad = -(-over // STEPS) * STEPS
    starts = [0, *accumulate([2 * pad + -(-room // STEPS) * STEPS for room in rooms])]
    up, down = cell_rows(face, size)
    canvas = np.zeros((up + down, starts[-1]), np.uint8)
    for (ink, _, y, _), left, start in zip(masks, lefts, starts, strict=False):
        height, width = ink.shape
        top, left = up + y, start + pad + left
        if top < 0:
            ink, top = ink[-top:], 0
        canvas[top : up + y + height, left : left + width] = ink[: up + down - top]
    printed = style.printed(canvas, starts, up)
    edges = [style.columns(start) for start in starts]
    advances = [advance * style.wide for advance in advances]
    return PrintedGlyphs(printed, edges, ink_boxes(printed, edges[:-1]), style.columns(pad), advances)


def _columns_of(char: str) -> int:
    """Return how many columns of a pitch a character takes: two for a wide one of East Asia (UAX #11)."""
    return 2 if east_asian_width(char) in "WF" else 1


class Legibility:
    """Which characters can't be told from others, as they are printed; drawn once for all styles that only repeat dots.

    Args:
        face: The font.
        size: Pixels per em.
        style: How they are printed, each row and column once.
        pitch: Advance of every character in pixels, or None for the font's own.
    """

    def __init__(self, face: Face, size: int, style: InkStyle, pitch: int | None) -> None:
        self._face, self._size, self._style, self._pitch = face, size, style, pitch
        self._outstanding: dict[str, bool] = {}

    @cached_property
    def ascii(self) -> str:
        """Characters of ASCII that the font draws."""
        return "".join(char for char in ASCII if char in self._face.chars)

    @cached_property
    def lookalikes(self) -> frozenset[str]:
        """ASCII characters that look like another one, or like nothing, so that labels would be ambiguous."""
        style = self._style
        as_measured = style.stretch == 1 and not style.lean and self._size >= TWIN_SIZES.start
        if self._face.lookalikes is not None and as_measured:
            return frozenset(self._face.lookalikes.get(lookalike_key(style.ink, style.bold, self._size), ""))
        if not self.ascii:
            return frozenset()
        pictures = self._pictures(self.ascii)
        alike = looking_alike(self.ascii, pictures.__getitem__)
        return frozenset(alike) | {char for char in self.ascii if not pictures[char][0][3]}

    def tells_apart(self, chars: AbstractSet[str]) -> bool:
        """Return whether each of some characters leaves ink, and none looks like another that could stand for it."""
        if not self.lookalikes.isdisjoint(chars):
            return False
        others = chars - _TOLD
        if unknown := [char for char in others if char not in self._outstanding]:
            self._find_out(unknown)
        return all(self._outstanding[char] for char in others)

    def _find_out(self, chars: Iterable[str]) -> None:
        """Find out which characters that aren't in ASCII leave ink, as none does for which they could be taken."""
        taken_for = {char: [other for other in rivals(char) if other in self._face.chars] for char in chars}
        pictures = self._pictures(
            [*dict.fromkeys([*taken_for, *(each for some in taken_for.values() for each in some)])]
        )
        for char, others in taken_for.items():
            picture = pictures[char]
            self._outstanding[char] = bool(picture[0][3]) and all(pictures[each] != picture for each in others)

    def _pictures(self, chars: Sequence[str]) -> dict[str, tuple[Box, bytes]]:
        """Return the box of each character's ink, from its pen, and the pixels of its cell."""
        ink, edges, boxes, pen, advances = print_glyphs(self._face, self._size, self._style, self._pitch, chars)
        return {
            char: (
                (box[0] - pen, box[1], box[2] - pen, box[3]) if box[2] else box,
                ink[:, start + pen : start + pen + advance].tobytes(),
            )
            for char, start, box, advance in zip(chars, edges, boxes, advances, strict=False)
        }


# A few bytes each, unlike the atlases.
@cache_of_files(maxsize=4096)
def legibility(face: Face, size: int, style: InkStyle, pitch: int | None) -> Legibility:
    """Return what is known of the characters of a print style, from a cache; the arguments are those of ``Legibility``.

    Repeated rows and columns change nothing, nor does a pitch where the font isn't stretched.
    """
    return Legibility(face, size, style, pitch)


def lookalike_key(ink: Ink, bold: bool, size: int) -> str:
    """Return the key of ``Face.lookalikes`` for a print style."""
    return f"{ink}{' bold' if bold else ''} {size}"
