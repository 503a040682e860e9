"""Pages and lines, read with an OCR model."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from receiptgen.core.bidi import Direction, prevailing_direction
from receiptgen.finding.finders import finder_of
from receiptgen.finding.found_page import CellImage, Finder
from receiptgen.imaging.geometry import Pixels, quads_of_boxes
from receiptgen.reading.cell_reader import CellReader, Spelling
from receiptgen.reading.doubts import doubts
from receiptgen.reading.ink_boxes import character_boxes, word_boxes
from receiptgen.reading.legible_page import RULE_CHARS, LegiblePages, ReadCell, ReadPage
from receiptgen.reading.receipts_apart import receipts_apart
from receiptgen.reading.results import PageText, TextLine, TextWord
from receiptgen.reading.rows import group_rows, text_columns
from receiptgen.reading.spacing import Spacing, find_spacing
from receiptgen.recognition.calibration import LEVELS, RAW
from receiptgen.recognition.line_recognizer import Search
from receiptgen.recognition.opened_model import OpenedModel

# This many cells of characters of rules in a row are the pieces of a rule.
_PIECES = 3


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
        self._cell_reader, self._spells = CellReader(model, search), model.charset.kind == "characters"
        self._pages = LegiblePages(finder or finder_of(), self._cell_reader, model.reads)
        self._char, self._word, self._line = (model.companions.calibration.get(level, RAW) for level in LEVELS)

    def read_lines(self, images: Sequence[Pixels]) -> list[RecognizedLine]:
        """Read images of one line each, uint8 (H, W) or (H, W, 3) in the order blue, green, red.

        Where the weights read words or characters, each image is of one of these.
        """
        return list(map(self._recognized_line, self._cell_reader.read_images(images)))

    def read(self, image: Pixels) -> PageText:
        """Find and read all text of a page, be it dark on light or light on dark.

        Args:
            image: Grey image, uint8 (H, W).

        Returns:
            Its text; of several receipts on it, the rows of one follow those of the other.

        Raises:
            PageError: There is too much on it.
        """
        found = self._pages.read(image)
        return self._page_text(image, found, [text for texts in receipts_apart(found.texts) for text in texts])

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
        found = self._pages.read(image)
        return [self._page_text(image, found, texts) for texts in receipts_apart(found.texts) or [[]]]

    def _page_text(self, image: Pixels, found: ReadPage, texts: Sequence[ReadCell]) -> PageText:
        """Return a page that has some of the texts of an image."""
        height, width = image.shape
        said = [text.spelling.text for text in texts]
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

    def _rows(self, texts: Sequence[ReadCell], direction: Direction, spacing: Spacing) -> list[list[TextLine]]:
        """Return the rows of a receipt from the top, each in reading order."""
        boxes = [text.cell.box for text in texts]
        columns = text_columns(boxes, [text.spelling.text for text in texts], direction)
        lines = [
            self._result_line(text.cell.strip, self._recognized_line(text.spelling), column, spacing)
            for text, column in zip(texts, columns, strict=True)
        ]
        onward = 1 if direction == "ltr" else -1
        return [[lines[index] for index in row[::onward]] for row in group_rows(boxes)]

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


def _without_rules(row: Sequence[TextLine]) -> tuple[TextLine, ...]:
    """Return a row without the pieces of a rule, unless they are few or all that there is."""
    kept = tuple(line for line in row if not RULE_CHARS.issuperset(line.text))
    return kept if len(row) - len(kept) >= _PIECES or not kept else tuple(row)
