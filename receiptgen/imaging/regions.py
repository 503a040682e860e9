"""The regions of a page: where every text and mark is, in one array, so that one map moves them all at once."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Generic, Literal, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from receiptgen.core.bidi import Direction
from receiptgen.core.scripts import clusters, needs_shaping
from receiptgen.imaging.boxes import unions
from receiptgen.imaging.geometry import Quads, boxes_of_quads, quads_of_boxes

Part = TypeVar("Part")


class Span(NamedTuple):
    """A line, field or word of a page: a text over ``start:stop`` of its parts.

    A line's and a field's parts are words, a word's parts are characters.

    Attributes:
        text: Text in logical (reading) order.
        role: Role of the text, such as ``item.price``.
        start: Index of its first part.
        stop: Index after its last part.
        item: Index of the item it belongs to, or -1.
        direction: Direction in which it is read; of a line, that in which its fields are.
    """

    text: str
    role: str
    start: int
    stop: int
    item: int = -1
    direction: Direction = "ltr"


class Mark(NamedTuple):
    """What is on a page and is not text: rule, frame, barcode; stamp, handwriting, hole; a neighbour's tips.

    Attributes:
        kind: Name of the kind.
        text: Text that a code decodes to, a stamp says or a pen wrote; else empty.
    """

    kind: str
    text: str = ""


class Region(NamedTuple):
    """A view of one region: its text, role and quad float64 (4, 2)."""

    text: str
    role: str
    quad: Quads


class Levels(NamedTuple, Generic[Part]):
    """One part for each level of a page's regions, in the order in which an array of all regions holds them."""

    page: Part
    lines: Part
    fields: Part
    words: Part
    marks: Part
    chars: Part

    def joined(self) -> NDArray[Any]:
        """Return the array of all regions, where the parts are arrays with an entry for each region of their level."""
        return np.concatenate([np.asarray(part) for part in self])


@dataclass(frozen=True, slots=True)
class Regions:
    """All regions of a page in columns.

    Attributes:
        lines: Lines in reading order. A line's text is its fields joined by single spaces.
        fields: Parts of lines with a role of their own, in reading order.
        words: Words in reading order; texts without spaces.
        marks: Ink that is not text.
        quads: (N, 4, 2), one for each region in the order of ``Levels``. int32 as drawn, float64 once moved.
    """

    lines: tuple[Span, ...]
    fields: tuple[Span, ...]
    words: tuple[Span, ...]
    marks: tuple[Mark, ...]
    quads: Quads

    @classmethod
    def blank(cls, width: int, height: int) -> "Regions":
        """Return the regions of a page of some pixels on which there is nothing."""
        return cls((), (), (), (), quads_of_boxes(np.array([[0, 0, width, height]], np.int32)))

    @property
    def slices(self) -> Levels[slice]:
        """Where each level lies in an array that has one entry for each region."""
        lines = 1 + len(self.lines)
        fields = lines + len(self.fields)
        words = fields + len(self.words)
        marks = words + len(self.marks)
        return Levels(
            slice(0, 1), slice(1, lines), slice(lines, fields), slice(fields, words), slice(words, marks),
            slice(marks, None),
        )  # fmt: skip

    def split(self, values: Sequence[Any] | NDArray[Any]) -> Levels[Any]:
        """Return the parts of a list or array that has one entry for each region, as views where it is an array."""
        return Levels(*[values[part] for part in self.slices])

    def moved(self, quads: Quads) -> "Regions":
        """Return the same regions elsewhere."""
        return Regions(self.lines, self.fields, self.words, self.marks, quads)

    def gathered(self) -> "Regions":
        """Return the regions with words, fields and lines as upright boxes round their characters."""
        parts = self.split(self.quads)
        words = unions(boxes_of_quads(parts.chars), [word.start for word in self.words])
        fields = unions(words, [field.start for field in self.fields])
        lines = unions(words, [line.start for line in self.lines])
        upright = parts._replace(
            lines=quads_of_boxes(lines), fields=quads_of_boxes(fields), words=quads_of_boxes(words)
        )
        return self.moved(upright.joined())

    def marked(self, mark: Mark, quad: Quads) -> "Regions":
        """Return the regions with one mark more; its quad is (4, 2)."""
        whole = self.quads.dtype.kind == quad.dtype.kind == "i"
        kind = np.int32 if whole else np.float64
        parts = self.split(self.quads.astype(kind, copy=False))
        marks = np.concatenate([parts.marks, quad.reshape(1, 4, 2).astype(kind, copy=False)])
        return replace(self, marks=(*self.marks, mark), quads=parts._replace(marks=marks).joined())

    def by_words(self) -> "Regions":
        """Return the regions with each word as a field of its own."""
        fields = tuple([word._replace(start=index, stop=index + 1) for index, word in enumerate(self.words)])
        parts = self.split(self.quads)
        return replace(self, fields=fields, quads=parts._replace(fields=parts.words).joined())

    def by_characters(self) -> "Regions":
        """Return the regions with each cluster of characters as a word, and as a field, of its own."""
        chars: list[Span] = []
        firsts: list[int] = []
        for word in self.words:
            firsts.append(len(chars))
            start = word.start
            for part in clusters(word.text) if needs_shaping(word.text) else word.text:
                chars.append(word._replace(text=part, start=start, stop=start + len(part)))
                start += len(part)
        firsts.append(len(chars))
        lines = tuple([line._replace(start=firsts[line.start], stop=firsts[line.stop]) for line in self.lines])
        parts = self.split(self.quads)
        words = parts.chars[[char.start for char in chars]]
        quads = parts._replace(words=words, fields=parts.chars[:0]).joined()
        return replace(self, lines=lines, fields=(), words=tuple(chars), quads=quads).by_words()

    @property
    def page_quad(self) -> Quads:
        """Quad (4, 2) of the page, which effects may leave smaller than the image."""
        return np.asarray(self.quads[0])

    @property
    def content_quads(self) -> Quads:
        """Quads (N, 4, 2) of all that is on the page."""
        return self.quads[1:]

    @property
    def line_quads(self) -> Quads:
        """Quads (L, 4, 2)."""
        return self.quads[self.slices.lines]

    @property
    def field_quads(self) -> Quads:
        """Quads (F, 4, 2)."""
        return self.quads[self.slices.fields]

    @property
    def word_quads(self) -> Quads:
        """Quads (W, 4, 2)."""
        return self.quads[self.slices.words]

    @property
    def mark_quads(self) -> Quads:
        """Quads (M, 4, 2)."""
        return self.quads[self.slices.marks]

    @property
    def char_quads(self) -> Quads:
        """Quads (C, 4, 2); a word's are ``char_quads[word.start:word.stop]``."""
        return self.quads[self.slices.chars]

    def each(self, level: Literal["lines", "fields", "words"]) -> Iterator[Region]:
        """Yield the regions of one level with their quads."""
        spans: tuple[Span, ...] = getattr(self, level)
        quads: Quads = getattr(self, f"{level[:-1]}_quads")
        for span, quad in zip(spans, quads, strict=True):
            yield Region(span.text, span.role, quad)
