"""Lines read by a network: what evaluation and training share."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from receiptgen.core.dice import key_of
from receiptgen.core.errors import TrainingError
from receiptgen.recognition.beam_search import Decoded, best_path
from receiptgen.recognition.charset import Charset
from receiptgen.recognition.ctc import aligned
from receiptgen.recognition.metrics import Reading
from receiptgen.recognition.preprocess import Pixels, Preprocess
from receiptgen.train.data.batches import pad
from receiptgen.train.data.sources import DataSource, Example, Flaw

# Log-probabilities (steps, labels) of one line to its labels, or to None where those of the best path stand.
Search = Callable[[NDArray[np.float32]], tuple[int, ...] | None]
# Images uint8 (N, height, width) to log-probabilities float32 (N, steps, labels).
Infer = Callable[[Pixels], NDArray[np.float32]]
# Columns of a batch where calls cost time, as on GPUs.
COLUMNS = 16384


@dataclass(frozen=True)
class HeldOut:
    """Lines that are read and never learnt from.

    Attributes:
        name: How reports call them.
        examples: The lines.
        flaws: Rows that gave none.
    """

    name: str
    examples: tuple[Example, ...]
    flaws: tuple[Flaw, ...]


def hold_out(name: str, data: DataSource, lines: int, seed: int) -> HeldOut:
    """Read the lines of a held-out set: a random choice of a finite one, or else those drawn by a seed of their own.

    Args:
        name: How reports call it.
        data: Where they come from.
        lines: At most so many; 0 for all.
        seed: Of the choice or the drawing; training draws by others.

    Raises:
        DatasetError: The data can't be opened.
        TrainingError: It has no line that can be read.
    """
    key = key_of(seed, "held out", name)
    table = data.open(key)
    if table.size is None:
        numbers: Sequence[int] = range(lines or 1000)
    else:
        order = np.random.default_rng(key).permutation(table.size)[: lines or None]
        numbers = np.sort(order).tolist()
    rows = [table.read(number) for number in numbers]
    examples = tuple(row for row in rows if isinstance(row, Example))
    flaws = tuple(row for row in rows if isinstance(row, Flaw))
    if not examples:
        because = f": {flaws[0].name}: {flaws[0].reason}" if flaws else ""
        raise TrainingError(f"{name}: has no line that can be read{because}")
    return HeldOut(name, examples, flaws)


class Reader:
    """Reads lines in batches of like width.

    Args:
        infer: The network.
        charset: Of its labels.
        preprocess: Of its images.
        multiple: Widths that it takes are multiples of this.
        step: Pixels for each time step.
        columns: Pixels of width of all lines of a batch together, unless one line alone is wider.
    """

    def __init__(
        self, infer: Infer, charset: Charset, preprocess: Preprocess, multiple: int, step: int, columns: int = COLUMNS
    ) -> None:
        self._infer, self._charset, self._preprocess = infer, charset, preprocess
        self._multiple, self._step, self._columns = multiple, step, columns

    def read(self, examples: Sequence[Example], search: Search | None = None) -> list[Reading]:
        """Return what the lines say, in their order.

        Args:
            examples: The lines.
            search: Of each line's labels; the best path without.
        """
        found = {
            number: self._charset.decode(labels)
            for number, _, _, labels in self._found([example.image for example in examples], search)
        }
        return [
            Reading(example.name, example.kind, example.text, found[number]) for number, example in enumerate(examples)
        ]

    def located(self, images: Sequence[Pixels], search: Search | None = None) -> list[tuple[Decoded, float]]:
        """Return what each image says, and where: labels with their steps, and how many steps the image is wide.

        Args:
            images: Of a line each, any size, gray or colour.
            search: Of each line's labels; the best path without.
        """
        found: dict[int, tuple[Decoded, float]] = {}
        for number, log_probs, best, labels in self._found(images, search):
            # What the search found stands elsewhere than the best path's labels.
            decoded = best if labels == best.labels else aligned(log_probs, labels)
            found[number] = decoded, self._preprocess.width(images[number]) / self._step
        return [found[number] for number in range(len(images))]

    def _found(
        self, images: Sequence[Pixels], search: Search | None
    ) -> Iterator[tuple[int, NDArray[np.float32], Decoded, tuple[int, ...]]]:
        """Yield the number of each image, its log-probabilities, its best path and its labels."""
        for chosen, log_probs, lengths in self._batches(images):
            for row, best in enumerate(best_path(log_probs, lengths)):
                own = log_probs[row, : lengths[row]]
                labels = search(own) if search else None
                yield chosen[row], own, best, best.labels if labels is None else labels

    def infer(self, images: Sequence[Pixels]) -> list[NDArray[np.float32]]:
        """Return the log-probabilities (steps, labels) of each image, for its own steps only."""
        found: dict[int, NDArray[np.float32]] = {}
        for chosen, log_probs, lengths in self._batches(images):
            found |= {number: log_probs[row, : lengths[row]] for row, number in enumerate(chosen)}
        return [found[number] for number in range(len(images))]

    def _batches(self, images: Sequence[Pixels]) -> Iterator[tuple[list[int], NDArray[np.float32], NDArray[np.int64]]]:
        """Yield numbers of images of like width, their log-probabilities and steps."""
        made = [self._preprocess.prepare(image) for image in images]
        widths = np.array([image.shape[1] for image in made], np.int64)
        order = np.argsort(widths, kind="stable")
        start = 0
        while start < len(order):
            # All are padded to the last, which is the widest; none is narrower than the first.
            most = order[start : start + max(1, self._columns // int(widths[order[start]]))]
            columns = widths[most] * np.arange(1, len(most) + 1)
            stop = start + max(1, int(np.searchsorted(columns, self._columns, side="right")))
            chosen, start = order[start:stop], stop
            batch = pad([made[number] for number in chosen], multiple=self._multiple)
            yield chosen.tolist(), self._infer(batch), -(-widths[chosen] // self._step)
