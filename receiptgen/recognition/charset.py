"""Characters or words and their labels; label 0 is the CTC blank."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from receiptgen.core.bidi import direction_of, logical_order, to_logical, to_visual
from receiptgen.core.errors import CharsetError
from receiptgen.core.suggestions import hint
from receiptgen.recognition.word_files import PREFIX, read_characters, read_words, word_file

BLANK = 0
ASCII = "".join(map(chr, range(0x20, 0x7F)))
# What the packaged countries print beyond ASCII, in either case.
_BEYOND_ASCII = "¡£°ºÀÁÂÄÇÈÉÊËÌÍÎÏÑÓÔÖÙÚÛÜßàáâäçèéêëìíîïñóôöùúûü€"
_CHARSETS = {"ascii": ASCII, "receipt": ASCII + _BEYOND_ASCII}
# The word whose label stands for all words that a charset of words lacks, where it has it.
OUTSIDE = "(N/A)"
UnitKind = Literal["characters", "words"]
Order = Literal["logical", "visual"]


@dataclass(frozen=True)
class Charset:
    """The units that a network can read: characters, or whole words.

    Attributes:
        units: Units, each once; label ``i + 1`` stands for ``units[i]``. For characters, a string will do.
        kind: ``characters``, or ``words``, between which texts have spaces.
        order: Order in which labels stand for a text: that of reading, or ``visual``, from left to right, as a network
            meets them on an image; they differ for scripts from right to left.

    Raises:
        CharsetError: A unit occurs twice, or there is none.
    """

    units: Sequence[str]
    kind: UnitKind = "characters"
    order: Order = "logical"

    @classmethod
    def learnt(cls, units: Sequence[str], kind: UnitKind = "characters") -> "Charset":
        """Return a charset for a network that is to be trained: in visual order where a unit runs from right to left.

        Raises:
            CharsetError: As above.
        """
        return cls(units, kind, "visual" if any(direction_of(unit) == "rtl" for unit in units) else "logical")

    def __post_init__(self) -> None:
        object.__setattr__(self, "units", tuple(self.units))
        if not self.units:
            raise CharsetError(f"charset: has no {self.kind}")
        if len(self.labels) != len(self.units):
            duplicate = next(unit for label, unit in enumerate(self.units, 1) if self.labels[unit] != label)
            raise CharsetError(f"charset: {duplicate!r} occurs twice")

    def __len__(self) -> int:
        """Return the number of labels, the blank included."""
        return len(self.units) + 1

    @cached_property
    def labels(self) -> Mapping[str, int]:
        """Labels by unit."""
        return {unit: label for label, unit in enumerate(self.units, 1)}

    @cached_property
    def chars(self) -> str:
        """All units as one text: characters side by side, words with spaces between."""
        return self._between.join(self.units)

    @property
    def description(self) -> str:
        """How many units of which kind it has, in words."""
        return f"{len(self.units):,} {self.kind}"

    def with_outside(self) -> "Charset":
        """Return a charset of words with a label for all other words.

        Raises:
            CharsetError: It is one of characters, whose texts have no place for such a word.
        """
        if self.kind == "characters":
            raise CharsetError(f"charset: characters that it lacks can't be learnt as {OUTSIDE!r}, as words can")
        return self if OUTSIDE in self.labels else replace(self, units=(*self.units, OUTSIDE))

    def encode(self, text: str) -> NDArray[np.int32]:
        """Return the labels of a text.

        Raises:
            KeyError: The text has a unit that ``lacking`` names.
        """
        labels = self.labels
        return np.array([labels[unit if unit in labels else OUTSIDE] for unit in self._split(text)], np.int32)

    def decode(self, labels: Iterable[int]) -> str:
        """Return the text of labels, none of which is the blank."""
        return self.logical(self.spell(labels))

    def spell(self, labels: Iterable[int]) -> str:
        """Return the characters of labels as they stand from left to right; ``logical`` turns them into the text."""
        units = [self.units[label - 1] for label in labels]
        if self.order == "visual" and self.kind == "words":
            units = [to_visual(unit) for unit in units]
        return self._between.join(units)

    def logical(self, spelled: str) -> str:
        """Return the text whose characters stand so from left to right."""
        return to_logical(spelled) if self.order == "visual" else spelled

    def reading_order(self, spelled: str) -> list[int]:
        """Return the indices of characters from left to right in the order in which ``logical`` has them."""
        return logical_order(spelled) if self.order == "visual" else list(range(len(spelled)))

    def lacking(self, text: str) -> str:
        """Return the units of a text that have no label, sorted, as one text."""
        if OUTSIDE in self.labels:
            return ""
        return self._between.join(sorted({unit for unit in self._split(text) if unit not in self.labels}))

    @property
    def _between(self) -> str:
        return " " if self.kind == "words" else ""

    def _split(self, text: str) -> Sequence[str]:
        visual = to_visual(text) if self.order == "visual" else text
        if self.kind == "characters":
            return visual
        return [self.logical(word) for word in visual.split()]


def charset(name: str) -> Charset:
    """Return a charset by its name, its characters or the file of its words.

    Args:
        name: ``ascii``; ``receipt``, which adds what the packaged countries print; the characters themselves; a file
            of characters or words, one a line, whose name ends in ``.txt``; ``words:FILE`` for words in a file of any
            name, or ``words:NAME`` for a packaged list.

    Raises:
        CharsetError: It looks like a misspelt name, or what the file has makes no charset.
        FileError: The file can't be read.
    """
    if file := word_file(name):
        if not name.startswith(PREFIX) and (chars := read_characters(file)):
            return Charset.learnt(chars)
        return Charset.learnt(read_words(file), "words")
    if name not in _CHARSETS and (remedy := hint(name, _CHARSETS, 0)):
        raise CharsetError(f"charset {name!r}: is not the name of a charset, and few characters{remedy}")
    return Charset.learnt(_CHARSETS.get(name) or "".join(dict.fromkeys(name)))
