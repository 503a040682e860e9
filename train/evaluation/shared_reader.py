"""Held-out lines that several processes read together."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from receiptgen.recognition.line_recognizer import LineRecognizer
from receiptgen.recognition.metrics import Figures, Reading, normalised, summarise, with_text

from ..data.process_group import ProcessGroup
from ..data.sources import Example
from .held_out import readings_of

# Sums values over all processes, as ``Backend.total``.
Total = Callable[[Sequence[float]], tuple[float, ...]]


class SharedReader:
    """Reads lines with all processes of a group, each of which takes a part.

    Args:
        recognizer: Recogniser of this process; all have the same weights.
        group: The processes.
        total: Sums values over them.

    Attributes:
        processes: Number of processes.
        measure: What decides which weights are best, in words.
    """

    measure = "CER"

    def __init__(self, recognizer: LineRecognizer, group: ProcessGroup, total: Total) -> None:
        self._recognizer, self._group, self._total = recognizer, group, total
        self.processes = group.size

    def costs(self, examples: Sequence[Example]) -> list[int]:
        """Return the width of each line once prepared, in pixels; reading them takes time in proportion."""
        return [self._recognizer.columns([example.image]) for example in examples]

    def counted(self, examples: Sequence[Example]) -> list[Example]:
        """Return the lines that have a text; others have no error rate."""
        return [example for example in examples if normalised(example.text)]

    def figures(self, results: Sequence[Reading]) -> Figures:
        """Return the figures of a held-out set by what was read of it."""
        return summarise(with_text(results))

    def read(self, examples: Sequence[Example]) -> list[Reading]:
        """Return the predictions for labelled lines beside their ground truth, in their order.

        Args:
            examples: Labelled lines, the same in all processes, each of which must call this.
        """
        images = [example.image for example in examples]
        if self._group.size == 1:
            return readings_of(examples, self._recognizer.read(images))
        # Neighbours in width are dealt out one by one: all have as much to read.
        own = np.argsort(self.costs(examples), kind="stable")[self._group.rank :: self._group.size].tolist()
        texts = self._recognizer.read([images[index] for index in own])
        return readings_of(examples, self._gather(dict(zip(own, texts, strict=True)), len(examples)))

    def _gather(self, own: Mapping[int, str], count: int) -> list[str]:
        """Return all texts, of which each process has some by their indices."""
        lengths = np.zeros(count)
        lengths[list(own)] = [len(text) for text in own.values()]
        ends = np.cumsum(self._total(lengths.tolist())).astype(np.int64)
        codes = np.zeros(ends[-1] if count else 0)
        for index, text in own.items():
            codes[ends[index] - len(text) : ends[index]] = [ord(char) for char in text]
        chars = "".join(chr(int(code)) for code in self._total(codes.tolist()))
        return [chars[start:end] for start, end in zip([0, *ends.tolist()], ends.tolist(), strict=False)]
