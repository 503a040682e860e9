"""Plain text with rows and columns as on the paper."""

from collections.abc import Iterable, Iterator
from itertools import chain, islice
from typing import ClassVar

from receiptgen.reading.outputs import OUTPUTS
from receiptgen.reading.results import PageText


@OUTPUTS.register
class Text:
    """Rows of text; several pages stand below their names."""

    suffix: ClassVar[str] = ".txt"

    def render(self, pages: Iterable[tuple[str, PageText]], least: float) -> Iterator[str]:
        """Yield one page after the other."""
        pages = iter(pages)
        first = list(islice(pages, 2))
        for index, (name, page) in enumerate(chain(first, pages)):
            if len(first) > 1:
                yield f"{'' if index == 0 else chr(10)}== {name} ==\n"
            yield "".join(f"{row}\n" for row in page.sure_text(least).splitlines())
