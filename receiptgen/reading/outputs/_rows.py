"""Rows of a table of lines, for CSV and TSV."""

from collections.abc import Iterable, Iterator

from receiptgen.imaging.boxes import upright_box
from receiptgen.reading.results import PageText

HEADS = ("file", "row", "cell", "left", "top", "right", "bottom", "confidence", "text")


def rows_of(pages: Iterable[tuple[str, PageText]], least: float) -> Iterator[list[str]]:
    """Yield a row for each line, with the columns of ``HEADS``."""
    for name, page in pages:
        for row_index, row in enumerate(page.rows):
            for cell_index, line in enumerate(row):
                box = map(str, upright_box(line.quad.ravel().tolist()))
                yield [name, str(row_index), str(cell_index), *box, f"{line.confidence:.4f}", line.sure(least)]
