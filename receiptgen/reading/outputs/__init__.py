"""Output formats of pages that were read."""

from collections.abc import Iterable, Iterator
from typing import ClassVar, Protocol

from receiptgen.core.registry import Registry
from receiptgen.reading.results import PageText


class Output(Protocol):
    """An output format.

    Attributes:
        suffix: Suffix of its files, with the dot.
    """

    suffix: ClassVar[str]

    def render(self, pages: Iterable[tuple[str, PageText]], least: float) -> Iterator[str]:
        """Yield the parts of a text with all pages; a page is taken when those before it are rendered.

        Args:
            pages: Pages with their names.
            least: Least confidence of words; below it, ``UNSURE`` replaces them.
        """


OUTPUTS: Registry[Output] = Registry(__name__, "receiptgen.outputs", "output format")
