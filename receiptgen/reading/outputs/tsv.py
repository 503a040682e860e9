"""TSV with a row for each line."""

from collections.abc import Iterable, Iterator
from typing import ClassVar

from receiptgen.reading.outputs import OUTPUTS
from receiptgen.reading.outputs._rows import HEADS, rows_of
from receiptgen.reading.results import PageText


@OUTPUTS.register
class Tsv:
    """Rows of file, row, cell, box, confidence and text, with a header and tabs between; no text contains tabs."""

    suffix: ClassVar[str] = ".tsv"

    def render(self, pages: Iterable[tuple[str, PageText]], least: float) -> Iterator[str]:
        """Yield one row after the other."""
        yield "\t".join(HEADS) + "\n"
        for row in rows_of(pages, least):
            yield "\t".join(row) + "\n"
