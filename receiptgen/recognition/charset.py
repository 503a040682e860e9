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
# What the packaged countries print beyond ASCII, in either case.
_BEYOND_ASCII = "¡£°ºÀÁÂÄÇÈÉÊËÌÍÎÏÑÓÔÖÙÚÛÜßàáâäçèéêëìíîïñóôöùúûü€"
_CHARSETS = {"ascii": ASCII, "receipt": ASCII + _BEYOND_ASCII}


@dataclass(frozen=True)
class Charset:
    """The characters that a network can read.

    Attributes:
        chars: Characters, each once; label ``i + 1`` stands for ``chars[i]``.

    Raises:
        CharsetError: A character occurs twice, or there is none.
    """

    chars: str

    def __post_init__(self) -> None:
        if not self.chars:
            raise CharsetError("charset: has no characters")
        if len(set(self.chars)) != len(self.chars):
            duplicate = next(char for char in self.chars if self.chars.count(char) > 1)
            raise CharsetError(f"charset: {duplicate!r} occurs twice")

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
        """Return the text of labels, none of which is the blank."""
        return "".join([self.chars[label - 1] for label in labels])

    def lacking(self, text: str) -> str:
        """Return the characters of a text that the charset lacks, sorted."""
        return "".join(sorted({char for char in text if char not in self.labels}))


def charset(name: str) -> Charset:
    """Return a charset by its name or its characters.

    Args:
        name: ``ascii``; ``receipt``, which adds what the packaged countries print; or the characters themselves.

    Raises:
        CharsetError: It looks like a misspelt name.
    """
    if name not in _CHARSETS and (remedy := hint(name, _CHARSETS, 0)):
        raise CharsetError(f"charset {name!r}: is not the name of a charset, and few characters{remedy}")
    return Charset(_CHARSETS.get(name) or "".join(dict.fromkeys(name)))
