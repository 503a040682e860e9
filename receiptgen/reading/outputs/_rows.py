"""Tables of lines, which CSV and TSV share."""

from collections.abc import Iterable, Iterator

from receiptgen.fidelity.line_crops import upright
from receiptgen.reading.results import Page

HEADS = ("file", "row", "cell", "left", "top", "right", "bottom", "confidence", "text")


def rows_of(pages: Iterable[tuple[str, Page]], least: float) -> Iterator[list[str]]:
    """Yield a row for each line, as ``HEADS`` names its columns."""
    for name, page in pages:
        for number, row in enumerate(page.rows):
            for place, line in enumerate(row):
                box = map(str, upright(line.quad.ravel().tolist()))
                yield [name, str(number), str(place), *box, f"{line.confidence:.4f}", line.sure(least)]
