"""Pages and lines, read with an OCR model."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from receiptgen.core.bidi import Direction, prevailing_direction
from receiptgen.finding.finders import finder_of
from receiptgen.finding.found_page import CellImage, Finder, FoundCell, FoundPage
from receiptgen.imaging.geometry import Pixels, quads_of_boxes
from receiptgen.reading.cell_reader import CellReader, Spelling
from receiptgen.reading.doubts import doubts
from receiptgen.reading.ink_boxes import character_boxes, word_boxes
from receiptgen.reading.results import PageText, TextLine, TextWord
from receiptgen.reading.rows import group_rows, text_columns
from receiptgen.reading.spacing import Spacing, find_spacing
from receiptgen.recognition.calibration import LEVELS, RAW
from receiptgen.recognition.line_recognizer import Search
from receiptgen.recognition.networks import Reads
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
# This many cells of such characters in a row are the pieces of a rule.
_PIECES = 3
# The orientation of a page is judged by this many of its widest cells. By what the weights read: the mean probability
# of their letters from which a page is upright, and below which it may lie on its side. Upside down, that of lines is
# at most 0.91, of characters 0.76, of words 0.64; sideways 0.7, 0.55 and 0.5.
_SAMPLE = 12
_CLEAR: Mapping[Reads, tuple[float, float]] = {
    "lines": (0.92, 0.8),
    "characters": (0.82, 0.78),
    "words": (0.75, 0.55),
}


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
        finder: What finds the text of pages; None for the usual one.
    """

    def __init__(self, model: OpenedModel, search: Search | None, finder: Finder | None = None) -> None:
        self._finder = finder or finder_of()
        self._cell_reader, self._spells = CellReader(model, search), model.charset.kind == "characters"
        self._upright, self._sideways = _CLEAR[model.reads]
        self._char, self._word, self._line = (model.companions.calibration.get(level, RAW) for level in LEVELS)

    def read_lines(self, images: Sequence[Pixels]) -> list[RecognizedLine]:
        """Read images of one line each, uint8 (H, W) or (H, W, 3) in the order blue, green, red.

        Where the weights read words or characters, each image is of one of these.
        """
        return list(map(self._recognized_line, self._cell_reader.read_images(images)))

    def _read_cells(self, cells: Sequence[CellImage]) -> list[RecognizedLine]:
        return list(map(self._recognized_line, self._cell_reader.read(cells)))

    def read(self, image: Pixels) -> PageText:
        """Find and read all text of a page, be it dark on light or light on dark.

        Args:
            image: Grey image, uint8 (H, W).

        Returns:
            Its text; of several receipts on it, the rows of one follow those of the other.

        Raises:
            PageError: There is too much on it.
        """
        return self._page_text(image, self._find_legible(image), lambda paper: True)

    def read_receipts(self, image: Pixels) -> list[PageText]:
        """Read each receipt of an image by itself.

        Args:
            image: Grey image, uint8 (H, W).

        Returns:
            The text of each, quads on the whole image, from the top left; of an image without text, one page that has
            none.

        Raises:
            PageError: There is too much on it.
        """
        found = self._find_legible(image)
        papers = sorted({line.cell.paper for line in found.texts}) or [0]
        return [self._page_text(image, found, paper.__eq__) for paper in papers]

    def _page_text(self, image: Pixels, found: "_FoundLines", belongs: Callable[[int], bool]) -> PageText:
        """Return the text of those receipts of an image that belong to the page."""
        height, width = image.shape
        # What is not text has no place in rows and columns.
        texts = [text for text in found.texts if belongs(text.cell.paper)]
        said = [text.line.text for text in texts]
        direction = prevailing_direction(" ".join(said))
        spacing = find_spacing([text.cell.strip.own_ink for text in texts])
        rows = [
            row
            for paper in sorted({text.cell.paper for text in texts})
            for row in self._rows([text for text in texts if text.cell.paper == paper], direction, spacing)
        ]
        lines = [line for row in rows for line in row]
        unread = found.page.unread([text.number for text in found.texts])
        warnings = tuple(doubts(width, height, lines, unread))
        return PageText(width, height, tuple(row for row in map(_without_rules, rows) if row), unread, warnings)

    def _rows(self, texts: Sequence["_FoundLine"], direction: Direction, spacing: Spacing) -> list[list[TextLine]]:
        """Return the rows of a receipt from the top, each in reading order."""
        boxes = [text.cell.box for text in texts]
        columns = text_columns(boxes, [text.line.text for text in texts], direction)
        lines = [
            self._result_line(text.cell.strip, text.line, column, spacing)
            for text, column in zip(texts, columns, strict=True)
        ]
        onward = 1 if direction == "ltr" else -1
        return [[lines[index] for index in row[::onward]] for row in group_rows(boxes)]

    def _find_legible(self, image: Pixels) -> "_FoundLines":
        """Find and read the cells of a page, be it dark on light or light on dark, whichever way up it lies."""
        found = self._find_upright(image)
        if not found.is_texture and self._may_be_inverted(image, found):
            found = max(found, self._find_upright(np.bitwise_not(image)), key=lambda one: one.legible)
        return found

    def _may_be_inverted(self, image: Pixels, found: "_FoundLines") -> bool:
        """Tell whether a page may be light on dark; where its cells are found either way, by a look at the widest."""
        if cv2.mean(image)[0] >= _DARK and found.clarity >= self._sideways:
            return False
        return not found.page.directed or self._clarity(found.page.inverted()) > max(found.clarity, self._sideways)

    def _find_upright(self, image: Pixels) -> "_FoundLines":
        """Find and read the cells of a page, whichever way up it lies."""
        page = self._finder.find(image)
        found = self._read_found(page)
        if found.clarity >= self._upright or found.is_texture:
            return found
        pages = [page, page.upside_down()]
        clarity = [found.clarity, self._clarity(pages[1])]
        if max(clarity) < self._sideways and not page.directed:
            sideways = self._finder.find_sideways(image)
            pages += [sideways, sideways.upside_down()]
            clarity += map(self._clarity, pages[2:])
        best = int(np.argmax(clarity))
        return self._read_found(pages[best]) if best else found

    def _read_found(self, page: FoundPage) -> "_FoundLines":
        lines = self._read_cells([cell.strip for cell in page.cells])
        parts = zip(range(len(lines)), page.cells, lines, strict=True)
        return _FoundLines(page, [_FoundLine(*part) for part in parts])

    def _clarity(self, page: FoundPage) -> float:
        """Return the mean probability of the letters and digits of a page's widest cells."""
        strips = sorted((cell.strip for cell in page.cells), key=lambda strip: -_width(strip))
        return _mean_probability(self._read_cells(strips[:_SAMPLE]))

    def _recognized_line(self, spelling: Spelling) -> RecognizedLine:
        confidence = self._line.applied(np.array(np.prod(spelling.chars, dtype=np.float32)))
        return RecognizedLine(spelling.text, float(confidence), spelling.chars, spelling.centres)

    def _result_line(self, crop: CellImage, line: RecognizedLine, column: int, spacing: Spacing) -> TextLine:
        spans = [match.span() for match in re.finditer(r"[^ ]+", line.text)]
        centres = [line.centres[start:stop] for start, stop in spans]
        boxes = word_boxes(crop, centres)
        # Weights that read whole words don't know where the characters are.
        parts = character_boxes(crop, centres, boxes, spacing) if self._spells else [boxes[:0]] * len(spans)
        chars = self._char.applied(np.array(line.chars))
        raw = np.array([np.prod(line.chars[start:stop]) for start, stop in spans])
        words = tuple(
            TextWord(line.text[start:stop], confidence, tuple(chars[start:stop].tolist()), quad, _quads(crop, part))
            for (start, stop), confidence, quad, part in zip(
                spans, self._word.applied(raw).tolist(), _quads(crop, boxes), parts, strict=True
            )
        )
        whole = np.array([[*boxes[:, :2].min(axis=0), *boxes[:, 2:].max(axis=0)]])
        return TextLine(words, line.confidence, _quads(crop, whole)[0], column)


def _quads(crop: CellImage, boxes: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the quads on the page of boxes (N, 4) on the image of a cell."""
    return crop.back.points(quads_of_boxes(boxes))


class _FoundLine(NamedTuple):
    """A cell of a page, its number, and what was read of it."""

    number: int
    cell: FoundCell
    line: RecognizedLine


@dataclass(frozen=True)
class _FoundLines:
    """A page and what was read of its cells."""

    page: FoundPage
    lines: list[_FoundLine]

    @cached_property
    def texts(self) -> list[_FoundLine]:
        """The cells that are text."""
        return [line for line in self.lines if _is_text(line.line)]

    @cached_property
    def clarity(self) -> float:
        """The mean probability of the letters and digits of its widest cells."""
        widest = sorted(self.lines, key=lambda line: -_width(line.cell.strip))[:_SAMPLE]
        return _mean_probability([line.line for line in widest])

    @property
    def is_texture(self) -> bool:
        """Whether it is no page of text, whichever way up."""
        return len(self.lines) > _MANY and self.clarity < _NOISE

    @property
    def legible(self) -> float:
        """The number of characters that are expected to be right."""
        return sum(sum(text.line.chars) for text in self.texts)


def _width(strip: CellImage) -> int:
    return int(strip.image.shape[1])


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
