"""Parts of a parsed pattern: what they may draw, and drawing it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from receiptgen.core.dice import Dice


class Shape(NamedTuple):
    """What a node may draw.

    Attributes:
        empty: Nothing at all.
        first: A space in front.
        last: A space at the end.
        double: Two spaces in a row.
        longest: Most characters; no node counts as less than one, as drawing it takes time.
    """

    empty: bool
    first: bool
    last: bool
    double: bool
    longest: int

    def then(self, other: "Shape") -> "Shape":
        """Return the shape of this followed by another."""
        return Shape(
            self.empty and other.empty,
            self.first or (self.empty and other.first),
            other.last or (other.empty and self.last),
            self.double or other.double or (self.last and other.first),
            self.longest + other.longest,
        )


# Sets of characters that one text may hold all of. Of more ways through a pattern than these, the union stands for all.
Alphabets = frozenset[frozenset[str]]
_MOST_ALPHABETS = 64


def _bounded(alphabets: Iterable[frozenset[str]]) -> Alphabets:
    distinct = frozenset(alphabets)
    return distinct if len(distinct) <= _MOST_ALPHABETS else frozenset([frozenset().union(*distinct)])


class Node(Protocol):
    """A part of a pattern."""

    @property
    def shape(self) -> Shape:
        """What it may draw."""

    @property
    def alphabets(self) -> Alphabets:
        """Characters of each way through it."""

    def draw(self, dice: Dice) -> str:
        """Draw one text."""


@dataclass(frozen=True, slots=True)
class Marks:
    """``low`` to ``high`` characters, each one of ``alphabet``."""

    alphabet: str
    low: int = 1
    high: int = 1

    @property
    def shape(self) -> Shape:
        """See ``Node``."""
        space = " " in self.alphabet and self.high > 0
        return Shape(self.low == 0, space, space, space and self.high > 1, max(1, self.high))

    @property
    def alphabets(self) -> Alphabets:
        """See ``Node``."""
        return frozenset([frozenset(self.alphabet if self.high else "")])

    def draw(self, dice: Dice) -> str:
        """See ``Node``."""
        count = self.low if self.low == self.high else dice.integer(self.low, self.high)
        return dice.letters(self.alphabet, count)


@dataclass(frozen=True, slots=True)
class Repeat:
    """A part ``low`` to ``high`` times."""

    part: Node
    low: int
    high: int

    @property
    def shape(self) -> Shape:
        """See ``Node``."""
        one = self.part.shape
        if self.high == 0:
            return Shape(True, False, False, False, 1)
        double = one.double or (self.high > 1 and one.last and one.first)
        return Shape(one.empty or self.low == 0, one.first, one.last, double, one.longest * self.high)

    @property
    def alphabets(self) -> Alphabets:
        """See ``Node``."""
        part = self.part.alphabets
        if self.high < 2:
            return part if self.high else frozenset([frozenset()])
        return frozenset([frozenset().union(*part)])  # each time another way

    def draw(self, dice: Dice) -> str:
        """See ``Node``."""
        return "".join([self.part.draw(dice) for _ in range(dice.integer(self.low, self.high))])


@dataclass(frozen=True, slots=True)
class Sequence:
    """Parts one after another."""

    parts: tuple[Node, ...]

    @property
    def shape(self) -> Shape:
        """See ``Node``."""
        whole = Shape(True, False, False, False, 1)
        for part in self.parts:
            whole = whole.then(part.shape)
        return whole

    @property
    def alphabets(self) -> Alphabets:
        """See ``Node``."""
        whole: Alphabets = frozenset([frozenset()])
        for part in self.parts:
            whole = _bounded(one | other for one in whole for other in part.alphabets)
        return whole

    def draw(self, dice: Dice) -> str:
        """See ``Node``."""
        return "".join([part.draw(dice) for part in self.parts])


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several, equally likely."""

    options: tuple[Node, ...]

    @property
    def shape(self) -> Shape:
        """See ``Node``."""
        shapes = [option.shape for option in self.options]
        empty, first, last, double = (any(shape[place] for shape in shapes) for place in range(4))
        return Shape(empty, first, last, double, max(shape.longest for shape in shapes))

    @property
    def alphabets(self) -> Alphabets:
        """See ``Node``."""
        return _bounded(chars for option in self.options for chars in option.alphabets)

    def draw(self, dice: Dice) -> str:
        """See ``Node``."""
        return dice.choose(self.options).draw(dice)
