"""The words that are expected in a text."""

from bisect import bisect_left
from collections.abc import Iterable
from pathlib import Path
from typing import Self

from receiptgen.core.bidi import to_visual
from receiptgen.core.errors import LanguageError
from receiptgen.core.files import read_lines


class Lexicon:
    """The words that are expected in a text.

    A word is a run of letters; what has other characters, as ``COCA-COLA``, counts as several words. A single letter
    is always a word: receipts have codes of taxes and ``3 X 4.50``.

    Args:
        words: Words in any order; empty ones are left out.
        case_sensitive: Whether the case of letters matters.

    Raises:
        LanguageError: There is no word.
    """

    def __init__(self, words: Iterable[str], case_sensitive: bool = False) -> None:
        self.case_sensitive = case_sensitive
        runs = "".join(char if char.isalpha() else " " for char in self.folded(" ".join(words)))
        # Sorted, they are a trie without nodes: words with a common prefix are neighbours.
        self.words = tuple(sorted(set(runs.split())))
        if not self.words:
            raise LanguageError("lexicon: has no words")

    @classmethod
    def read(cls, path: Path, case_sensitive: bool = False) -> Self:
        """Read a UTF-8 file of one word or phrase per line; lines that begin with ``#`` are comments.

        Raises:
            FileError: There is no such file, or it is not text.
            LanguageError: It has no words.
        """
        words = [line for line in read_lines(path) if not line.startswith("#")]
        if not any(char.isalpha() for line in words for char in line):
            raise LanguageError(f"{path}: has no words; one a line")
        return cls(words, case_sensitive)

    def visual(self) -> Self:
        """Return the words as they stand from left to right, for weights that read in that order."""
        return type(self)(map(to_visual, self.words), self.case_sensitive)

    def __contains__(self, word: object) -> bool:
        """Tell whether a run of letters is a word."""
        if not isinstance(word, str):
            return False
        folded = self.folded(word)
        position = bisect_left(self.words, folded)
        return self.words[position : position + 1] == (folded,) or (len(word) == 1 and word.isalpha())

    def following(self, letters: str) -> str:
        """Return the characters that continue folded letters to words of the lexicon."""
        chars = []
        position = bisect_left(self.words, letters)
        while position < len(self.words) and self.words[position].startswith(letters):
            char = self.words[position][len(letters) : len(letters) + 1]
            chars.append(char)
            # To the first word that continues with another letter; no letter is the last code point.
            position = bisect_left(self.words, letters + chr(ord(char) + 1), position) if char else position + 1
        return "".join(chars)

    def folded(self, text: str) -> str:
        """Return a text in the case in which it is compared; the length stays the same."""
        if self.case_sensitive:
            return text
        return text.lower() if text.isascii() else "".join(map(_folded, text))


def _folded(char: str) -> str:
    # Each character by itself, and only to a single one: the beam search folds texts that are not yet complete.
    lowered = char.lower() if len(char.lower()) == 1 else char
    folded = lowered.casefold()
    return folded if len(folded) == 1 else lowered
