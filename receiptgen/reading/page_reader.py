"""Pages and lines, read with an OCR model."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from receiptgen.core.errors import PageError
from receiptgen.imaging.geometry import Pixels, quads_of_boxes
from receiptgen.reading.cells import Cell, CellImage, crop_cell, find_cells
from receiptgen.reading.doubts import doubts, unread_share
from receiptgen.reading.level_page import LevelPage, level_page
from receiptgen.reading.results import PageText, TextLine, TextWord
from receiptgen.reading.rows import group_rows, text_columns
from receiptgen.recognition.calibration import LEVELS, RAW
from receiptgen.recognition.ctc import Decoded
from receiptgen.recognition.line_recognizer import Search
from receiptgen.recognition.opened_model import OpenedModel

# Mean probability of characters up to which a cell is not text but bars, pictures and the like.
_NOISE = 0.5
# Characters as which rules are read, their share in longer rules, and how long those are; characters that never stand
# alone.
_RULE_CHARS, _MOSTLY, _LONG = frozenset("-_=.*~+#|:'\"`^"), 0.8, 6
_LONELY = frozenset("_|`'\"^~")
# Cells that are more than a page of text has: the largest of 225 real receipts has 154, a patterned rug a thousand.
_MANY = 600
# Mean level of an image below which it may be white on black, however clear what is read of it seems: the insides of
# letters make good zeros and eights.
_DARK = 128
# Pixels, at the height of the network, of all lines of a page together. The longest of 225 real receipts has 18,000,
# a dense page of A4 60,000.
_MOST_COLUMNS = 150_000
# This many cells of such characters in a row are the pieces of a rule.
_PIECES = 3
# The orientation of a page is judged by this many of its widest cells: upside down, the mean probability of their
# letters is at most 0.91, sideways 0.7.
_SAMPLE, _UPRIGHT, _SIDEWAYS = 12, 0.92, 0.8


@dataclass(frozen=True)
class RecognizedLine:
    """The text of a line image.

    Attributes:
        text: Text of the line.
        confidence: Probability that the whole text is right, 0 to 1.
        chars: The network's uncalibrated probability of each character, spaces included.
        centres: Position of each character, as a share of the image's width.
    """

    text: str
    confidence: float
    chars: tuple[float, ...]
    centres: tuple[float, ...]


class PageReader:
    """Reads pages and lines of text.

    Args:
        model: The opened OCR model.
        search: Search for each line's labels; None for the best path.
    """

    def __init__(self, model: OpenedModel, search: Search | None) -> None:
        self._recognizer, self._charset, self._search = model.recognizer, model.charset, search
        self._char, self._word, self._line = (model.calibration.get(level, RAW) for level in LEVELS)

    def read_lines(self, images: Sequence[Pixels]) -> list[RecognizedLine]:
        """Read images of one line each, uint8 (H, W) or (H, W, 3) in the order blue, green, red."""
        return [
            self._recognized_line(decoded, steps) for decoded, steps in self._recognizer.locate(images, self._search)
        ]

    def read(self, image: Pixels) -> PageText:
        """Find and read all text of a page, be it dark on light or light on dark.

        Args:
            image: Grey image, uint8 (H, W).

        Raises:
            PageError: There is too much on it.
        """
        height, width = image.shape
        found = self._find_upright(image)
        if not found.is_texture and (cv2.mean(image)[0] < _DARK or found.clarity < _SIDEWAYS):
            found = max(found, self._find_upright(np.bitwise_not(image)), key=lambda one: one.legible)
        # What is not text has no place in rows and columns.
        texts = found.texts
        cells = [text.cell for text in texts]
        positions = text_columns(cells, [text.line.text for text in texts])
        lines = [self._result_line(text.crop, text.line, column) for text, column in zip(texts, positions, strict=True)]
        rows = (_without_rules([lines[index] for index in row]) for row in group_rows(cells))
        unread = unread_share(found.page, cells) if found.page else 0.0
        warnings = tuple(doubts(width, height, lines, unread))
        return PageText(width, height, tuple(row for row in rows if row), unread, warnings)

    def _find_upright(self, image: Pixels) -> "_FoundLines":
        """Find and read the cells of a page, whichever way up it lies."""
        found = self._find(image)
        turns = self._turns(image, found)
        return self._find(image, turns) if turns else found

    def _find(self, image: Pixels, turns: int = 0) -> "_FoundLines":
        """Find and read the cells of a page, after some quarter turns."""
        page, cells = _find_cells(image, turns)
        crops = [crop_cell(page, cell) for cell in cells] if page else []
        images = [crop.image for crop in crops]
        if self._recognizer.columns(images) > _MOST_COLUMNS:
            raise PageError(f"more than a page of text: {len(cells):,} lines, too many to be read in time")
        lines = self.read_lines(images)
        return _FoundLines(page, [_FoundLine(*parts) for parts in zip(cells, crops, lines, strict=True)])

    def _turns(self, image: Pixels, found: "_FoundLines") -> int:
        """Return how many quarter turns counter-clockwise make a page upright, given the lines found on it."""
        if found.clarity >= _UPRIGHT or found.is_texture:
            return 0
        probabilities = {0: found.clarity, 2: self._upside_down([line.crop for line in found.widest])}
        if max(probabilities.values()) < _SIDEWAYS:
            page, cells = _find_cells(image, 1)
            turned = [crop_cell(page, cell) for cell in cells] if page else []
            turned = sorted(turned, key=lambda crop: -crop.image.shape[1])[:_SAMPLE]
            sideways = _mean_probability(self.read_lines([crop.image for crop in turned]))
            probabilities |= {1: sideways, 3: self._upside_down(turned)}
        return max(probabilities, key=lambda turns: probabilities[turns])

    def _upside_down(self, crops: Sequence[CellImage]) -> float:
        return _mean_probability(self.read_lines([np.rot90(crop.image, 2).copy() for crop in crops]))

    def _recognized_line(self, decoded: Decoded, steps: float) -> RecognizedLine:
        centres = tuple(((decoded.steps + 0.5) / steps).clip(0, 1).tolist())
        text, chars = self._charset.decode(decoded.labels), tuple(decoded.scores.tolist())
        return RecognizedLine(text, float(self._line.applied(np.array(np.prod(decoded.scores)))), chars, centres)

    def _result_line(self, crop: CellImage, line: RecognizedLine, column: int) -> TextLine:
        spans, boxes = _word_boxes(crop, line)
        chars = self._char.applied(np.array(line.chars))
        raw = np.array([np.prod(line.chars[start:stop]) for start, stop in spans])
        confidences = self._word.applied(raw).tolist()
        quads = crop.back.points(quads_of_boxes(boxes))
        words = tuple(
            TextWord(line.text[start:stop], confidence, tuple(chars[start:stop].tolist()), quad)
            for (start, stop), confidence, quad in zip(spans, confidences, quads, strict=True)
        )
        whole = np.array([[*boxes[:, :2].min(axis=0), *boxes[:, 2:].max(axis=0)]])
        return TextLine(words, line.confidence, crop.back.points(quads_of_boxes(whole))[0], column)


class _FoundLine(NamedTuple):
    """A cell of a page, its image, and what was read of it."""

    cell: Cell
    crop: CellImage
    line: RecognizedLine


@dataclass(frozen=True)
class _FoundLines:
    """A level page, None where it has next to no text, and its cells."""

    page: LevelPage | None
    lines: list[_FoundLine]

    @property
    def texts(self) -> list[_FoundLine]:
        """The cells that are text."""
        return [line for line in self.lines if _is_text(line.line)]

    @property
    def widest(self) -> list[_FoundLine]:
        """The cells by which the page is judged."""
        return sorted(self.lines, key=lambda line: -line.crop.image.shape[1])[:_SAMPLE]

    @cached_property
    def clarity(self) -> float:
        """The mean probability of the letters and digits of its widest cells."""
        return _mean_probability([line.line for line in self.widest])

    @property
    def is_texture(self) -> bool:
        """Whether it is no page of text, whichever way up."""
        return len(self.lines) > _MANY and self.clarity < _NOISE

    @property
    def legible(self) -> float:
        """The number of characters that are expected to be right."""
        return sum(sum(text.line.chars) for text in self.texts)


def _find_cells(image: Pixels, turns: int) -> tuple[LevelPage | None, list[Cell]]:
    """Find the cells of a page, after some quarter turns."""
    page = level_page(image, turns)
    return (None, []) if page is None else find_cells(page)


def _mean_probability(lines: Sequence[RecognizedLine]) -> float:
    """Return the mean probability of letters and digits, 0 where there are none; rules look the same upside down."""
    chars = [prob for line in lines for char, prob in zip(line.text, line.chars, strict=True) if char.isalnum()]
    return float(np.mean(chars or [0.0]))


def _is_text(line: RecognizedLine) -> bool:
    chars = line.text.replace(" ", "")
    ruled = sum(char in _RULE_CHARS for char in chars)
    if ruled == len(chars) > 1 or (len(chars) >= _LONG and ruled >= _MOSTLY * len(chars)) or chars in _LONELY:
        return False
    return bool(chars) and float(np.mean(line.chars)) > _NOISE


def _without_rules(row: Sequence[TextLine]) -> tuple[TextLine, ...]:
    """Return a row without the pieces of a rule, unless they are few or all that there is."""
    kept = tuple(line for line in row if not _RULE_CHARS.issuperset(line.text))
    return kept if len(row) - len(kept) >= _PIECES or not kept else tuple(row)


def _word_boxes(crop: CellImage, line: RecognizedLine) -> tuple[list[tuple[int, int]], NDArray[np.int64]]:
    """Return where words begin and end in the text, and their boxes on the cell image, int64 (N, 4)."""
    spans = [match.span() for match in re.finditer(r"[^ ]+", line.text)]
    inked = np.asarray(crop.ink[max(0, crop.rows[0]) : crop.rows[1]].any(axis=0))
    width = len(inked)
    # Words are divided where most paper lies between the last character of one and the first of the next.
    parts = [
        _gap(inked, int(line.centres[stop - 1] * width), int(line.centres[start] * width))
        for (_, stop), (start, _) in pairwise(spans)
    ]
    return spans, np.array([_box(crop, left, right) for left, right in pairwise([0, *parts, width])], np.int64)


def _gap(inked: NDArray[np.bool_], left: int, right: int) -> int:
    """Return the middle of the widest gap without ink between two columns, or of both where there is none."""
    edges = np.flatnonzero(np.diff(~inked[left:right], prepend=False, append=False))
    if not len(edges):
        return (left + right) // 2
    widest = int((edges[1::2] - edges[::2]).argmax())
    return left + int(edges[2 * widest] + edges[2 * widest + 1]) // 2


def _box(crop: CellImage, left: int, right: int) -> tuple[int, int, int, int]:
    """Return the box of the ink between two columns of a cell image; of all that is there where it has no ink."""
    low, high = max(0, crop.rows[0]), crop.rows[1]
    ink = crop.ink[low:high, left:right]
    columns, rows = np.flatnonzero(ink.any(axis=0)), np.flatnonzero(ink.any(axis=1))
    if not len(columns):
        return left, low, max(left + 1, right), high
    return left + int(columns[0]), low + int(rows[0]), left + int(columns[-1]) + 1, low + int(rows[-1]) + 1
