"""The texts of cells, which are read whole, word by word or character by character, as the weights were taught."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import groupby
from typing import NamedTuple

import numpy as np

from receiptgen.core.errors import PageError
from receiptgen.finding.found_page import CellImage
from receiptgen.imaging.geometry import Pixels
from receiptgen.reading.spacing import find_characters, find_spacing
from receiptgen.recognition.line_recognizer import Located, Search
from receiptgen.recognition.networks import Reads
from receiptgen.recognition.opened_model import OpenedModel

# Pixels, for the network, of all images of a page together. The longest of 225 real receipts has 18,000, a dense page
# of A4 60,000.
_MOST_COLUMNS = 150_000
# Paper round a word or a character, relative to the height of its cell; beside it only if neighbours leave that much.
_PAPER = 0.1


class Spelling(NamedTuple):
    """The text of an image, and how it is spelled.

    Attributes:
        text: Its text.
        chars: The network's uncalibrated probability of each character; that of a word is the product of its
            characters', that of a space which no network has read is 1.
        centres: Position of each character, as a share of the image's width.
    """

    text: str = ""
    chars: tuple[float, ...] = ()
    centres: tuple[float, ...] = ()


class Part(NamedTuple):
    """What is read at once of a cell: all of it, a word, or the characters of a word.

    Attributes:
        images: Its image, or those of its characters.
        edges: Left and right edge of each on the image of the cell, as shares of its width.
    """

    images: Sequence[Pixels]
    edges: Sequence[tuple[float, float]]


class CellReader:
    """Reads the images of cells.

    Args:
        model: The opened OCR model.
        search: Search for the labels of each part; None for the best path.
    """

    def __init__(self, model: OpenedModel, search: Search | None) -> None:
        self._recognizer, self._charset, self._search = model.recognizer, model.charset, search
        self._divide = _DIVISIONS[model.reads]

    def read_images(self, images: Sequence[Pixels]) -> list[Spelling]:
        """Return the texts of images of what the weights read, uint8 (H, W) or (H, W, 3) blue, green, red."""
        located = self._recognizer.locate(images, self._search)
        return [self._in_reading_order(self._spell(one, [(0.0, 1.0)])) for one in located]

    @property
    def reads_light(self) -> bool:
        """Whether it reads light text on dark as it reads dark text on light."""
        return self._recognizer.reads_light

    def check_amount(self, cells: Sequence[CellImage]) -> None:
        """Check that the cells of a page can be read in time.

        Raises:
            PageError: They are too many.
        """
        divided = self._divide(cells, range(len(cells)))
        images = [image for parts in divided for part in parts for image in part.images]
        if self._recognizer.columns(images) > _MOST_COLUMNS:
            raise PageError(f"more than a page of text: {len(cells):,} lines, too many to be read in time")

    def read(self, cells: Sequence[CellImage], chosen: Sequence[int] | None = None) -> list[Spelling]:
        """Return the texts of cells of a page.

        Args:
            cells: All cells of the page, which tell how its characters are spaced.
            chosen: Numbers of the cells that are read, in the order of their texts; None for all.
        """
        divided = self._divide(cells, range(len(cells)) if chosen is None else chosen)
        groups = [part.images for parts in divided for part in parts]
        if all(len(group) == 1 for group in groups):
            located = iter(self._recognizer.locate([image for (image,) in groups], self._search))
        else:
            located = iter(self._recognizer.locate_in_groups(groups, self._search))
        spelled = [_joined([self._spell(next(located), part.edges) for part in parts]) for parts in divided]
        return [self._in_reading_order(spelling) for spelling in spelled]

    def _in_reading_order(self, spelling: Spelling) -> Spelling:
        """Return what stands from left to right as it is read."""
        order = self._charset.reading_order(spelling.text)
        return Spelling(
            self._charset.logical(spelling.text),
            tuple([spelling.chars[index] for index in order]),
            tuple([spelling.centres[index] for index in order]),
        )

    def _spell(self, located: Located, edges: Sequence[tuple[float, float]]) -> Spelling:
        """Return the characters of labels from left to right, and where they are; those of words are spread evenly."""
        text = self._charset.spell(located.labels)
        lefts, rights = np.array(edges).T
        if self._charset.kind == "characters":
            index = np.minimum(located.positions.astype(np.intp), len(edges) - 1)
            centres = lefts[index] + (located.positions - index) * (rights - lefts)[index]
            return Spelling(text, tuple(located.scores.tolist()), tuple(centres.tolist()))
        words = zip(text.split(" "), located.scores.tolist(), strict=True) if text else ()
        chars = [(score ** (1 / len(word)),) * len(word) for word, score in words]
        centres = lefts[0] + (np.arange(len(text)) + 0.5) / max(1, len(text)) * (rights[-1] - lefts[0])
        return Spelling(text, _with_spaces(chars), tuple(centres.tolist()))


def _with_spaces(words: Iterable[tuple[float, ...]]) -> tuple[float, ...]:
    """Return the probabilities of the characters of some words with spaces, which are sure, between."""
    return tuple(value for word in words for value in (*word, 1.0))[:-1]


def _joined(words: Sequence[Spelling]) -> Spelling:
    """Return words as one text, with spaces between."""
    words = [word for word in words if word.text]
    centres: list[float] = []
    for word in words:
        centres += [(centres[-1] + word.centres[0]) / 2] if centres else []
        centres += word.centres
    return Spelling(" ".join(word.text for word in words), _with_spaces(word.chars for word in words), tuple(centres))


def _as_lines(cells: Sequence[CellImage], chosen: Sequence[int]) -> list[list[Part]]:
    """Leave cells as they are."""
    return [[Part([cells[number].image], [(0.0, 1.0)])] for number in chosen]


def _as_words(cells: Sequence[CellImage], chosen: Sequence[int]) -> list[list[Part]]:
    """Divide cells into words, each one image."""
    return [[_part(cell, [(word[0][0], word[-1][1])]) for word in words] for cell, words in _spaced(cells, chosen)]


def _as_characters(cells: Sequence[CellImage], chosen: Sequence[int]) -> list[list[Part]]:
    """Divide cells into words, each with an image for every character."""
    return [[_part(cell, word) for word in words] for cell, words in _spaced(cells, chosen)]


_DIVISIONS: Mapping[Reads, Callable[[Sequence[CellImage], Sequence[int]], list[list[Part]]]] = {
    "lines": _as_lines,
    "words": _as_words,
    "characters": _as_characters,
}


def _spaced(cells: Sequence[CellImage], chosen: Sequence[int]) -> list[tuple[CellImage, list[list[tuple[int, int]]]]]:
    """Return chosen cells with the columns of their characters, word by word, each with some paper on either side."""
    spacing = find_spacing([cell.own_ink for cell in cells])
    spaced = []
    for cell in [cells[number] for number in chosen]:
        characters = find_characters(cell.own_ink, spacing)
        aside = round(_PAPER * len(cell.own_ink))
        ends = [0, *(character.right for character in characters)]
        starts = [*(character.left for character in characters), cell.image.shape[1]]
        # What lies between two characters is shared by both.
        middles = [(end + start) // 2 for end, start in zip(ends, starts, strict=True)]
        columns = [
            (max(low, character.left - aside), min(max(high, character.right), character.right + aside), character.word)
            for character, low, high in zip(characters, middles[:-1], middles[1:], strict=True)
        ]
        words = [[(left, right) for left, right, _ in word] for _, word in groupby(columns, key=lambda one: one[2])]
        spaced.append((cell, words))
    return spaced


def _part(cell: CellImage, columns: Sequence[tuple[int, int]]) -> Part:
    """Return the images between some columns of a cell, as high as its row."""
    height, width = cell.image.shape
    paper = round(_PAPER * len(cell.own_ink))
    top, foot = max(0, cell.rows[0] - paper), min(height, cell.rows[1] + paper)
    images = [np.ascontiguousarray(cell.image[top:foot, left:right]) for left, right in columns]
    return Part(images, [(left / width, right / width) for left, right in columns])
