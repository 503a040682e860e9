"""Character model: which texts are likely."""

import sys
import zipfile
import zlib
from collections.abc import Callable, Iterable
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from receiptgen.core.errors import LanguageError, WeightsError
from receiptgen.core.files import read_regular, write_atomic
from receiptgen.recognition.file_kinds import HEAD, NUMPY, it_is, kind_of

START = "\0"  # the context at the start of a text
_VERSION = 1
_BITS = 63  # usable bits of an n-gram's key, which is an int64
# Rows in the cache, which is emptied when it is full; with a hundred characters they take 25 MB.
_CACHED_ROWS = 1 << 15


class _Grams(NamedTuple):
    """All n-grams of one length: keys int64 ascending, first symbol highest; how often each occurs, int64."""

    keys: NDArray[np.int64]
    counts: NDArray[np.int64]


class CharacterModel:
    """Probabilities of the next character, given those before it.

    Interpolated Witten-Bell smoothing: the model of Witten and Bell, "The zero-frequency problem" (IEEE Transactions
    on Information Theory 37(4), 1991), method C, in the recursive form that Chen and Goodman, "An empirical study of
    smoothing techniques for language modeling" (1998), give it::

        p(c | h) = (n(h c) + t(h) p(c | h')) / (n(h) + t(h))

    with ``n`` the count, ``t(h)`` how many different characters follow ``h``, ``h'`` the context without its first
    character, and the shortest context falling back to the same chance for every symbol. Kneser-Ney, better for words,
    takes its discounts from n-grams that occur once, of which short contexts of characters have next to none.

    Symbol 0 is the end of a text, and its start as context; symbol ``i + 1`` is ``chars[i]``; the last symbol is any
    other character.

    Attributes:
        chars: The characters of the texts it was trained on, sorted.
        order: Length of the longest n-gram; the context is one character shorter.
    """

    def __init__(self, chars: str, grams: Iterable[_Grams]) -> None:
        self.chars = chars
        self._grams = tuple(grams)
        self.order = len(self._grams)
        self._shift = (len(chars) + 1).bit_length()
        self._symbols = {char: symbol for symbol, char in enumerate(chars, 1)}
        self._rows: dict[str, NDArray[np.float64]] = {}

    @classmethod
    def train(cls, texts: Iterable[str], order: int = 6) -> Self:
        """Return a model trained on texts, by counting their n-grams.

        Args:
            texts: Texts of one line each.
            order: Length of the longest n-gram, 1 or more.

        Raises:
            LanguageError: No text has a character, or the order is too high for the number of characters.
        """
        texts = [text for text in texts if text]
        chars = "".join(sorted(set().union(*texts)))
        shift = (len(chars) + 1).bit_length()
        if not chars:
            raise LanguageError("character model: the texts are empty")
        if not 1 <= order <= (longest := cls.longest_order(len(chars))):
            raise LanguageError(f"character model: order {order}; with {len(chars)} characters 1 to {longest}")
        # A symbol 0 ends each text and begins the next. All code points are looked up in ``chars`` at once.
        points = np.frombuffer("".join(texts).encode("utf-32-le", "surrogatepass"), np.uint32)
        sorted_points = np.frombuffer(chars.encode("utf-32-le", "surrogatepass"), np.uint32)
        ends = np.cumsum([len(text) for text in texts])
        symbols = np.insert(np.searchsorted(sorted_points, points).astype(np.int64) + 1, [0, *ends.tolist()], 0)
        return cls(chars, _count_grams(symbols, order, shift))

    @staticmethod
    def longest_order(chars: int) -> int:
        """Return the highest order of a model of a number of characters."""
        return _BITS // (chars + 1).bit_length()

    def shortened(self, order: int) -> Self:
        """Return the model of the same texts with a lower order, or the same."""
        return type(self)(self.chars, self._grams[:order])

    def pack(self) -> bytes:
        """Return the content of a file of compressed NumPy arrays."""
        points = np.array([ord(char) for char in self.chars], np.uint32)
        arrays: dict[str, NDArray[Any]] = {"version": np.array(_VERSION), "chars": points}
        for length, grams in enumerate(self._grams, 1):
            # Ascending keys differ by little, which deflates well.
            arrays[f"steps{length}"] = np.diff(grams.keys, prepend=0)
            arrays[f"counts{length}"] = grams.counts.astype(np.uint32)
        content = BytesIO()
        np.savez_compressed(content, **arrays)  # type: ignore[arg-type]  # NumPy's stub takes names for options
        return content.getvalue()

    def save(self, path: Path) -> None:
        """Write the model to a file, atomically."""
        write_atomic(path, self.pack())

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read what ``save`` wrote.

        Raises:
            WeightsError: There is no such file, or it is of another format.
        """
        try:
            content = read_regular(path)
        except FileNotFoundError:
            raise WeightsError(f"{path}: no such file") from None
        except OSError:
            raise WeightsError(f"{path}: is not a character model") from None
        return cls.parse(content, str(path))

    @classmethod
    def parse(cls, content: bytes, where: str) -> Self:
        """Read what ``pack`` returned.

        Args:
            content: Content of a file.
            where: Its name, for messages.

        Raises:
            WeightsError: It is of another format.
        """
        try:
            with BytesIO(content) as file:
                arrays = np.load(file, allow_pickle=False)
                if not isinstance(arrays, np.lib.npyio.NpzFile):
                    raise ValueError(where)
                if int(arrays["version"]) != _VERSION:
                    raise WeightsError(f"{where}: is version {int(arrays['version'])}; this program reads {_VERSION}")
                order = sum(name.startswith("steps") for name in arrays.files)
                chars = "".join(map(chr, _integers(arrays["chars"], 0, sys.maxunicode).tolist()))
                grams = [
                    _checked_grams(arrays[f"steps{length}"], arrays[f"counts{length}"], len(chars), length)
                    for length in range(1, order + 1)
                ]
        except (OSError, ValueError, TypeError, KeyError, EOFError, MemoryError, zlib.error, zipfile.BadZipFile):
            kind = kind_of(content[:HEAD])
            known = f": {it_is(Path(where), kind)}" if kind and kind != NUMPY else ""
            raise WeightsError(f"{where}: is not a character model{known}") from None
        return cls(chars, grams)

    def mapped(self, change: Callable[[str], str]) -> Self:
        """Return the model of the same texts with other characters; those that become one are counted as one.

        Args:
            change: Returns the character for a character.
        """
        changed = [change(char) for char in self.chars]
        chars = "".join(sorted(set(changed)))
        symbols = np.array([0, *(chars.index(char) + 1 for char in changed)], np.int64)
        shift, mask = (len(chars) + 1).bit_length(), (1 << self._shift) - 1
        found = []
        for length, grams in enumerate(self._grams, 1):
            keys = np.zeros_like(grams.keys)
            for place in reversed(range(length)):
                keys = keys << shift | symbols[grams.keys >> place * self._shift & mask]
            merged, positions = np.unique(keys, return_inverse=True)
            counts = np.zeros(len(merged), np.int64)
            np.add.at(counts, positions, grams.counts)
            found.append(_Grams(merged, counts))
        return type(self)(chars, found)

    def after(self, text: str, context: str = START) -> str:
        """Return the context after a text that follows a context: the last ``order - 1`` characters of both."""
        return (context + text)[1 - self.order :] if self.order > 1 else ""

    def log_probs(self, context: str = START) -> NDArray[np.float64]:
        """Return the log-probability of each symbol after a context.

        Args:
            context: A context that ``after`` returned, or any text.

        Returns:
            float64 (len(chars) + 2,), natural logarithms: the end of the text, each of ``chars``, any other
            character.
        """
        return np.log(self._row(self.after("", context)))

    def log_prob(self, text: str) -> float:
        """Return the log-probability of a whole text, its end included; a natural logarithm."""
        total, context = 0.0, self.after("")
        for char in text:
            total += float(np.log(self._row(context)[self.symbol(char)]))
            context = self.after(char, context)
        return total + float(np.log(self._row(context)[0]))

    def symbol(self, char: str) -> int:
        """Return the symbol of a character; ``len(chars) + 1`` for one that no text had."""
        return self._symbols.get(char, len(self.chars) + 1)

    def _row(self, context: str) -> NDArray[np.float64]:
        """Return the probability of each symbol after at most ``order - 1`` characters; do not change the array."""
        row = self._rows.get(context)
        if row is None:
            if len(self._rows) >= _CACHED_ROWS:
                self._rows.clear()
            row = self._rows[context] = self._interpolated(context)
        return row

    def _interpolated(self, context: str) -> NDArray[np.float64]:
        size = len(self.chars) + 2
        shorter = self._row(context[1:]) if context else np.full(size, 1 / size)
        key = 0
        for char in context:
            key = key << self._shift | (0 if char == START else self.symbol(char))
        keys, counts = self._grams[len(context)]
        low, high = keys.searchsorted((key << self._shift, (key + 1) << self._shift)).tolist()
        if low == high:
            return shorter
        row: NDArray[np.float64] = shorter * (high - low)
        row[keys[low:high] & ((1 << self._shift) - 1)] += counts[low:high]
        row /= counts[low:high].sum() + (high - low)
        return row


def _integers(array: NDArray[Any], least: int, most: int) -> NDArray[np.int64]:
    """Return an array of a file if it is a row of integers from ``least`` to ``most``; raises ValueError."""
    if array.ndim != 1 or array.dtype.kind not in "iu" or not array.size or array.min() < least or array.max() > most:
        raise ValueError(f"{array.dtype} {array.shape}: expected integers from {least} to {most}")
    return array.astype(np.int64)


def _checked_grams(steps: NDArray[Any], counts: NDArray[Any], chars: int, length: int) -> _Grams:
    """Return the n-grams of a file, from the differences of their keys; raises ValueError where they can't be."""
    shift = (chars + 1).bit_length()
    if length * shift > _BITS:
        raise ValueError(f"n-grams of {length} of {chars} characters")
    largest = (1 << length * shift) - 1
    keys = _integers(np.cumsum(_integers(steps, 0, largest)), 0, largest)
    if (np.diff(keys) <= 0).any() or (keys & ((1 << shift) - 1)).max() > chars:
        raise ValueError("keys that are not those of n-grams")
    found = _integers(counts, 1, np.iinfo(np.int64).max)
    if found.shape != keys.shape:
        raise ValueError(f"{found.size} counts of {keys.size} n-grams")
    return _Grams(keys, found)


def _count_grams(symbols: NDArray[np.int64], order: int, shift: int) -> list[_Grams]:
    """Count the n-grams of all lengths up to ``order``; they may begin or end with a 0, but have none inside."""
    keys, whole = symbols, np.ones(len(symbols), np.bool_)
    # The 0 before the first text does not end one.
    grams = [_Grams(*np.unique(symbols[1:], return_counts=True))]
    for length in range(2, order + 1):
        keys = keys[:-1] << shift | symbols[length - 1 :]
        whole = whole[:-1] & ((symbols[length - 2 : -1] != 0) | (length == 2))
        grams.append(_Grams(*np.unique(keys[whole], return_counts=True)))
    return grams
