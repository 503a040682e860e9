"""Lines read by a network."""

from collections.abc import Callable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from receiptgen.imaging.geometry import Pixels
from receiptgen.recognition.charset import Charset
from receiptgen.recognition.ctc import Decoded, align, best_path
from receiptgen.recognition.padding import pad
from receiptgen.recognition.preprocess import Preprocess

# Log-probabilities (steps, labels) of one line to its labels, or to None where those of the best path stand.
Search = Callable[[NDArray[np.float32]], tuple[int, ...] | None]
# Images uint8 (N, height, width) to log-probabilities float32 (N, steps, labels).
Infer = Callable[[Pixels], NDArray[np.float32]]
# Columns of a batch where calls cost time, as on GPUs.
COLUMNS = 16384


class LineRecognizer:
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

    def read(self, images: Sequence[Pixels], search: Search | None = None) -> list[str]:
        """Return the text of each image; the arguments are those of ``located``."""
        found = {index: self._charset.decode(labels) for index, _, _, labels in self._found(images, search)}
        return [found[index] for index in range(len(images))]

    def located(self, images: Sequence[Pixels], search: Search | None = None) -> list[tuple[Decoded, float]]:
        """Return what each image says, and where: labels with their steps, and how many steps the image is wide.

        Args:
            images: Of a line each, any size, gray or colour.
            search: Of each line's labels; the best path without.
        """
        found: dict[int, tuple[Decoded, float]] = {}
        for number, log_probs, best, labels in self._found(images, search):
            # What the search found stands elsewhere than the best path's labels.
            decoded = best if labels == best.labels else align(log_probs, labels)
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
