"""Glyph atlases: glyphs drawn once and reused, an atlas for each font, size and print style."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from functools import cached_property
from itertools import accumulate
from threading import Lock

import numpy as np

from receiptgen.core.bidi import mirrored
from receiptgen.core.inputs import cache_of_files
from receiptgen.core.scripts import needs_shaping
from receiptgen.typography.glyphs import Glyph, Strip
from receiptgen.typography.ink_style import Ink, InkStyle
from receiptgen.typography.printed_glyphs import cell_rows, legibility, print_glyphs
from receiptgen.typography.shaped_words import ShapedWord, ShapedWords
from receiptgen.typography.shaping import Piece, pieces_of
from receiptgen.typography.typeface import Face


class Atlas(dict[str, Glyph]):
    """Glyphs of one font, drawn once and reused.

    Args:
        face: The font.
        size: Pixels per em.
        ink: One bit or 256 levels.
        pitch: Advance of every character in pixels, or None for the font's own.
        bold: Print twice, a dot apart, as cash registers do, which have no bold font.
        wide: Repeat every column, as double width of a cash register.
        tall: Repeat every row, as double height of a cash register.
        stretch: Width relative to the font's own, in steps of a twentieth: resident fonts of cash registers are narrow
            or wide.
        lean: Tangent of the angle by which characters are slanted to the right, 0 to 0.5.
        outline: Print strokes hollow that are thick enough.
        spacing: Dots between characters beyond their advances; scripts whose letters are shaped as words have none.

    Attributes:
        ascent: Rows of a cell above the baseline.
        height: Rows of a cell.
    """

    def __init__(
        self, face: Face, size: int, ink: Ink = "smooth", pitch: int | None = None,
        bold: bool = False, wide: bool = False, tall: bool = False, stretch: float = 1.0, lean: float = 0.0,
        outline: bool = False, spacing: int = 0,
    ) -> None:  # fmt: skip
        super().__init__()
        self.face, self.size, self.ink, self.pitch, self.stretch, self.lean = face, size, ink, pitch, stretch, lean
        self._style = InkStyle(ink, bold, 1 + wide, 1 + tall, stretch, lean, outline)
        self._spacing = spacing
        self._up, self._down = cell_rows(face, size)
        self.ascent = self._up * self._style.tall
        self.height = (self._up + self._down) * self._style.tall
        self._lock = Lock()
        self._overhangs = False
        once = InkStyle(ink, bold, stretch=stretch, lean=lean)
        self._legibility = legibility(face, size, once, None if stretch == 1 and not lean else pitch)
        self._shaped = ShapedWords(face, size, self._style, self._up, pitch)

    def __missing__(self, char: str) -> Glyph:
        self.prepare(char)
        return self[char]

    def prepare(self, chars: Sequence[str]) -> None:
        """Draw the characters that are not in the atlas yet, on one canvas, which is faster than one by one.

        Raises:
            FontError: The font doesn't cover one of them.
        """
        # Threads share an atlas; what is there already needs no lock.
        if all(char in self for char in chars):
            return
        with self._lock:
            # Another thread may have drawn all of them meanwhile.
            if missing := [char for char in dict.fromkeys(chars) if char not in self]:
                self._draw(missing)

    def _draw(self, missing: Sequence[str]) -> None:
        ink, edges, boxes, pen, advances = print_glyphs(
            self.face, self.size, self._style, self.pitch, missing, self._spacing
        )
        glyphs = [
            Glyph(ink[:, start:stop], box, pen, advance)
            for start, stop, box, advance in zip(edges, edges[1:], boxes, advances, strict=False)
        ]
        self._overhangs = self._overhangs or any(glyph.full is not None for glyph in glyphs)
        self.update(zip(missing, glyphs, strict=True))

    @property
    def lookalikes(self) -> frozenset[str]:
        """ASCII characters that look like another one, or like nothing, so that labels would be ambiguous."""
        return self._legibility.lookalikes

    @property
    def ascii(self) -> str:
        """Characters of ASCII that the font draws."""
        return self._legibility.ascii

    def tells_apart(self, chars: AbstractSet[str]) -> bool:
        """Return whether each of some characters leaves ink, and none looks like another that could stand for it."""
        return self._legibility.tells_apart(chars)

    @cached_property
    def digit(self) -> Glyph:
        """Glyph of a digit, as high as all of them are; of another character, where the font has no digits."""
        return self[next((char for char in "0123456789" if char in self.face.chars), self.face.some[0])]

    def measure(self, text: str) -> int:
        """Return the advance of a text in pixels."""
        if needs_shaping(text):
            return sum([self._advance(piece) for piece in pieces_of(text)])
        return sum([self[char].advance for char in text])

    def _advance(self, piece: Piece) -> int:
        if piece.whole:
            return self._shaped.word(piece.text, piece.direction).advance
        return sum([self[char].advance for char in _printed_chars(piece)])

    def strip(self, text: str) -> Strip:
        """Set a text. Characters that overhang their advance overlap their neighbours, as on paper."""
        if needs_shaping(text):
            return self._shaped_strip(text)
        glyphs = [self[char] for char in text]
        # Lists of few numbers are faster in Python than in NumPy; an empty box has no rows.
        tops = [glyph.box[1] for glyph in glyphs if glyph.box[3]]
        span = (min(tops), max([glyph.box[3] for glyph in glyphs])) if tops else (0, 0)
        pens = [0, *accumulate([glyph.advance for glyph in glyphs])]
        boxes = [
            (x0 + pen, y0, x1 + pen, y1)
            for pen, (x0, y0, x1, y1) in zip(pens, [glyph.box for glyph in glyphs], strict=False)
        ]
        if not self._overhangs or all(glyph.full is None for glyph in glyphs):
            return Strip(np.concatenate([glyph.cell for glyph in glyphs], axis=1), 0, boxes, span)
        left = max(0, -min([box[0] for box in boxes]))
        ink = np.zeros((self.height, left + max(pens[-1], *[box[2] for box in boxes])), np.uint8)
        for glyph, pen in zip(glyphs, pens, strict=False):
            part = glyph.cell if glyph.full is None else glyph.full
            start = left + pen - glyph.left
            target = ink[:, start : start + part.shape[1]]
            np.maximum(target, part, out=target)
        return Strip(ink, left, boxes, span)

    def _shaped_strip(self, text: str) -> Strip:
        """Set a text whose words are shaped, or that runs from right to left somewhere."""
        parts: list[tuple[ShapedWord, int]] = []
        boxes = np.zeros((len(text), 4), np.int32)
        pen = 0
        for piece in pieces_of(text):
            start, stop = piece.start, piece.start + len(piece.text)
            if piece.whole:
                words = {start: self._shaped.word(piece.text, piece.direction)}
            else:
                places = range(start, stop) if piece.direction == "ltr" else range(stop - 1, start - 1, -1)
                words = {place: _as_word(self[char]) for place, char in zip(places, _printed_chars(piece), strict=True)}
            for place, word in words.items():
                boxes[place : place + len(word.boxes)] = word.boxes + np.array([pen, 0, pen, 0], np.int32)
                parts.append((word, pen))
                pen += word.advance
        left = max(word.left - pen for word, pen in parts)
        right = max(pen, *(pen - word.left + word.ink.shape[1] for word, pen in parts))
        above = max(word.above for word, _ in parts)
        below = max(len(word.ink) - word.above for word, _ in parts)
        ink = np.zeros((max(above, 0) + max(below, self.height), max(left, 0) + right), np.uint8)
        above, left = max(above, 0), max(left, 0)
        for word, pen in parts:
            y, x = above - word.above, left + pen - word.left
            target = ink[y : y + len(word.ink), x : x + word.ink.shape[1]]
            np.maximum(target, word.ink, out=target)
        inked = boxes[boxes[:, 3] > boxes[:, 1]]
        rows = (int(inked[:, 1].min()), int(inked[:, 3].max())) if len(inked) else (0, 0)
        return Strip(ink, left, [(x0, y0, x1, y1) for x0, y0, x1, y1 in boxes.tolist()], rows, above)


def _printed_chars(piece: Piece) -> str:
    """Return the characters of a piece from left to right, mirrored where they run the other way."""
    return piece.text if piece.direction == "ltr" else "".join(map(mirrored, reversed(piece.text)))


def _as_word(glyph: Glyph) -> ShapedWord:
    ink = glyph.cell if glyph.full is None else glyph.full
    return ShapedWord(ink, glyph.left, 0, glyph.advance, np.array([glyph.box], np.int32))


# Enough for the styles that snippets share (``drawing.snippet_styles``) and for a few receipts; more would only cost
# memory.
@cache_of_files(maxsize=112)
def atlas(
    face: Face, size: int, ink: Ink = "smooth", pitch: int | None = None,
    bold: bool = False, wide: bool = False, tall: bool = False, stretch: float = 1.0, lean: float = 0.0,
    outline: bool = False, spacing: int = 0,
) -> Atlas:  # fmt: skip
    """Return an atlas from a cache of the most recently used; the arguments are those of ``Atlas``."""
    return Atlas(face, size, ink, pitch, bold, wide, tall, stretch, lean, outline, spacing)
