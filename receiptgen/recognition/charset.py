"""Characters or words and their labels; label 0 is the CTC blank."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray

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


@dataclass(frozen=True)
class Charset:
    """The units that a network can read: characters, or whole words.

    Attributes:
        units: Units, each once; label ``i + 1`` stands for ``units[i]``. For characters, a string will do.
        kind: ``characters``, or ``words``, between which texts have spaces.

    Raises:
        CharsetError: A unit occurs twice, or there is none.
    """

    units: Sequence[str]
    kind: UnitKind = "characters"

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
        return self if OUTSIDE in self.labels else Charset((*self.units, OUTSIDE), self.kind)

    def encode(self, text: str) -> NDArray[np.int32]:
        """Return the labels of a text.

        Raises:
            KeyError: The text has a unit that ``lacking`` names.
        """
        labels = self.labels
        return np.array([labels[unit if unit in labels else OUTSIDE] for unit in self._split(text)], np.int32)

    def decode(self, labels: Iterable[int]) -> str:
        """Return the text of labels, none of which is the blank."""
        return self._between.join([self.units[label - 1] for label in labels])

    def lacking(self, text: str) -> str:
        """Return the units of a text that have no label, sorted, as one text."""
        if OUTSIDE in self.labels:
            return ""
        return self._between.join(sorted({unit for unit in self._split(text) if unit not in self.labels}))

    @property
    def _between(self) -> str:
        return " " if self.kind == "words" else ""

    def _split(self, text: str) -> Sequence[str]:
        return text.split() if self.kind == "words" else text


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
            return Charset(chars)
        return Charset(read_words(file), "words")
    if name not in _CHARSETS and (remedy := hint(name, _CHARSETS, 0)):
        raise CharsetError(f"charset {name!r}: is not the name of a charset, and few characters{remedy}")
    return Charset(_CHARSETS.get(name) or "".join(dict.fromkeys(name)))
