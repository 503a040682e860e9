"""Elements as they are drafted, each with what it stands for on the page."""

from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from receiptgen.drafting.item_table import ItemTable
from receiptgen.drafting.rows import ReceiptRow, RowWord
from receiptgen.drafting.sections import Mark
from receiptgen.elements import ELEMENTS, VoiceSpec

# Letters of a label at least: signs and single letters are mostly remains of words.
_LETTERS = 2


@dataclass(frozen=True)
class ElementDraft:
    """An element of a template.

    Attributes:
        kind: Its kind.
        keys: Its keys, without those that have their defaults.
        words: Indices of the words of the page that it prints, or prints others in place of.
        marks: Rules and codes of the page that it prints.
    """

    kind: str
    keys: dict[str, Any] = field(default_factory=dict)
    words: frozenset[int] = frozenset()
    marks: frozenset[Mark] = frozenset()

    @property
    def is_valid(self) -> bool:
        """Whether a template can have it: what was read may be longer than texts are."""
        try:
            ELEMENTS.get(self.kind)(**self.keys)
        except ValidationError:
            return False
        return True


@dataclass
class Drafted:
    """What the elements of a receipt have said so far.

    Attributes:
        words: Words of the receipt, by the keys of words.
        said: Values of the business that are said, by their paths.
        parts: Parts of the totals and fields that are printed.
        table: The table of the goods; None before it.
        reduced: Number of goods of which something is taken off.
        fixed: Texts beside fields, which each receipt has as they were read.
    """

    words: dict[str, str] = field(default_factory=dict)
    said: set[str] = field(default_factory=set)
    parts: set[str] = field(default_factory=set)
    table: ItemTable | None = None
    reduced: int = 0
    fixed: list[str] = field(default_factory=list)

    def takes_word(self, key: str, label: str) -> bool:
        """Keep a label as the word of a key, and tell whether it is printed: a key has one, of a label's length."""
        if not key or sum(map(str.isalpha, label)) < _LETTERS:
            return False
        if key not in self.words:
            try:
                VoiceSpec(words={key: (label,)})
            except ValidationError:
                return False
        return self.words.setdefault(key, label) == label


def indices(*groups: "tuple[RowWord, ...] | ReceiptRow") -> frozenset[int]:
    """Return the indices of words, or of all words of rows."""
    return frozenset(
        word.index for group in groups for word in (group.words if isinstance(group, ReceiptRow) else group)
    )
