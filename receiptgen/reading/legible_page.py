"""The cells of a page as they are most legible: whichever way up it lies, be it dark on light or light on dark."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import cv2
import numpy as np

from receiptgen.finding.found_page import CellImage, Finder, FoundCell, FoundPage
from receiptgen.imaging.geometry import Pixels
from receiptgen.reading.cell_reader import CellReader, Spelling
from receiptgen.recognition.networks import Reads

# Characters as which rules are read, their share in longer rules, and how long those are; characters that never stand
# alone.
RULE_CHARS = frozenset("-_=.*~+#|:'\"`^")
_MOSTLY, _LONG, _LONELY = 0.8, 6, frozenset("_|`'\"^~")
# Mean probability of characters up to which a cell is not text but bars, pictures and the like.
_NOISE = 0.5
# Cells that are more than a page of text has: the largest of 225 real receipts has 154, a patterned rug a thousand.
_MANY = 600
# Mean level of an image below which it may be white on black, however clear what is read of it seems: the insides of
# letters make good zeros and eights.
_DARK = 128
# The orientation of a page is judged by this many of its widest cells, and whether it is text by this many others. By
# what the weights read: the mean probability of their letters from which a page is upright, and below which it may
# lie on its side. Upside down, that of lines is at most 0.91, of characters 0.76, of words 0.64; sideways 0.7, 0.55
# and 0.5.
_SAMPLE, _OTHERS = 12, 24
_CLEAR: Mapping[Reads, tuple[float, float]] = {
    "lines": (0.92, 0.8),
    "characters": (0.82, 0.78),
    "words": (0.75, 0.55),
}
# Letters and digits of a cell that is surely text, at least, and their mean probability. Of the cells of 60 real photos
# a third are so at least, as on receipts in scripts that the weights don't know, upside down an eighth; of noise none.
_LETTERS, _SURE = 3, 0.7


class ReadCell(NamedTuple):
    """A cell of a page, its number, and what was read of it."""

    number: int
    cell: FoundCell
    spelling: Spelling


@dataclass(frozen=True)
class ReadPage:
    """A page and what was read of its cells.

    Attributes:
        page: The page.
        cells: Its cells; none of a texture.
        clarity: The mean probability of the letters and digits of its widest cells.
        is_texture: Whether it is no page of text, whichever way up.
    """

    page: FoundPage
    cells: Sequence[ReadCell]
    clarity: float
    is_texture: bool = False

    @cached_property
    def texts(self) -> list[ReadCell]:
        """The cells that are text."""
        return [cell for cell in self.cells if _is_text(cell.spelling)]

    @property
    def legible(self) -> float:
        """The number of characters that are expected to be right."""
        return sum(sum(text.spelling.chars) for text in self.texts)


class _Look(NamedTuple):
    """A page of which some cells were read.

    Attributes:
        page: The page.
        read: Texts of its widest cells and perhaps of others, by number.
        clarity: The mean probability of the letters and digits of the widest cells.
    """

    page: FoundPage
    read: Mapping[int, Spelling]
    clarity: float


class LegiblePages:
    """Finds and reads the cells of pages.

    Args:
        finder: What finds them.
        cell_reader: What reads them.
        reads: What its weights read.
    """

    def __init__(self, finder: Finder, cell_reader: CellReader, reads: Reads) -> None:
        self._finder, self._cell_reader = finder, cell_reader
        self._upright, self._sideways = _CLEAR[reads]

    def read(self, image: Pixels) -> ReadPage:
        """Find and read the cells of a page.

        Args:
            image: Grey image, uint8 (H, W).

        Raises:
            PageError: There is too much on it.
        """
        found = self._read_upright(image)
        if not found.is_texture and self._may_be_inverted(image, found):
            found = max(found, self._read_upright(np.bitwise_not(image)), key=lambda one: one.legible)
        return found

    def _may_be_inverted(self, image: Pixels, found: ReadPage) -> bool:
        """Tell whether a page may be light on dark; where its cells are found either way, by a look at the widest."""
        if found.page.finds_light and self._cell_reader.reads_light:
            return False
        if cv2.mean(image)[0] >= _DARK and found.clarity >= self._sideways:
            return False
        clearest = max(found.clarity, self._sideways)
        return not found.page.finds_light or self._look(found.page.inverted()).clarity > clearest

    def _read_upright(self, image: Pixels) -> ReadPage:
        """Find and read the cells of a page, whichever way up it lies; all cells in the best direction alone."""
        page = self._finder.find(image)
        looks, is_text = self._looks(page)
        clearest = max(look.clarity for look in looks)
        is_texture = not is_text and len(page.cells) > _MANY
        if clearest < self._sideways and page.sideways and not is_texture:
            beside, beside_is_text = self._looks(page.sideways())
            looks, is_text = [*looks, *beside], is_text or beside_is_text
        best = max(looks, key=lambda look: look.clarity)
        if not is_text:
            return ReadPage(best.page, (), best.clarity, is_texture)
        return self._whole(best)

    def _looks(self, page: FoundPage) -> tuple[list[_Look], bool]:
        """Look at a page, and at it upside down if it may lie so; tell whether it is text at all, either way.

        Raises:
            PageError: There is too much on it.
        """
        self._cell_reader.check_amount([cell.strip for cell in page.cells])
        look = self._look(page)
        if look.clarity >= self._upright:
            return [look], True
        if look.clarity < _NOISE and len(page.cells) > _SAMPLE:
            # The widest may be rules, pictures or another script; of noise, no more is read than this.
            rest = _widest_first(page)[_SAMPLE:]
            others = rest[:: -(-len(rest) // _OTHERS)]
            look = look._replace(read={**look.read, **self._read(page, others)})
            if not any(map(is_clear, look.read.values())):
                return [look], False
        return [look, self._look(page.upside_down())], True

    def _look(self, page: FoundPage) -> _Look:
        """Read the widest cells of a page."""
        read = self._read(page, _widest_first(page)[:_SAMPLE])
        return _Look(page, read, _mean_probability(read.values()))

    def _whole(self, look: _Look) -> ReadPage:
        """Read the cells of a page that were not read yet."""
        cells = look.page.cells
        texts = {**look.read, **self._read(look.page, [each for each in range(len(cells)) if each not in look.read])}
        return ReadPage(look.page, [ReadCell(each, cell, texts[each]) for each, cell in enumerate(cells)], look.clarity)

    def _read(self, page: FoundPage, chosen: Sequence[int]) -> dict[int, Spelling]:
        """Return the texts of some cells of a page by their numbers."""
        texts = self._cell_reader.read([cell.strip for cell in page.cells], chosen)
        return dict(zip(chosen, texts, strict=True))


def _widest_first(page: FoundPage) -> list[int]:
    """Return the numbers of the cells of a page in the order of their widths."""
    return sorted(range(len(page.cells)), key=lambda number: -_width(page.cells[number].strip))


def _width(strip: CellImage) -> int:
    return int(strip.image.shape[1])


def letters(spelling: Spelling) -> list[float]:
    """Return the probabilities of letters and digits; rules look the same upside down."""
    return [prob for char, prob in zip(spelling.text, spelling.chars, strict=True) if char.isalnum()]


def _mean_probability(spellings: Iterable[Spelling]) -> float:
    """Return the mean probability of letters and digits, 0 where there are none."""
    return float(np.mean([prob for spelling in spellings for prob in letters(spelling)] or [0.0]))


def is_clear(spelling: Spelling) -> bool:
    """Tell whether a cell is surely text."""
    return len(letters(spelling)) >= _LETTERS and _mean_probability([spelling]) >= _SURE


def _is_text(spelling: Spelling) -> bool:
    chars = spelling.text.replace(" ", "")
    ruled = sum(char in RULE_CHARS for char in chars)
    if ruled == len(chars) > 1 or (len(chars) >= _LONG and ruled >= _MOSTLY * len(chars)) or chars in _LONELY:
        return False
    return bool(chars) and float(np.mean(spelling.chars)) > _NOISE
