"""Elements: what a receipt prints, from header to footer, as rows without positions."""

from collections.abc import Iterator
from typing import Annotated, NamedTuple, Protocol

from pydantic import Field

from receiptgen.commerce.basket import Receipt
from receiptgen.config.records import Member
from receiptgen.core.dice import Dice
from receiptgen.core.registry import Registry
from receiptgen.elements._print import Form
from receiptgen.elements._values import Values
from receiptgen.elements._voice import Voice, VoiceSpec, draw_voice
from receiptgen.typography.blocks import Block

__all__ = ["ELEMENTS", "Element", "ElementContext", "Elements", "Form", "Voice", "VoiceSpec", "draw_voice"]


class ElementContext(NamedTuple):
    """What every element of one receipt is given.

    Attributes:
        receipt: Values of the receipt.
        voice: Habits of the cash register, the same all down the receipt.
    """

    receipt: Receipt
    voice: Voice

    @property
    def values(self) -> Values:
        """What the receipt says, as the cash register prints it."""
        return Values(self.voice, self.receipt)


class Element(Protocol):
    """A part of a receipt."""

    def rows(self, context: ElementContext, dice: Dice) -> Iterator[Block]:
        """Yield what it prints; nothing, where the receipt has nothing to say."""


ELEMENTS: Registry[Element] = Registry(__name__, "receiptgen.elements", "element")
# A list of elements in YAML.
Elements = Annotated[tuple[Annotated[Element, Member(ELEMENTS)], ...], Field(max_length=200)]
