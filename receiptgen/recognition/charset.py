"""Characters or words and their labels; label 0 is the CTC blank."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from receiptgen.core.bidi import direction_of, logical_order, to_logical, to_visual
from receiptgen.core.errors import CharsetError
from receiptgen.recognition.charset_spec import NAMED, CharsetSpec, CharsetTerm, parse_charset
from receiptgen.recognition.word_files import packaged_words, read_characters, read_words

BLANK = 0
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
        return self._between.join(sorted(self.lacking_units(text)))

    def lacking_units(self, text: str) -> set[str]:
        """Return the units of a text that have no label."""
        return set() if OUTSIDE in self.labels else set(self._split(text)) - self.labels.keys()

    @property
    def _between(self) -> str:
        return " " if self.kind == "words" else ""

    def _split(self, text: str) -> Sequence[str]:
        visual = to_visual(text) if self.order == "visual" else text
        if self.kind == "characters":
            return visual
        return [self.logical(word) for word in visual.split()]


def charset(name: str) -> Charset:
    """Return a charset by its name, its characters or its file, as ``charset_spec.parse_charset`` takes them.

    Raises:
        CharsetError: It is none of these, what a file has makes no charset, or it needs weights or data.
        FileError: The file can't be read.
    """
    spec = parse_charset(name)
    if spec.has_data or spec.base != "none":
        needed = "data to train on" if spec.has_data else "initial weights"
        raise CharsetError(f"charset {name!r}: is of {needed}, of which there are none here; name it as receipt+ř")
    return build_charset(spec, None, lambda kind: ())


def build_charset(spec: CharsetSpec, base: Charset | None, data_units: Callable[[UnitKind], Iterable[str]]) -> Charset:
    """Return the charset that is made of some terms.

    Args:
        spec: The terms.
        base: Charset to which they are added, whose units keep their order; None where they stand alone.
        data_units: Returns the units of the data, where a term names them.

    Raises:
        CharsetError: Characters and words are mixed, or a file has neither.
        FileError: A file can't be read.
    """
    parts = [None if term.kind == "data" else _term_charset(term) for term in spec.terms]
    kinds = {part.kind for part in (base, *parts) if part}
    if len(kinds) > 1:
        raise CharsetError(f"charset '{spec}': mixes characters and words, between which no text could be divided")
    kind: UnitKind = kinds.pop() if kinds else "characters"
    units = dict.fromkeys(base.units if base else ())
    for part in parts:
        units.update(dict.fromkeys(part.units if part else data_units(kind)))
    learnt = Charset.learnt(list(units), kind)
    # Weights that have learnt a script from right to left in reading order go on in it.
    keeps_order = base and any(direction_of(unit) == "rtl" for unit in base.units)
    return replace(learnt, order=base.order) if base and keeps_order else learnt


def _term_charset(term: CharsetTerm) -> Charset:
    """Return the charset that a term stands for."""
    if term.kind in {"name", "characters"}:
        return Charset(tuple(dict.fromkeys(NAMED.get(term.value, term.value))))
    file = term.path or packaged_words(term.value)
    if term.kind == "file" and (chars := read_characters(file)):
        return Charset(chars)
    return Charset(read_words(file), "words")
