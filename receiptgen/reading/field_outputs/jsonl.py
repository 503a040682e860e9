"""JSON lines, as programs take them one after the other."""

from collections.abc import Callable, Iterator, Mapping
from typing import ClassVar

from receiptgen.reading.field_outputs import FIELD_OUTPUTS, Receipts
from receiptgen.reading.streams import json_text


@FIELD_OUTPUTS.register
class JsonLines:
    """A line for each receipt, with the object that ``json`` has for it."""

    suffix: ClassVar[str] = ".jsonl"
    is_text: ClassVar[bool] = True
    beside: ClassVar[Mapping[str, Callable[[Receipts], Iterator[str]]]] = {}

    def render(self, receipts: Receipts) -> Iterator[str]:
        """Yield one line after the other."""
        return (json_text({"file": name, **fields.to_dict()}) + "\n" for name, fields in receipts)
