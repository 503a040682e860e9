"""JSON lines, as programs take them one after the other."""

from collections.abc import Iterable, Iterator
from typing import ClassVar

from receiptgen.reading.outputs import OUTPUTS
from receiptgen.reading.results import PageText
from receiptgen.reading.streams import json_text


@OUTPUTS.register
class JsonLines:
    """A line for each page, with the object that ``json`` has for it."""

    suffix: ClassVar[str] = ".jsonl"

    def render(self, pages: Iterable[tuple[str, PageText]], least: float) -> Iterator[str]:
        """Yield one line after the other."""
        return (json_text({"file": name, **page.to_dict(least)}) + "\n" for name, page in pages)
