"""JSON with all that is known: rows, lines, words, confidences, corners."""

import json
from collections.abc import Iterable, Iterator
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from receiptgen.reading.outputs import OUTPUTS
from receiptgen.reading.results import Page


@OUTPUTS.register
class Json:
    """A list with an object for each page."""

    suffix: ClassVar[str] = ".json"

    def render(self, pages: Iterable[tuple[str, Page]], least: float) -> Iterator[str]:
        """Yield the list."""
        before = "[\n"
        for name, page in pages:
            yield before + json.dumps({"file": name, **as_dict(page, least)}, ensure_ascii=False)
            before = ",\n"
        yield "[]\n" if before == "[\n" else "\n]\n"


def as_dict(page: Page, least: float = 0.0) -> dict[str, Any]:
    """Return a page as plain lists and numbers: ``width``, ``height``, ``text`` and ``lines`` with their ``words``.

    Each line has the number of its ``row`` from 0, the ``column`` at which it begins in the text if there is room, and
    its ``quad``, four corners (x, y) in pixels, clockwise from the top left as it is read.
    """
    lines = [
        {
            "row": number, "column": line.column, "text": line.sure(least),
            "confidence": round(line.confidence, 4), "quad": corners(line.quad),
            "words": [
                {
                    "text": word.text, "confidence": round(word.confidence, 4), "quad": corners(word.quad),
                    "chars": [round(one, 4) for one in word.chars],
                }
                for word in line.words
            ],
        }
        for number, row in enumerate(page.rows)
        for line in row
    ]  # fmt: skip
    return {"width": page.width, "height": page.height, "text": page.text(least), "lines": lines}


def corners(quad: NDArray[np.float64]) -> list[list[float]]:
    """Return a quad (4, 2) as lists, to a tenth of a pixel."""
    return [[round(x, 1), round(y, 1)] for x, y in quad.tolist()]
