"""What a snippet says: one file a kind."""

from typing import Protocol

from receiptgen.core.dice import Dice
from receiptgen.core.registry import Registry


class Snippet(Protocol):
    """A kind of text, with its settings."""

    def text(self, dice: Dice) -> str:
        """Draw one text: never empty, one line, single spaces inside and none at its ends."""


SNIPPETS: Registry[Snippet] = Registry(__name__, "receiptgen.snippets", "snippet kind")
