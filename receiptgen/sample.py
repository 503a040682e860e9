"""What travels through the house: rows to print, a page of pixels with its regions, a finished sample."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from receiptgen.geometry import Quads, boxes_of_quads

Align = Literal["left", "center", "right"]


class Style(NamedTuple):
    """How a printer strikes a text; the escape codes of a till.

    Attributes:
        wide: Double width.
        tall: Double height.
        bold: Emphasised.
        small: The printer's smaller font.
        underline: A rule under the text.
        inverse: White on black.
        display: The second face of the receipt, in which some print the shop's name.
    """

    wide: bool = False
    tall: bool = False
    bold: bool = False
    small: bool = False
    underline: bool = False
    inverse: bool = False
    display: bool = False


PLAIN = Style()


class Run(NamedTuple):
    """A text of one role in a row.

    Attributes:
        text: What is printed; empty prints nothing but keeps its columns.
        role: What it is, as ``item.price``.
        align: Where it stands in its columns.
        columns: Room it is given: a number of columns; 0 its own width; a name, as wide as the widest of all runs
            that bear it, so that they stand in line; None all that is left, where it wraps.
        item: Index of the item it belongs to, or -1.
        style: How it is struck.
        indent: Columns by which it is moved in.
    """

    text: str
    role: str = "text"
    align: Align = "left"
    columns: int | str | None = None
    item: int = -1
    style: Style = PLAIN
    indent: int = 0


class Row(NamedTuple):
    """Runs on one baseline, left to right."""

    runs: tuple[Run, ...]


class Rule(NamedTuple):
    """A line across the paper.

    Attributes:
        pattern: A character that is printed all along, as ``-``, or ``solid``, ``double``, ``dotted``.
        share: Part of the paper's width; it stands at the right if shorter than 1, as over a total.
    """

    pattern: str = "-"
    share: float = 1.0


class Graphic(NamedTuple):
    """A barcode or QR code.

    Attributes:
        kind: ``ean13``, ``code128``, ``qr`` ...
        text: What it decodes to.
        modules: bool (H, W), True is black; H is 1 for a barcode.
        height: Dots of a barcode's bars; 0 where modules are square.
    """

    kind: str
    text: str
    modules: NDArray[np.bool_]
    height: int = 0


class Gap(NamedTuple):
    """Empty paper, in lines."""

    lines: float = 1.0


class Frame(NamedTuple):
    """Rows inside a drawn rectangle."""

    rows: tuple["Block", ...]


Block = Row | Rule | Graphic | Gap | Frame


class Span(NamedTuple):
    """A line, field or word of a page: a text over ``start:stop`` of its parts.

    A line's and a field's parts are words, a word's parts are characters.
    """

    text: str
    role: str
    start: int
    stop: int
    item: int = -1


class Mark(NamedTuple):
    """Ink that is no text: rule, frame, underline, inverse block, barcode, QR code.

    Attributes:
        kind: What it is.
        text: What a code decodes to, else empty.
    """

    kind: str
    text: str = ""


class Region(NamedTuple):
    """A view of one region: its text, role and quad float64 (4, 2)."""

    text: str
    role: str
    quad: Quads


@dataclass(frozen=True, slots=True)
class Regions:
    """All regions of a page in columns, so that one map moves them all at once.

    Attributes:
        lines: In reading order. A line's text is its fields joined by single spaces.
        fields: Parts of lines with a role of their own, in reading order.
        words: In reading order; texts without spaces.
        marks: Ink that is no text.
        quads: (1 + L + F + W + M + C, 4, 2): page, lines, fields, words, marks, characters of words.
            int32 as drawn, float64 once moved.
    """

    lines: tuple[Span, ...]
    fields: tuple[Span, ...]
    words: tuple[Span, ...]
    marks: tuple[Mark, ...]
    quads: Quads

    def moved(self, quads: Quads) -> "Regions":
        """Return the same regions elsewhere."""
        return replace(self, quads=quads)

    @property
    def page_quad(self) -> Quads:
        """Quad (4, 2) of the page, which effects may leave smaller than the image."""
        return np.asarray(self.quads[0])

    @property
    def line_quads(self) -> Quads:
        """Quads (L, 4, 2)."""
        return self.quads[1 : 1 + len(self.lines)]

    @property
    def field_quads(self) -> Quads:
        """Quads (F, 4, 2)."""
        start = 1 + len(self.lines)
        return self.quads[start : start + len(self.fields)]

    @property
    def word_quads(self) -> Quads:
        """Quads (W, 4, 2)."""
        start = 1 + len(self.lines) + len(self.fields)
        return self.quads[start : start + len(self.words)]

    @property
    def mark_quads(self) -> Quads:
        """Quads (M, 4, 2)."""
        start = 1 + len(self.lines) + len(self.fields) + len(self.words)
        return self.quads[start : start + len(self.marks)]

    @property
    def char_quads(self) -> Quads:
        """Quads (C, 4, 2); a word's are ``char_quads[word.start:word.stop]``."""
        return self.quads[1 + len(self.lines) + len(self.fields) + len(self.words) + len(self.marks) :]

    def each(self, level: Literal["lines", "fields", "words"]) -> Iterator[Region]:
        """Yield the regions of one level with their quads."""
        spans: tuple[Span, ...] = getattr(self, level)
        quads: Quads = getattr(self, f"{level[:-1]}_quads")
        for span, quad in zip(spans, quads, strict=True):
            yield Region(span.text, span.role, quad)


@dataclass(frozen=True, slots=True)
class Page:
    """Pixels and what they say.

    Attributes:
        image: uint8 (H, W), 0 black to 255 white.
        regions: Where every text and mark is.
    """

    image: NDArray[np.uint8]
    regions: Regions

    def crop(self, box: tuple[int, int, int, int], line: Span, fields: tuple[int, ...]) -> "Page":
        """Cut out one text with its truth.

        Args:
            box: ``x0, y0, x1, y1`` in pixels, inside the image.
            line: What the crop's one line is to be called; its ``start:stop`` are words of this page.
            fields: Indices of the fields that belong to it.

        Returns:
            A page of the crop's size that knows this line, its fields, words, characters, and the marks inside.
        """
        x0, y0, x1, y1 = box
        regions = self.regions
        words = regions.words[line.start : line.stop]
        first = words[0].start
        spans = [regions.fields[index] for index in fields]
        line_box = boxes_of_quads(regions.word_quads[line.start : line.stop])
        left, top = line_box[:, :2].min(axis=0)
        right, bottom = line_box[:, 2:].max(axis=0)
        line_quad = np.array([[[left, top], [right, top], [right, bottom], [left, bottom]]])
        mark_boxes = boxes_of_quads(regions.mark_quads)
        inside = [
            i for i, (a, b, c, d) in enumerate(mark_boxes.tolist()) if a >= x0 and b >= y0 and c <= x1 and d <= y1
        ]
        page_quad = np.array([[[x0, y0], [x1, y0], [x1, y1], [x0, y1]]])
        quads = np.concatenate(
            [
                page_quad,
                line_quad,
                regions.field_quads[list(fields)],
                regions.word_quads[line.start : line.stop],
                regions.mark_quads[inside],
                regions.char_quads[first : words[-1].stop],
            ]
        ) - np.array([x0, y0], regions.quads.dtype)
        return Page(
            self.image[y0:y1, x0:x1],
            Regions(
                (line._replace(start=0, stop=len(words)),),
                tuple(s._replace(start=s.start - line.start, stop=s.stop - line.start) for s in spans),
                tuple(w._replace(start=w.start - first, stop=w.stop - first) for w in words),
                tuple(regions.marks[i] for i in inside),
                quads,
            ),
        )


@dataclass(frozen=True, slots=True)
class Sample:
    """One finished sample.

    Attributes:
        kind: Name of the snippet in its set, or ``receipt``.
        index: Number of the sample within its kind; the sample is a function of (template, seed, index).
        group: Samples of one group share a receipt and so belong on one side of a split.
        page: Pixels and regions.
        template: Name of the template or snippet set.
        locale: Name of the locale.
        face: Name of the (first) face.
        size: Its size in pixels an em.
        text: What a reader should say: the snippet, or the receipt with its columns kept by spaces.
        values: The receipt's values, JSON-ready; empty for snippets.
        effects: What was done to the page, in order, with the drawn parameters.
    """

    kind: str
    index: int
    group: int
    page: Page
    template: str
    locale: str
    face: str
    size: int
    text: str
    values: Mapping[str, Any] = field(default_factory=dict)
    effects: tuple[Mapping[str, Any], ...] = ()

    @property
    def name(self) -> str:
        """Path-like name, unique in its data set: ``price/000012``."""
        return f"{self.kind}/{self.index:06d}"
