"""CSV with a row for each line."""

from collections.abc import Iterable, Iterator
from typing import ClassVar

from receiptgen.reading.outputs import OUTPUTS
from receiptgen.reading.outputs._rows import render_table
from receiptgen.reading.results import PageText


@OUTPUTS.register
class Csv:
    """Rows of file, row, cell, box, confidence and text, with a header; as spreadsheets read it (RFC 4180)."""

    suffix: ClassVar[str] = ".csv"

    def render(self, pages: Iterable[tuple[str, PageText]], least: float) -> Iterator[str]:
        """Yield one row after the other."""
        return render_table(pages, least, ",", "\r\n")
