"""CSV with a row for each receipt, and its items in a file beside."""

from collections.abc import Callable, Iterator, Mapping
from itertools import chain
from typing import ClassVar

from receiptgen.reading.field_outputs import FIELD_OUTPUTS, Receipts
from receiptgen.reading.field_outputs._tables import ITEMS, RECEIPTS, item_rows, receipt_rows
from receiptgen.reading.streams import table_stream


def _render_items(receipts: Receipts) -> Iterator[str]:
    return table_stream(chain([[column.name for column in ITEMS]], item_rows(receipts)), ",", "\r\n")


@FIELD_OUTPUTS.register
class Csv:
    """A row for each receipt with a header, as spreadsheets read it (RFC 4180); items go into ``NAME.items.csv``."""

    suffix: ClassVar[str] = ".csv"
    is_text: ClassVar[bool] = True
    beside: ClassVar[Mapping[str, Callable[[Receipts], Iterator[str]]]] = {".items.csv": _render_items}

    def render(self, receipts: Receipts) -> Iterator[str]:
        """Yield one row after the other."""
        return table_stream(chain([[column.name for column in RECEIPTS]], receipt_rows(receipts)), ",", "\r\n")
