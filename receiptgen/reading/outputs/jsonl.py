"""JSON lines, as programs take them one after the other."""

import json
from collections.abc import Iterable, Iterator
from typing import ClassVar

from receiptgen.reading.outputs import OUTPUTS
from receiptgen.reading.results import PageText


@OUTPUTS.register
class JsonLines:
    """A line for each page, with the object that ``json`` has for it."""

    suffix: ClassVar[str] = ".jsonl"

    def render(self, pages: Iterable[tuple[str, PageText]], least: float) -> Iterator[str]:
        """Yield one line after the other."""
        return (json.dumps({"file": name, **page.to_dict(least)}, ensure_ascii=False) + "\n" for name, page in pages)
