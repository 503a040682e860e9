"""JSON with everything: rows, lines, words, confidences, corners."""

from collections.abc import Iterable, Iterator
from typing import ClassVar

from receiptgen.reading.outputs import OUTPUTS
from receiptgen.reading.results import PageText
from receiptgen.reading.streams import json_stream


@OUTPUTS.register
class Json:
    """A list with an object for each page."""

    suffix: ClassVar[str] = ".json"

    def render(self, pages: Iterable[tuple[str, PageText]], least: float) -> Iterator[str]:
        """Yield the list."""
        return json_stream({"file": name, **page.to_dict(least)} for name, page in pages)
