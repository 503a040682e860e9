"""Words with the probabilities of their roles, and the groups that they form."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from receiptgen.core.medians import median
from receiptgen.extraction.fields import Field
from receiptgen.extraction.labelling.company_forms import ends_with_form
from receiptgen.extraction.labelling.network import MONTH_FIRST, STARTS
from receiptgen.extraction.labelling.page_words import PageWord
from receiptgen.extraction.labelling.roles import LABEL, MONEY_ROLES, ROLE_NUMBERS, ROLES
from receiptgen.extraction.labelling.tip_rows import TipRow, tip_rows
from receiptgen.extraction.labelling.whole_numbers import SPACE
from receiptgen.extraction.values.amounts import Amount, has_cents, parse_amount

# What it costs that a word has another role than the one before it, as a logarithm of a probability: in a cell where
# both are words, in a cell where one has digits, and at a gap. Amounts cost nothing: they stand beside their labels.
_WORDS, _DIGITS, _GAP = 6.0, 2.0, 0.5
# What the form of a company at the end of a cell says for its name, in this share of the words from the top.
_FORM, _UPPER = 3.0, 0.4
_COMPANY = ROLE_NUMBERS["merchant.legal_name"]
# How much likelier the amount of a row that is named a tip is one than a network says, for which hands are rare.
_TIP, _NAMED_TIP = ROLE_NUMBERS["tip.amount"], 1e4
# Roles of numbers: words that say none can't have them.
_NUMERIC = np.array([role in MONEY_ROLES for role in ROLES])


@dataclass(frozen=True, eq=False)
class ScoredWords:
    """Words with what a network says of them.

    Attributes:
        words: The words of a page in reading order.
        shares: Probability of each role, float64 (words, roles).
        starts: Probability that each word is the first of an item, float64 (words,).
        month_first: Probability that a date has its month before its day, float64 (words,).
    """

    words: Sequence[PageWord]
    shares: NDArray[np.float64]
    starts: NDArray[np.float64]
    month_first: NDArray[np.float64]
    amounts: list[Amount | None] = field(init=False)

    @classmethod
    def of(cls, words: Sequence[PageWord], scores: NDArray[np.float32]) -> "ScoredWords":
        """Return words with the probabilities that a network's scores stand for.

        Args:
            words: The words, at least one.
            scores: Scores float32 (words, ``OUTPUTS``), as ``network`` orders them.
        """
        raw = scores.astype(np.float64)
        roles = np.exp(raw[:, : len(ROLES)] - raw[:, : len(ROLES)].max(1, keepdims=True))
        starts, month_first = (1 / (1 + np.exp(-raw[:, column])) for column in (STARTS, MONTH_FIRST))
        found = cls(words, roles, starts, month_first)
        found.shares[[row.amount for row in found.tip_rows if row.amount is not None], _TIP] *= _NAMED_TIP
        found._normalise()
        return found

    def __post_init__(self) -> None:
        amounts = [parse_amount(word.text) for word in self.words]
        object.__setattr__(self, "amounts", amounts)
        numberless = np.array([amount is None for amount in amounts])
        self.shares[numberless[:, None] & _NUMERIC] = 0
        self._normalise()

    def _normalise(self) -> None:
        self.shares[:] /= np.maximum(self.shares.sum(1, keepdims=True), 1e-9)

    @cached_property
    def tip_rows(self) -> list[TipRow]:
        """The rows that are named a tip."""
        return tip_rows(self.words, self.amounts)

    @cached_property
    def roles(self) -> list[str]:
        """The role of each word: of each row the likeliest sequence, in which neighbours rather have one role."""
        found: list[int] = []
        start = 0
        for _, row in groupby(self.words, key=lambda word: word.row):
            end = start + len(list(row))
            costs = [self._cost(index) for index in range(start + 1, end)]
            found += _likeliest(np.log(self.shares[start:end] + 1e-6) + self._hints(start, end), costs)
            start = end
        return [ROLES[number] for number in found]

    def _hints(self, start: int, end: int) -> NDArray[np.float64]:
        """Return what speaks for roles besides their probabilities, as logarithms (words, roles)."""
        hints = np.zeros((end - start, len(ROLES)))
        if start > len(self.words) * _UPPER:
            return hints
        for _, cell in groupby(range(start, end), key=lambda index: self.words[index].cell):
            indices = list(cell)
            if ends_with_form([self.words[index].text for index in indices]):
                hints[indices[0] - start : indices[-1] + 1 - start, _COMPANY] = _FORM
        return hints

    def _cost(self, index: int) -> float:
        """Return what it costs that a word has another role than the one before it."""
        pair = (index - 1, index)
        if any(amount and (amount.is_money or amount.percent) for amount in map(self.amounts.__getitem__, pair)):
            return 0.0
        if self.words[index].cell != self.words[index - 1].cell:
            return _GAP
        return _DIGITS if any(map(str.isdigit, "".join(self.words[place].text for place in pair))) else _WORDS

    def share(self, index: int, role: str) -> float:
        """Return the probability that a word has a role."""
        return float(self.shares[index, ROLE_NUMBERS[role]])

    def of_role(self, role: str) -> list[int]:
        """Return the words whose likeliest role it is."""
        return [index for index, name in enumerate(self.roles) if name == role]

    def row(self, number: int) -> list[int]:
        """Return the words of a row, none where there is no such row."""
        return [index for index, word in enumerate(self.words) if word.row == number]

    def rows_with(self, indices: Iterable[int]) -> list[list[int]]:
        """Return all words of each row that has one of some words, from the top."""
        rows = sorted({self.words[index].row for index in indices})
        return [self.row(number) for number in rows]

    def groups(self, role: str, rows: int = 1) -> list[list[int]]:
        """Return the words of a role in groups that stand together.

        Args:
            role: The role.
            rows: Number of rows from one word to the next within a group; 0 keeps each row by itself.
        """
        found: list[list[int]] = []
        for index in self.of_role(role):
            if found and self.words[index].row - self.words[found[-1][-1]].row <= rows:
                found[-1].append(index)
            else:
                found.append([index])
        return found

    def codes(self, indices: Iterable[int]) -> list[int]:
        """Return those of some words that may be the code of a tax: an amount with cents is none."""
        amounts = self.amounts
        return [index for index in indices if not ((amount := amounts[index]) and amount.is_money)]

    def sums(self, indices: Iterable[int]) -> list[int]:
        """Return those of some words that may be a sum: where amounts have cents, one without them is none."""
        if not has_cents(self.amounts):
            return list(indices)
        return [index for index in indices if (amount := self.amounts[index]) and amount.is_money]

    def names_rate(self, index: int) -> bool:
        """Tell whether a percentage stands in the row of a word: what it says may be of that rate alone."""
        amounts = (self.amounts[other] for other in self.row(self.words[index].row))
        return any(amount is not None and amount.percent for amount in amounts)

    def labels_before(self, index: int) -> list[int]:
        """Return the labels that stand before a word in its row, without others between."""
        found: list[int] = []
        for other in range(index - 1, -1, -1):
            if self.words[other].row != self.words[index].row:
                break
            if self.roles[other] == LABEL:
                found.insert(0, other)
            elif found:
                break
        return found

    def text(self, indices: Iterable[int]) -> str:
        """Return words with spaces between."""
        return " ".join(self.words[index].text for index in indices).replace(SPACE, " ")

    def field(self, indices: Sequence[int], role: str, value: str | None = None, certainty: float = 1.0) -> Field:
        """Return the field that some words say.

        Args:
            indices: The words, at least one.
            role: Their role.
            value: Its value; None for the words themselves.
            certainty: Probability that the value is what the words say.
        """
        text = self.text(indices)
        shares = [max(self.share(index, role), 0.01) for index in indices]
        read = [self.words[index].confidence for index in indices]
        # Words of a group are right or wrong together: its role is as sure as that of the middle one.
        confidence = float(median(shares) * np.prod(read) ** (1 / max(len(read), 1) ** 0.5) * certainty)
        return Field(text if value is None else value, text, min(confidence, 1.0), tuple(indices))


def _likeliest(scores: NDArray[np.float64], costs: Sequence[float]) -> list[int]:
    """Return the likeliest roles of a row's words (Viterbi 1967).

    Args:
        scores: Logarithm of the probability of each role, (words, roles).
        costs: What a change of the role costs between each word and the next.
    """
    best = scores[0]
    came_from = []
    for own, cost in zip(scores[1:], costs, strict=True):
        other = int(best.argmax())
        changed = best[other] - cost > best
        came_from.append(np.where(changed, other, np.arange(len(best))))
        best = np.where(changed, best[other] - cost, best) + own
    path = [int(best.argmax())]
    for back in reversed(came_from):
        path.append(int(back[path[-1]]))
    return path[::-1]
