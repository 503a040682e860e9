"""Tables of lines, which CSV and TSV share."""

from collections.abc import Iterable, Iterator

from receiptgen.imaging.boxes import upright_box
from receiptgen.reading.results import PageText

HEADS = ("file", "row", "cell", "left", "top", "right", "bottom", "confidence", "text")


def rows_of(pages: Iterable[tuple[str, PageText]], least: float) -> Iterator[list[str]]:
    """Yield a row for each line, as ``HEADS`` names its columns."""
    for name, page in pages:
        for number, row in enumerate(page.rows):
            for place, line in enumerate(row):
                box = map(str, upright_box(line.quad.ravel().tolist()))
                yield [name, str(number), str(place), *box, f"{line.confidence:.4f}", line.sure(least)]
