"""The rows of a page, each word with what it says of the receipt."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby

import numpy as np

from receiptgen.extraction.fields import Field, ReceiptFields
from receiptgen.extraction.values.amounts import Amount, parse_amount
from receiptgen.reading.legible_page import RULE_CHARS
from receiptgen.reading.page_fields import page_words
from receiptgen.reading.results import PageText, TextWord

# Fields whose words are those of others, too, which say more of them: a currency stands against every amount.
_LAST = "currency"
# Values that may be printed twice, if they are of so many characters that they are no other value by chance.
_REPEATED, _DISTINCT = frozenset({"date", "time", "number", "invoice"}), 5
# Letters after an amount that are no code of a tax.
_SUFFIX = 2
# Characters whose boxes are as high as capitals.
_HIGH = frozenset("ABCDEFGHIKLMNOPRSTUVWXYZ0123456789")


@dataclass(frozen=True, slots=True)
class RowWord:
    """A word of a row.

    Attributes:
        text: Its text, of printable characters.
        index: Index among the words of the page, by which it is known.
        role: What it says, as ``total`` or ``items.amount``; empty for nothing that is known.
        entry: Index of the entry of a list that it belongs to, as of an item; -1 for none.
        confidence: Probability that it is read right, 0 to 1.
        left: Left edge on the level page, in pixels.
        top: Top edge.
        right: Right edge.
        bottom: Bottom edge.
        cell: Index of its cell, a run of words without wide gaps.
        steps: Distances from character to character, in pixels, with the two characters.
        heights: Heights of its capitals and digits, in pixels.
    """

    text: str
    index: int
    role: str
    entry: int
    confidence: float
    left: float
    top: float
    right: float
    bottom: float
    cell: int
    steps: tuple[tuple[str, float], ...] = ()
    heights: tuple[float, ...] = ()

    @property
    def amount(self) -> Amount | None:
        """The number that it says; None where it says none."""
        return parse_amount(self.text)


@dataclass(frozen=True)
class ReceiptRow:
    """A row of words.

    Attributes:
        words: Its words in reading order, at least one.
        number: Its number on the page, from the top; 1 is the first.
    """

    words: tuple[RowWord, ...]
    number: int

    @cached_property
    def text(self) -> str:
        """Its words with spaces between."""
        return text_of(self.words)

    @cached_property
    def cells(self) -> tuple[tuple[RowWord, ...], ...]:
        """The words of each cell, in reading order."""
        return tuple(tuple(words) for _, words in groupby(self.words, key=lambda word: word.cell))

    @cached_property
    def roles(self) -> frozenset[str]:
        """What its words say."""
        return frozenset(word.role for word in self.words if word.role)

    @cached_property
    def money(self) -> tuple[RowWord, ...]:
        """Its words that have the form of amounts of money; opening hours have letters after them."""
        found = [(word, word.amount) for word in self.words]
        return tuple(word for word, amount in found if amount and amount.is_money and len(amount.suffix) < _SUFFIX)

    @property
    def left(self) -> float:
        """Left edge."""
        return min(word.left for word in self.words)

    @property
    def right(self) -> float:
        """Right edge."""
        return max(word.right for word in self.words)

    @property
    def top(self) -> float:
        """Top edge."""
        return min(word.top for word in self.words)

    @property
    def bottom(self) -> float:
        """Bottom edge."""
        return max(word.bottom for word in self.words)

    @property
    def middle(self) -> float:
        """Height at which it stands, in the middle of its words."""
        return float(np.median([(word.top + word.bottom) / 2 for word in self.words]))

    @property
    def confidence(self) -> float:
        """Mean probability that its words are read right."""
        return float(np.mean([word.confidence for word in self.words]))

    @property
    def rule(self) -> str:
        """The character of which it is a rule; empty where it is none."""
        chars = self.text.replace(" ", "")
        return max(chars, key=chars.count) if len(chars) > 1 and RULE_CHARS.issuperset(chars) else ""

    def with_role(self, prefix: str) -> tuple[RowWord, ...]:
        """Return the words whose role is a path or below it."""
        return tuple(word for word in self.words if word.role == prefix or word.role.startswith(f"{prefix}."))


def text_of(words: Iterable[RowWord]) -> str:
    """Return words with spaces between."""
    return " ".join(word.text for word in words)


def receipt_rows(page: PageText, fields: ReceiptFields) -> list[ReceiptRow]:
    """Return the rows of a page, from the top.

    Args:
        page: The page.
        fields: What its receipt says; its words are those of the page.
    """
    said = _paths(fields.each())
    # A date that is printed twice is told once.
    again = {
        page.words[index].text: told
        for index, told in said.items()
        if told[0] in _REPEATED and len(page.words[index].text) >= _DISTINCT
    }
    level = page_words(page)
    words = [
        RowWord(
            _printable(word.text), index, *(said.get(index) or again.get(word.text) or ("", -1)), word.confidence,
            word.left, word.top, word.right, word.bottom, word.cell, *_characters(read),
        )
        for index, (word, read) in enumerate(zip(level, page.words, strict=True))
    ]  # fmt: skip
    seen = [(place.row, word) for place, word in zip(level, words, strict=True) if word.text]
    return [
        ReceiptRow(tuple(word for _, word in pairs), number + 1)
        for number, pairs in groupby(seen, key=lambda pair: pair[0])
    ]


def _printable(text: str) -> str:
    """Return a text without what is not printed, as the text layer of a PDF may have it."""
    return "".join(char for char in text if char.isprintable())


def _paths(each: Iterable[tuple[str, Field]]) -> dict[int, tuple[str, int]]:
    """Return what words say by their indices: a path without numbers, and the last number in it or -1."""
    found: dict[int, tuple[str, int]] = {}
    for path, field in sorted(each, key=lambda pair: pair[0] == _LAST):
        steps = path.split(".")
        numbers = [int(step) for step in steps if step.isdigit()]
        role = ".".join(step for step in steps if not step.isdigit())
        for index in field.words:
            found.setdefault(index, (role, numbers[-1] if numbers else -1))
    return found


def _characters(word: TextWord) -> tuple[tuple[tuple[str, float], ...], tuple[float, ...]]:
    """Return how far characters of a word stand from each other, and how high its capitals and digits are."""
    quads = word.char_quads
    if len(quads) != len(word.text):
        return (), ()
    steps = np.hypot(*np.diff(quads.mean(axis=1), axis=0).T) if len(quads) > 1 else np.empty(0)
    heights = np.hypot(*(quads[:, 3] - quads[:, 0]).T)
    pairs = tuple([(word.text[index : index + 2], float(step)) for index, step in enumerate(steps)])
    return pairs, tuple(float(height) for char, height in zip(word.text, heights, strict=True) if char in _HIGH)
