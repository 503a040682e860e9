"""Scores for the beam search: a character model and a lexicon, over the labels of a charset."""

import numpy as np
from numpy.typing import NDArray

from receiptgen.recognition.character_model import CharacterModel
from receiptgen.recognition.lexicon import Lexicon

# States kept between lines; with a hundred labels they take 26 MB.
_STATES = 1 << 15


class BeamScorer:
    """Scores labellings of a line by its language, apart from its image.

    A character model adds ``weight * log p(character | those before it)``, its end of text included. A lexicon takes
    ``penalty`` from each word that it lacks, once a word, however long. Words are runs of letters. Spaces, digits and
    punctuation are free; so are single letters, and a run of letters and digits from its first digit on: ``500G``
    costs nothing, nor does ``TOT12`` if any word begins with ``TOT``. Receipts abound in names and abbreviations that
    no lexicon has, hence the penalty does not forbid them unless it is infinite; where that leaves nothing but words
    that are not finished, they are kept.

    Args:
        chars: Characters of the charset; label ``i + 1`` is ``chars[i]``.
        model: Character model, or None.
        lexicon: Expected words, or None.
        weight: Weight of the model's log-probabilities.
        length_bonus: Score added for each character, a natural logarithm, since a character model favours short texts
            (Hannun et al. 2014, arXiv:1412.5567, equation 12, who count words).
        penalty: Score subtracted for a word that the lexicon lacks, in natural logarithms; infinite to forbid it.
        neutral: Characters of which the model says nothing. They score what is expected of a character after
            the same context, the negative entropy of the model, and are not forbidden.
    """

    def __init__(
        self,
        chars: str,
        model: CharacterModel | None = None,
        lexicon: Lexicon | None = None,
        weight: float = 0.3,
        length_bonus: float = 0.0,
        penalty: float = 5.0,
        neutral: str = "",
    ) -> None:
        self.chars = chars
        self.model, self.lexicon = model, lexicon
        self.weight, self.length_bonus, self.penalty = weight, length_bonus, penalty
        self._symbols = np.array([0, *(model.symbol(char) for char in chars)] if model else [0], np.int64)
        self._neutral = np.array([False, *(char in neutral for char in chars)])
        self._letters = np.array([False, *(char.isalpha() for char in chars)])
        self._breaks = np.array([True, *(not char.isalnum() for char in chars)])
        self._same: dict[str, list[int]] = {}
        for label, char in enumerate(chars, 1):
            self._same.setdefault(lexicon.folded(char) if lexicon else char, []).append(label)
        self._states: list[tuple[str, str | None]] = []  # the model's context and the letters of the word
        self._indices: dict[tuple[str, str | None], int] = {}
        self._steps: dict[tuple[int, int], int] = {}
        # Factors of each state, float64: for the end of the text, then for each label.
        self.rows: list[memoryview] = []
        self.begin()

    def begin(self) -> None:
        """Start a line; forget the states of earlier lines if they are many."""
        if len(self._states) > _STATES:
            self._states, self._indices, self._steps, self.rows = [], {}, {}, []
        self._index((self.model.after("") if self.model else "", ""))

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
            after = self._steps[state, label] = self._index((context, letters))
        return after

    def _word(self, lexicon: Lexicon, letters: str | None, char: str) -> str | None:
        """Return the letters of the word so far; None within what is free or already penalised."""
        if not char.isalnum():
            return ""
        if letters is None or not char.isalpha():
            return None
        char = lexicon.folded(char)
        return letters + char if not letters or char in lexicon.following(letters) else None

    def _index(self, state: tuple[str, str | None]) -> int:
        index = self._indices.get(state)
        if index is None:
            index = self._indices[state] = len(self._states)
            self._states.append(state)
            # As a view: one value of it is taken ten times as fast as from an array.
            self.rows.append(np.exp(self._log_factors(*state)).data)
        return index

    def _log_factors(self, context: str, letters: str | None) -> NDArray[np.float64]:
        log_factors = np.zeros(len(self.chars) + 1)
        if self.model:
            log_probs = self.model.log_probs(context)
            log_factors = self.weight * log_probs[self._symbols]
            if self._neutral.any():
                log_factors[self._neutral] = self.weight * (np.exp(log_probs) @ log_probs)
        log_factors[1:] += self.length_bonus
        if self.lexicon and letters:
            costs = np.where(self._letters, self.penalty, 0.0)
            for char in self.lexicon.following(letters):
                costs[self._same.get(char, [])] = 0
            if letters not in self.lexicon:
                costs[self._breaks] = self.penalty
            log_factors -= costs
        return log_factors
