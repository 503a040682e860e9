"""Pages and lines read by a network."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from receiptgen.imaging.geometry import Pixels, quads_of_boxes
from receiptgen.reading.cells import Cell, CellImage, cut, find_cells
from receiptgen.reading.level_page import level_page
from receiptgen.reading.results import PageText, TextLine, TextWord
from receiptgen.reading.rows import columns, part_rows
from receiptgen.recognition.calibration import LEVELS, RAW
from receiptgen.recognition.ctc import Decoded
from receiptgen.recognition.line_recognizer import Search
from receiptgen.recognition.opened_model import OpenedModel

# Mean probability of the characters of what is no text at all, such as bars and pictures.
_NOISE = 0.5
# What rules are read as, the share of it in longer ones, and how long those are; and what never stands alone.
_RULES, _MOSTLY, _LONG = frozenset("-_=.*~+#|:'\"`^"), 0.8, 6
_LONELY = frozenset("_|`'\"^~")
# So many of them in a row are a rule in pieces.
_MARKS = 3
# Which way up a page is, so many of its widest cells tell: upside down, the mean probability of their letters is 0.91
# at the most, and sideways 0.7.
_SAMPLE, _UPRIGHT, _SIDEWAYS = 12, 0.92, 0.8


@dataclass(frozen=True)
class RecognizedLine:
    """What an image of a line says.

    Attributes:
        text: All of it.
        confidence: Probability that all of it is right, 0 to 1.
        chars: The network's probability of each character, blanks included, as it is.
        centres: Where each stands, as a share of the image's width.
    """

    text: str
    confidence: float
    chars: tuple[float, ...]
    centres: tuple[float, ...]


class PageReader:
    """Reads pages and lines.

    Args:
        opened: Weights.
        search: Of each line's labels; None for the best path.
    """

    def __init__(self, opened: OpenedModel, search: Search | None) -> None:
        self._reader, self._charset, self._search = opened.recognizer, opened.charset, search
        self._char, self._word, self._line = (opened.calibration.get(level, RAW) for level in LEVELS)

    def read_lines(self, images: Sequence[Pixels]) -> list[RecognizedLine]:
        """Read images of a line each, uint8 (H, W) or (H, W, 3) in the order blue, green, red."""
        return [self._said(decoded, steps) for decoded, steps in self._reader.located(images, self._search)]

    def read(self, image: Pixels) -> PageText:
        """Find and read all text of a page.

        Args:
            image: uint8 (H, W), gray.
        """
        height, width = image.shape
        cells, strips = _found(image)
        read = self.read_lines([strip.image for strip in strips])
        if turns := self._turns(image, strips, read):
            cells, strips = _found(image, turns)
            read = self.read_lines([strip.image for strip in strips])
        kept = [number for number, said in enumerate(read) if _is_text(said)]
        texts = [cells[number] for number in kept]
        across = columns(texts, [read[number].text for number in kept])
        lines = [
            self._placed(strips[number], read[number], column) for number, column in zip(kept, across, strict=True)
        ]
        rows = (_without_rules([lines[number] for number in row]) for row in part_rows(texts))
        return PageText(width, height, tuple(row for row in rows if row))

    def _turns(self, image: Pixels, strips: Sequence[CellImage], read: Sequence[RecognizedLine]) -> int:
        """Return how many quarter turns counter-clockwise make a page upright, from what was read of it as it is."""
        widest = sorted(zip(strips, read, strict=True), key=lambda both: -both[0].image.shape[1])[:_SAMPLE]
        upright = _sureness([said for _, said in widest])
        if upright >= _UPRIGHT:
            return 0
        sure = {0: upright, 2: self._upside_down([strip for strip, _ in widest])}
        if max(sure.values()) < _SIDEWAYS:
            _, strips = _found(image, 1)
            some = sorted(strips, key=lambda strip: -strip.image.shape[1])[:_SAMPLE]
            sure |= {1: _sureness(self.read_lines([strip.image for strip in some])), 3: self._upside_down(some)}
        return max(sure, key=lambda turns: sure[turns])

    def _upside_down(self, strips: Sequence[CellImage]) -> float:
        return _sureness(self.read_lines([np.rot90(strip.image, 2).copy() for strip in strips]))

    def _said(self, decoded: Decoded, steps: float) -> RecognizedLine:
        centres = tuple(((decoded.steps + 0.5) / steps).clip(0, 1).tolist())
        text, chars = self._charset.decode(decoded.labels), tuple(decoded.scores.tolist())
        return RecognizedLine(text, float(self._line.applied(np.array(np.prod(decoded.scores)))), chars, centres)

    def _placed(self, strip: CellImage, said: RecognizedLine, column: int) -> TextLine:
        spans, boxes = _word_boxes(strip, said)
        chars = self._char.applied(np.array(said.chars))
        raw = np.array([np.prod(said.chars[start:stop]) for start, stop in spans])
        sure = self._word.applied(raw).tolist()
        quads = strip.back.points(quads_of_boxes(boxes))
        words = tuple(
            TextWord(said.text[start:stop], confidence, tuple(chars[start:stop].tolist()), quad)
            for (start, stop), confidence, quad in zip(spans, sure, quads, strict=True)
        )
        whole = np.array([[*boxes[:, :2].min(axis=0), *boxes[:, 2:].max(axis=0)]])
        return TextLine(words, said.confidence, strip.back.points(quads_of_boxes(whole))[0], column)


def _found(image: Pixels, turns: int = 0) -> tuple[list[Cell], list[CellImage]]:
    """Find the cells of a page that is turned by quarters first."""
    flat = level_page(image, turns)
    if flat is None:
        return [], []
    sheet, cells = find_cells(flat)
    return cells, [cut(sheet, cell) for cell in cells]


def _sureness(said: Sequence[RecognizedLine]) -> float:
    """Return the mean probability of all letters and digits, 0 where there are none; rules look alike both ways up."""
    chars = [prob for one in said for char, prob in zip(one.text, one.chars, strict=True) if char.isalnum()]
    return float(np.mean(chars or [0.0]))


def _is_text(said: RecognizedLine) -> bool:
    chars = said.text.replace(" ", "")
    ruled = sum(char in _RULES for char in chars)
    if ruled == len(chars) > 1 or (len(chars) >= _LONG and ruled >= _MOSTLY * len(chars)) or chars in _LONELY:
        return False
    return bool(chars) and float(np.mean(said.chars)) > _NOISE


def _without_rules(row: Sequence[TextLine]) -> tuple[TextLine, ...]:
    """Return a row without the pieces of a rule: marks that are many, or all that there is."""
    said = tuple(line for line in row if not _RULES.issuperset(line.text))
    return said if len(row) - len(said) >= _MARKS or not said else tuple(row)


def _word_boxes(strip: CellImage, said: RecognizedLine) -> tuple[list[tuple[int, int]], NDArray[np.int64]]:
    """Return where words begin and end in the text, and their boxes on the strip, int64 (N, 4)."""
    spans = [found.span() for found in re.finditer(r"[^ ]+", said.text)]
    inked = np.asarray(strip.ink[max(0, strip.rows[0]) : strip.rows[1]].any(axis=0))
    width = len(inked)
    # Words part where there is most paper between the last character of one and the first of the next.
    parts = [
        _gap(inked, int(said.centres[stop - 1] * width), int(said.centres[start] * width))
        for (_, stop), (start, _) in pairwise(spans)
    ]
    return spans, np.array([_box(strip, left, right) for left, right in pairwise([0, *parts, width])], np.int64)


def _gap(inked: NDArray[np.bool_], left: int, right: int) -> int:
    """Return the middle of the widest stretch without ink between two columns, or theirs where there is none."""
    edges = np.flatnonzero(np.diff(~inked[left:right], prepend=False, append=False))
    if not len(edges):
        return (left + right) // 2
    widest = int((edges[1::2] - edges[::2]).argmax())
    return left + int(edges[2 * widest] + edges[2 * widest + 1]) // 2


def _box(strip: CellImage, left: int, right: int) -> tuple[int, int, int, int]:
    """Return the box of the ink between two columns of a strip, or of all of it there."""
    low, high = max(0, strip.rows[0]), strip.rows[1]
    ink = strip.ink[low:high, left:right]
    columns, rows = np.flatnonzero(ink.any(axis=0)), np.flatnonzero(ink.any(axis=1))
    if not len(columns):
        return left, low, max(left + 1, right), high
    return left + int(columns[0]), low + int(rows[0]), left + int(columns[-1]) + 1, low + int(rows[-1]) + 1
