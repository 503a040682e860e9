"""Small samples made by hand, for tests of what comes after drawing."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from receiptgen.core.distributions import Weights
from receiptgen.drawing.template import ReceiptTemplate
from receiptgen.imaging.geometry import Quads
from receiptgen.imaging.page import Page
from receiptgen.imaging.regions import Mark, Regions, Span
from receiptgen.imaging.sample import Sample

CHAR, LINE = 10, 24  # pixels of a character's box and of a line

# A field is (text, role, item); a row is fields that stand left to right.
Field = tuple[str, str, int]

ROWS: tuple[tuple[Field, ...], ...] = (
    (("CAFÉ “LUNA”", "shop.name", -1),),
    (("# Tea, hot", "item.name", 0), ("$1.20", "item.price", 0)),
    (('2 x 6" \\ pie', "item.name", 1), ("$11.14", "item.price", 1)),
    (("TOTAL", "total.label", -1), ("$12.34", "total", -1)),
)
NASTY = ('"quoted", twice', "a,b,,c", "back\\slash\\", "Größe 5 € 茶", "# 12", "a  b   c", "it's {1}; [x]")


def _box(x: int, y: int, width: int) -> list[tuple[int, int]]:
    return [(x, y), (x + width, y), (x + width, y + LINE - 4), (x, y + LINE - 4)]


def page_of(rows: Sequence[Sequence[Field]], marks: Sequence[Mark] = (), seed: int = 0) -> Page:
    """Return a page of gray noise on which every character takes ``CHAR`` pixels, 3 characters between fields."""
    lines, fields, words = [], [], []
    boxes: dict[str, list[list[tuple[int, int]]]] = {"line": [], "field": [], "word": [], "char": []}
    for number, row in enumerate(rows):
        x, y, first = 4, 2 + number * LINE, len(words)
        for text, role, item in row:
            start, column = len(words), x
            for word in text.split(" "):
                if word:
                    begin = len(boxes["char"])
                    boxes["char"] += [_box(column + i * CHAR, y, CHAR) for i in range(len(word))]
                    boxes["word"].append(_box(column, y, len(word) * CHAR))
                    words.append(Span(word, role, begin, begin + len(word), item))
                column += (len(word) + 1) * CHAR
            fields.append(Span(text, role, start, len(words), item))
            boxes["field"].append(_box(x, y, len(text) * CHAR))
            x += (len(text) + 3) * CHAR
        lines.append(Span(" ".join(text for text, *_ in row), "line", first, len(words)))
        boxes["line"].append(_box(4, y, x - 3 * CHAR - 4))
    width = 4 + max(corner[0] for box in boxes["line"] for corner in box)
    height = 4 + (len(rows) + len(marks)) * LINE
    sheet = [(0, 0), (width, 0), (width, height), (0, height)]
    places = [_box(4, 2 + (len(rows) + number) * LINE, width - 8) for number in range(len(marks))]
    quads = [sheet, *boxes["line"], *boxes["field"], *boxes["word"], *places, *boxes["char"]]
    image = np.random.Generator(np.random.PCG64(seed)).integers(200, 256, (height, width), dtype=np.uint8)
    regions = Regions(tuple(lines), tuple(fields), tuple(words), tuple(marks), np.array(quads, np.int32))
    return Page(image, regions)


def snippet(text: str = "TOTAL: $12.34", index: int = 12, kind: str = "price") -> Sample:
    """Return a snippet of one line and field."""
    page = page_of([[(text, kind, -1)]], seed=index)
    return Sample(kind, index, index, page, "snippets", "clean", "en_US", "cousine", 28, text)


def receipt(index: int = 12, rows: Sequence[Sequence[Field]] = ROWS) -> Sample:
    """Return a receipt with two items, a rule and a QR code."""
    page = page_of(rows, (Mark("rule"), Mark("qr", "https://example.org/12")), seed=index)
    text = "\n".join("   ".join(text for text, *_ in row) for row in rows)
    values = {"shop": "CAFÉ “LUNA”", "total": "12.34", "items": [{"name": "# Tea, hot", "price": "1.20"}]}
    effects = ({"kind": "fade", "share": 0.25},)
    return Sample("receipt", index, index, page, "cafe", "clean", "en_US", "cousine", 22, text, values, effects)


def moved(sample: Sample, by: float = 0.125) -> Sample:
    """Return the sample with its quads as an effect leaves them: float64, between pixels."""
    regions = sample.page.regions
    quads: Quads = regions.quads.astype(np.float64) + by
    page = Page(sample.page.image, regions.moved(quads))
    return replace(sample, page=page)


def in_locale(template: ReceiptTemplate, country: str) -> ReceiptTemplate:
    """Return a template that is drawn for one country only."""
    return template.model_copy(update={"locales": Weights({country: 1.0})})
