"""Forms in which pages that were read are handed on."""

from collections.abc import Iterable, Iterator
from typing import ClassVar, Protocol

from receiptgen.core.registry import Registry
from receiptgen.reading.results import PageText


class Output(Protocol):
    """A form of text.

    Attributes:
        suffix: What its files' names end in, the dot included.
    """

    suffix: ClassVar[str]

    def render(self, pages: Iterable[tuple[str, PageText]], least: float) -> Iterator[str]:
        """Yield parts of a text that holds all of some pages; each page is drawn when those before it are rendered.

        Args:
            pages: Their names and what they say.
            least: Confidence of words below which ``UNSURE`` stands for them.
        """


OUTPUTS: Registry[Output] = Registry(__name__, "receiptgen.outputs", "output format")
