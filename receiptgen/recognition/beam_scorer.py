"""What guides the beam search: a character model and a lexicon, fitted to the labels of a charset."""

import numpy as np
from numpy.typing import NDArray

from receiptgen.recognition.character_model import CharacterModel
from receiptgen.recognition.lexicon import Lexicon

# States that are kept between lines; of a hundred labels, so many take 26 MB.
_STATES = 1 << 15


class BeamScorer:
    """What makes some labellings of a line likelier than others, apart from its image.

    A character model adds ``weight * log p(character | those before it)``, its end of text included. A lexicon takes
    ``penalty`` from each word that it lacks, once a word, however long. Words are runs of letters. Blanks, digits and
    punctuation are free; so are single letters, and a run of letters and digits from its first digit on: ``500G``
    costs nothing, nor does ``TOT12`` if any word begins with ``TOT``. Receipts abound in names and abbreviations that
    no lexicon has, hence the penalty is no ban unless it is infinite; where a ban leaves nothing of a line but words
    that are not finished, they stand.

    Args:
        chars: Label ``i + 1`` is ``chars[i]``.
        model: Of characters.
        lexicon: Of words.
        weight: Of the model's log-probabilities.
        bonus: Added for each character, against the model's liking of short texts.
        penalty: Taken for a word that the lexicon lacks, in natural logarithms; infinite to forbid it.
    """

    def __init__(
        self,
        chars: str,
        model: CharacterModel | None = None,
        lexicon: Lexicon | None = None,
        weight: float = 0.3,
        bonus: float = 0.0,
        penalty: float = 5.0,
    ) -> None:
        self.chars = chars
        self.model, self.lexicon = model, lexicon
        self.weight, self.bonus, self.penalty = weight, bonus, penalty
        self._symbols = np.array([0, *(model.symbol(char) for char in chars)] if model else [0], np.int64)
        self._letters = np.array([False, *(char.isalpha() for char in chars)])
        self._breaks = np.array([True, *(not char.isalnum() for char in chars)])
        self._same: dict[str, list[int]] = {}
        for label, char in enumerate(chars, 1):
            self._same.setdefault(lexicon.folded(char) if lexicon else char, []).append(label)
        self._states: list[tuple[str, str | None]] = []  # of each number: the model's context, the letters of the word
        self._numbers: dict[tuple[str, str | None], int] = {}
        self._steps: dict[tuple[int, int], int] = {}
        # Factors by state: of the text's end, then of each label.
        self.rows = np.empty((256, len(chars) + 1))
        self.begin()

    def begin(self) -> None:
        """Begin a line: forget the states of those before if they are many."""
        if len(self._states) > _STATES:
            self._states, self._numbers, self._steps, self.rows = [], {}, {}, self.rows[:256].copy()
        self._number((self.model.after("") if self.model else "", ""))

    def step(self, state: int, label: int) -> int:
        """Return the state after a label; the first state is 0."""
        after = self._steps.get((state, label))
        if after is None:
            context, letters = self._states[state]
            char = self.chars[label - 1]
            if self.model:
                context = self.model.after(char, context)
            if self.lexicon:
                letters = self._word(self.lexicon, letters, char)
            after = self._steps[state, label] = self._number((context, letters))
        return after

    def _word(self, lexicon: Lexicon, letters: str | None, char: str) -> str | None:
        """Return the letters of the word so far; None within what is free, or paid for."""
        if not char.isalnum():
            return ""
        if letters is None or not char.isalpha():
            return None
        char = lexicon.folded(char)
        return letters + char if not letters or char in lexicon.following(letters) else None

    def _number(self, state: tuple[str, str | None]) -> int:
        number = self._numbers.get(state)
        if number is None:
            number = self._numbers[state] = len(self._states)
            self._states.append(state)
            if number == len(self.rows):
                self.rows = np.concatenate([self.rows, np.empty_like(self.rows)])
            np.exp(self._logs(*state), out=self.rows[number])
        return number

    def _logs(self, context: str, letters: str | None) -> NDArray[np.float64]:
        logs = np.zeros(len(self.chars) + 1)
        if self.model:
            logs = self.weight * self.model.log_probs(context)[self._symbols]
        logs[1:] += self.bonus
        if self.lexicon and letters:
            costs = np.where(self._letters, self.penalty, 0.0)
            for char in self.lexicon.following(letters):
                costs[self._same.get(char, [])] = 0
            if letters not in self.lexicon:
                costs[self._breaks] = self.penalty
            logs -= costs
        return logs
