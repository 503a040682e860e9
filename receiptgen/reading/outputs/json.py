"""JSON with all that is known: rows, lines, words, confidences, corners."""

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
        before = "[\n"
        for name, page in pages:
            yield before + json.dumps({"file": name, **page.to_dict(least)}, ensure_ascii=False)
            before = ",\n"
        yield "[]\n" if before == "[\n" else "\n]\n"
