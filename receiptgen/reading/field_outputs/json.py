"""JSON with values, confidences and words of all fields."""

from collections.abc import Callable, Iterator, Mapping
from typing import ClassVar

from receiptgen.reading.field_outputs import FIELD_OUTPUTS, Receipts
from receiptgen.reading.streams import json_stream


@FIELD_OUTPUTS.register
class Json:
    """A list with an object for each receipt: ``file``, ``values``, ``checked``, ``notes`` and ``fields``."""

    suffix: ClassVar[str] = ".json"
    is_text: ClassVar[bool] = True
    beside: ClassVar[Mapping[str, Callable[[Receipts], Iterator[str]]]] = {}

    def render(self, receipts: Receipts) -> Iterator[str]:
        """Yield the list."""
        return json_stream({"file": name, **fields.to_dict()} for name, fields in receipts)
