"""JSON with everything: rows, lines, words, confidences, corners."""

import json
from collections.abc import Iterable, Iterator
from typing import ClassVar

from receiptgen.reading.outputs import OUTPUTS
from receiptgen.reading.results import PageText


@OUTPUTS.register
class Json:
    """A list with an object for each page."""

    suffix: ClassVar[str] = ".json"

    def render(self, pages: Iterable[tuple[str, PageText]], least: float) -> Iterator[str]:
        """Yield the list."""
        separator = "[\n"
        for name, page in pages:
            yield separator + json.dumps({"file": name, **page.to_dict(least)}, ensure_ascii=False)
            separator = ",\n"
        yield "[]\n" if separator == "[\n" else "\n]\n"
