"""Characters and their labels; label 0 is the CTC blank."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from receiptgen.core.errors import CharsetError
from receiptgen.core.suggestions import hint

BLANK = 0
ASCII = "".join(map(chr, range(0x20, 0x7F)))
# What the packaged countries print beyond it, in either case.
_ABROAD = "¡£°ºÀÁÂÄÇÈÉÊËÌÍÎÏÑÓÔÖÙÚÛÜßàáâäçèéêëìíîïñóôöùúûü€"
_NAMED = {"ascii": ASCII, "receipt": ASCII + _ABROAD}


@dataclass(frozen=True)
class Charset:
    """The characters that a network tells apart.

    Attributes:
        chars: Each once; label ``i + 1`` stands for ``chars[i]``.

    Raises:
        CharsetError: A character is there twice, or none at all.
    """

    chars: str

    def __post_init__(self) -> None:
        if not self.chars:
            raise CharsetError("charset: has no characters")
        if len(set(self.chars)) != len(self.chars):
            twice = next(char for char in self.chars if self.chars.count(char) > 1)
            raise CharsetError(f"charset: {twice!r} is there twice")

    def __len__(self) -> int:
        """Return the number of labels, the blank included."""
        return len(self.chars) + 1

    @cached_property
    def labels(self) -> Mapping[str, int]:
        """Labels by character."""
        return {char: label for label, char in enumerate(self.chars, 1)}

    def encode(self, text: str) -> NDArray[np.int32]:
        """Return the labels of a text.

        Raises:
            KeyError: The text has a character that ``lacking`` names.
        """
        return np.array([self.labels[char] for char in text], np.int32)

    def decode(self, labels: Iterable[int]) -> str:
        """Return the text of some labels, none of which is the blank."""
        return "".join([self.chars[label - 1] for label in labels])

    def lacking(self, text: str) -> str:
        """Return the characters of a text that are not in the charset, sorted."""
        return "".join(sorted({char for char in text if char not in self.labels}))


def charset(name: str) -> Charset:
    """Return a charset by name, or one of the characters given.

    Args:
        name: ``ascii``; ``receipt``, which adds what the packaged countries print; or the characters themselves.

    Raises:
        CharsetError: It looks like a misspelt name.
    """
    if name not in _NAMED and (help_ := hint(name, _NAMED, 0)):
        raise CharsetError(f"charset {name!r}: is no name of one, and few characters{help_}")
    return Charset(_NAMED.get(name) or "".join(dict.fromkeys(name)))
