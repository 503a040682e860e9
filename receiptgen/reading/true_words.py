"""Words of a page whose text is known, as if they had been read without an error."""

from collections.abc import Sequence
from math import ceil, floor

from receiptgen.annotations.true_receipts import TrueCell
from receiptgen.extraction.labelling.page_words import PageWord
from receiptgen.finding.found_page import Cell
from receiptgen.reading.rows import group_rows


def true_page_words(cells: Sequence[TrueCell]) -> tuple[PageWord, ...]:
    """Return the words of cells in reading order: by rows from the top, where cells don't say theirs by their boxes."""
    if all(cell.row is not None for cell in cells):
        places = [(cell.row or 0, index) for index, cell in enumerate(cells)]
    else:
        rows = group_rows([_bounds(cell) for cell in cells])
        places = [(row, index) for row, of_row in enumerate(rows) for index in of_row]
    return tuple(
        PageWord(text, 1.0, *box, row, number)
        for number, (row, index) in enumerate(places)
        for text, box in cells[index].words
    )


def _bounds(cell: TrueCell) -> Cell:
    lefts, tops, rights, bottoms = zip(*(box for _, box in cell.words), strict=True)
    return Cell(floor(min(lefts)), floor(min(tops)), ceil(max(rights)), ceil(max(bottoms)))
