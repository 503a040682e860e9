"""Roles of the words of a receipt whose fields somebody has corrected.

What was read and left as it was is right. What was corrected is looked for among the other words; where it is not
found, it was misread at its place. What no field claims keeps the role that the packaged weights are sure of, if it is
no value: whether a second total is one too, nobody has said.
"""

import operator
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import Levenshtein

from receiptgen.extraction.labelling.features import WordFeatures, word_features
from receiptgen.extraction.labelling.page_words import PageWord
from receiptgen.extraction.labelling.roles import LABEL, OTHER, ROLE_NUMBERS
from receiptgen.extraction.labelling.scored_words import ScoredWords
from receiptgen.extraction.scoring.texts import comparison_of, folded
from receiptgen.extraction.values.dates import parse_date, parse_time

from .labelled_words import UNKNOWN, LabelledWords

# Most words of a value that stand on one row.
_LONGEST = 10
# Share of letters and digits in which a corrected value is like what stands at its place, if that was misread.
_MISREAD = 0.5
# Probability from which the packaged weights are sure of a word that no field claims.
_SURE = 0.8
# Values that name others.
_NAMES = ("label", "taxes.name")

Fields = Mapping[str, Mapping[str, Any]]
Score = Callable[[WordFeatures], NDArray[np.float32]]


def labelled(words: Sequence[PageWord], values: Mapping[str, Any], fields: Fields, score: Score) -> LabelledWords:
    """Return the words of a receipt with the roles that its fields give them.

    Args:
        words: Its words as they were read.
        values: Its values, in the structure of ``items.json``.
        fields: Each value by its path with its ``words``, which are indices, and whether it was ``corrected``; as
            ``ReceiptFields.to_dict`` has them.
        score: Scores of the packaged weights, by which words have their roles that no field claims.

    Raises:
        KeyError, TypeError, ValueError, IndexError: They are of another form, or of another page.
    """
    if not words:
        nothing = np.empty(0, np.int8)
        return LabelledWords((), nothing.astype(np.int16), nothing, nothing)
    claims = _Claims(words)
    kept = {path: field for path, field in fields.items() if not field.get("corrected")}
    for path, field in kept.items():
        claims.add(path, _role(path, values), _indices(field, len(words)))
    for path, field in fields.items():
        if path not in kept:
            claims.find(path, _role(path, values), str(field["value"]), _indices(field, len(words)))
    day = fields.get("date")
    return claims.labelled(_confident(words, score), str(day["value"]) if day else "")


def _indices(field: Mapping[str, Any], count: int) -> list[int]:
    """Return the words of a value; raises TypeError or IndexError where they are none of the ``count`` of the page."""
    indices = [operator.index(index) for index in field["words"]]
    if any(not 0 <= index < count for index in indices):
        raise IndexError(f"words {indices} of {count}")
    return indices


def _role(path: str, values: Mapping[str, Any]) -> str:
    """Return the role of the words of a value: that of its path without the numbers of entries."""
    steps = path.split(".")
    if steps[0] == "tenders" and steps[-1] == "amount":
        return f"tenders.{values['tenders'][int(steps[1])]['kind']}"
    role = ".".join(step for step in steps if not step.isdigit())
    return LABEL if role.endswith(_NAMES) else role


def _confident(words: Sequence[PageWord], score: Score) -> list[int]:
    """Return the role of each word that is surely no value, ``UNKNOWN`` for all others."""
    scored = ScoredWords.of(words, score(word_features(words)))
    return [
        ROLE_NUMBERS[role] if role in {OTHER, LABEL} and scored.share(index, role) >= _SURE else UNKNOWN
        for index, role in enumerate(scored.roles)
    ]


class _Claims:
    """Words of a page and the values that they were found to say.

    Args:
        words: The words.
    """

    def __init__(self, words: Sequence[PageWord]) -> None:
        self._words = tuple(words)
        self._roles: dict[int, str] = {}
        self._items: dict[int, str] = {}

    def add(self, path: str, role: str, indices: Sequence[int]) -> None:
        """Give words the role of a value, if it has one that is learned; the first value of a word counts."""
        for index in indices:
            if role in ROLE_NUMBERS and index not in self._roles:
                self._roles[index] = role
                if path.startswith("items."):
                    self._items[index] = path.split(".")[1]

    def find(self, path: str, role: str, value: str, before: Sequence[int]) -> None:
        """Give the words that say a corrected value its role: those nearest to where it was read, or those that were.

        Args:
            path: Path of the value.
            role: Its role.
            value: The value.
            before: Words of what was read in its place.
        """
        near = self._words[before[0]].row if before else self._row_of(path)
        says = _saying(role, value)
        found = [span for span in self._spans() if says(self._text(span)) and not set(span) & set(self._roles)]
        if found:
            # The shortest, since words around it that say nothing change nothing.
            self.add(path, role, min(found, key=lambda span: (abs(self._words[span[0]].row - near), len(span))))
        elif before and Levenshtein.normalized_similarity(folded(self._text(before)), folded(value)) >= _MISREAD:
            self.add(path, role, before)

    def labelled(self, others: Sequence[int], day: str) -> LabelledWords:
        """Return all words.

        Args:
            others: Roles of words that no value claims.
            day: The date, ISO 8601; empty for none.
        """
        count = len(self._words)
        starts, month_first = np.full(count, UNKNOWN, np.int8), np.full(count, UNKNOWN, np.int8)
        seen: set[str] = set()
        for index, item in sorted(self._items.items()):
            starts[index] = item not in seen
            seen.add(item)
        dates = [index for index, role in sorted(self._roles.items()) if role == "date"]
        month_first[dates] = _month_first(self._text(dates), day)
        roles = [ROLE_NUMBERS[self._roles[index]] if index in self._roles else others[index] for index in range(count)]
        return LabelledWords(self._words, np.array(roles, np.int16), starts, month_first)

    def _row_of(self, path: str) -> int:
        """Return the row where a value may stand that was not read: at its item, or anywhere."""
        item = path.split(".")[1] if path.startswith("items.") else None
        return next((self._words[index].row for index, other in self._items.items() if other == item), 0)

    def _text(self, indices: Sequence[int]) -> str:
        return " ".join(self._words[index].text for index in indices)

    def _spans(self) -> Iterator[list[int]]:
        """Yield all runs of words on one row."""
        for start, word in enumerate(self._words):
            for end in range(start, min(start + _LONGEST, len(self._words))):
                if self._words[end].row != word.row:
                    break
                yield list(range(start, end + 1))


def _saying(role: str, value: str) -> Callable[[str], bool]:
    """Return what tells whether a text says a value."""
    if role == "date":
        return lambda text: value in {day.isoformat() for day in _days(text)}
    if role == "time":
        return lambda text: bool((found := parse_time(text)) and found[0].isoformat()[:5] == value[:5])
    same = comparison_of("amount" if role.startswith("tenders.") else role)
    return lambda text: same(text, value)


def _days(text: str) -> list[Any]:
    """Return the dates that a text may say, with the day and with the month first."""
    return [found.day for month_first in (False, True) if (found := parse_date(text, month_first))]


def _month_first(text: str, day: str) -> int:
    """Tell whether a date has its month first: 0, 1, or ``UNKNOWN`` where both orders say it, or neither."""
    said = [found.isoformat() == day for found in _days(text)] if text else []
    return said.index(True) if len(said) == 2 and said.count(True) == 1 else UNKNOWN
