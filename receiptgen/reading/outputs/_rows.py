"""Tables with a row for each line, CSV and TSV."""

from collections.abc import Iterable, Iterator
from itertools import chain

from receiptgen.imaging.boxes import upright_box
from receiptgen.reading.results import PageText
from receiptgen.reading.streams import inert, table_stream

HEADS = ("file", "row", "cell", "left", "top", "right", "bottom", "quad", "confidence", "text")


def render_table(pages: Iterable[tuple[str, PageText]], least: float, separator: str, ending: str) -> Iterator[str]:
    """Yield the header and one row after the other, quoted as spreadsheets expect it, and without formulas."""
    return table_stream(chain([HEADS], _rows_of(pages, least)), separator, ending)


def _rows_of(pages: Iterable[tuple[str, PageText]], least: float) -> Iterator[list[str]]:
    """Yield a row for each line, with the columns of ``HEADS``."""
    for name, page in pages:
        for row_index, row in enumerate(page.rows):
            for cell_index, line in enumerate(row):
                corners = line.quad.ravel().tolist()
                box, quad = map(str, upright_box(corners)), " ".join(f"{round(number, 1):g}" for number in corners)
                file = page.photos[line.photo].file if page.photos else name
                place = (str(row_index), str(cell_index), *box, quad)
                yield [inert(file), *place, f"{line.confidence:.4f}", inert(line.sure(least))]
