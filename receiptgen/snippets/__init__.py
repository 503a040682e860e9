"""What a snippet says: one file a kind."""

from typing import Protocol

from receiptgen.commerce.locales import Locale
from receiptgen.core.dice import Dice
from receiptgen.core.registry import Registry


class Snippet(Protocol):
    """A kind of text, with its settings."""

    def text(self, dice: Dice, locale: Locale) -> str:
        """Draw one text as a country prints it: never empty, one line, single spaces inside and none at its ends."""


SNIPPETS: Registry[Snippet] = Registry(__name__, "receiptgen.snippets", "snippet kind")
