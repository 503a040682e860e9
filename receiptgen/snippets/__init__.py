"""What a snippet says: one file a kind."""

from collections.abc import Collection, Iterable
from typing import Literal, Protocol, runtime_checkable

from receiptgen.commerce.countries.locales import Locale
from receiptgen.core.dice import Dice
from receiptgen.core.registry import Registry


class Snippet(Protocol):
    """A kind of text, with its settings."""

    def text(self, dice: Dice, locale: Locale) -> str:
        """Draw one text as a country prints it: one line, single spaces inside and none at its ends.

        Never empty, but for kinds that are ``Wordless``.
        """


def needs_country(snippet: Snippet) -> bool:
    """Tell whether texts are those of a country; a class of others says ``anywhere``, and takes any locale."""
    return not getattr(snippet, "anywhere", False)


@runtime_checkable
class Wordless(Protocol):
    """A kind that prints nothing, on paper of its own."""

    def room(self, dice: Dice) -> int:
        """Draw how many characters the paper has room for, 1 or more."""


@runtime_checkable
class Listed(Snippet, Protocol):
    """A kind that draws the lines of a file.

    Attributes:
        unknown: Whether lines that no font draws are left out, or refused with the file.
    """

    unknown: Literal["refuse", "skip"]

    @property
    def source(self) -> str:
        """The file, as messages name it."""

    def lines(self) -> tuple[str, ...]:
        """Return all lines."""

    def line_number(self, index: int) -> int:
        """Return the number, from 1, that one of the lines has in the file."""

    def without(self, left_out: Collection[int]) -> Snippet:
        """Return what draws all lines but those of some indices."""


@runtime_checkable
class Enumerable(Protocol):
    """A kind whose texts are known one by one.

    Attributes:
        order: Whether they are drawn by chance, or each in turn.
        times: How often each is drawn where no number of samples is asked for.
    """

    order: Literal["random", "each"]
    times: int

    def texts(self) -> tuple[str, ...]:
        """Return all texts, in their order."""


def texts_in_turn(snippet: Snippet) -> tuple[str, ...]:
    """Return the texts that a kind draws one after the other; none where it draws by chance."""
    return snippet.texts() if isinstance(snippet, Enumerable) and snippet.order == "each" else ()


@runtime_checkable
class Composed(Protocol):
    """A kind that knows beforehand which characters it composes texts of."""

    def alphabets(self) -> Iterable[str]:
        """Yield characters of which one text may hold all, set by set."""


SNIPPETS: Registry[Snippet] = Registry(__name__, "receiptgen.snippets", "snippet kind")
