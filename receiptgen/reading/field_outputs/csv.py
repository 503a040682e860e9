"""CSV with a row for each receipt, and its items in a file beside."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import ClassVar

from receiptgen.reading.field_outputs import FIELD_OUTPUTS, Receipts
from receiptgen.reading.field_outputs._tables import ITEMS, RECEIPTS, Column, item_rows, receipt_rows
from receiptgen.reading.streams import inert, table_stream


def _render(columns: Sequence[Column], rows: Iterable[Iterable[str]]) -> Iterator[str]:
    """Yield the header and one row after the other, none of whose texts is a formula."""
    return table_stream(chain([[column.name for column in columns]], (map(inert, row) for row in rows)), ",", "\r\n")


def _render_items(receipts: Receipts) -> Iterator[str]:
    return _render(ITEMS, item_rows(receipts))


@FIELD_OUTPUTS.register
class Csv:
    """A row for each receipt with a header, as spreadsheets read it (RFC 4180); items go into ``NAME.items.csv``."""

    suffix: ClassVar[str] = ".csv"
    is_text: ClassVar[bool] = True
    beside: ClassVar[Mapping[str, Callable[[Receipts], Iterator[str]]]] = {".items.csv": _render_items}

    def render(self, receipts: Receipts) -> Iterator[str]:
        """Yield one row after the other."""
        return _render(RECEIPTS, receipt_rows(receipts))
