"""Output formats of the fields of receipts."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import ClassVar, Protocol

from receiptgen.core.registry import Registry
from receiptgen.extraction.fields import ReceiptFields

# Receipts with the names of their pages.
Receipts = Iterable[tuple[str, ReceiptFields]]


class FieldOutput(Protocol):
    """An output format.

    Attributes:
        suffix: Suffix of its files, with the dot.
        is_text: Whether it can be printed; others need a file.
        beside: What a second file holds, by the suffix of that; none for most formats.
    """

    suffix: ClassVar[str]
    is_text: ClassVar[bool]
    beside: ClassVar[Mapping[str, Callable[[Receipts], Iterator[str]]]]

    def render(self, receipts: Receipts) -> Iterator[str | bytes]:
        """Yield the parts of a file with all receipts; a receipt is taken when those before it are rendered.

        Args:
            receipts: Receipts with their names.
        """


FIELD_OUTPUTS: Registry[FieldOutput] = Registry(__name__, "receiptgen.field_outputs", "output format of fields")
