"""Recognition of images of lines, words or characters by a network, in batches."""

from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from receiptgen.imaging.geometry import Pixels
from receiptgen.recognition.charset import BLANK, Charset
from receiptgen.recognition.ctc import Decoded, align, best_path
from receiptgen.recognition.padding import pad, padded_width
from receiptgen.recognition.preprocess import Preprocess

# From log-probabilities (steps, labels) of one line to its labels, or to None where the best path is to be taken.
Search = Callable[[NDArray[np.float32]], tuple[int, ...] | None]
# From images uint8 (N, height, width) and the width of each that is read, int64 (N,), to log-probabilities float32
# (N, steps, labels).
Infer = Callable[[Pixels, NDArray[np.int64]], NDArray[np.float32]]
# Columns of a batch where each call costs time, as on GPUs.
COLUMNS = 16384


class Located(NamedTuple):
    """The labels of an image, or of a group of images, and where they are.

    Attributes:
        labels: Labels without blanks.
        scores: Probability of each label, float32, as ``Decoded`` has it.
        positions: Position of each label as a share of the image's width; in a group, the image's index more.
    """

    labels: tuple[int, ...]
    scores: NDArray[np.float32]
    positions: NDArray[np.float64]


class LineRecognizer:
    """Reads lines in batches of similar width, each as if it were alone.

    Args:
        infer: Function that runs the network.
        charset: Characters of its labels.
        preprocess: Preprocessing of its images.
        multiple: Divisor of the widths that it takes.
        step: Pixels for each time step.
        columns: Largest sum of the widths of a batch, in pixels, unless one line alone is wider.
        mixes: Whether ``infer`` keeps the lines of a batch apart if they are of several widths.
    """

    def __init__(
        self, infer: Infer, charset: Charset, preprocess: Preprocess, multiple: int, step: int,
        columns: int = COLUMNS, mixes: bool = True,
    ) -> None:  # fmt: skip
        self._infer, self._charset, self._preprocess = infer, charset, preprocess
        self._multiple, self._step, self._columns, self._mixes = multiple, step, columns, mixes

    @property
    def reads_light(self) -> bool:
        """Whether it reads light text on dark as it reads dark text on light."""
        return self._preprocess.upright

    def columns(self, images: Sequence[Pixels]) -> int:
        """Return the sum of the widths of images once prepared, in pixels; reading them takes time in proportion."""
        return sum(map(self._preprocess.width_of, images))

    def read(self, images: Sequence[Pixels], search: Search | None = None) -> list[str]:
        """Return the text of each image; the arguments are those of ``locate``."""
        texts = {index: self._charset.decode(labels) for index, _, _, labels in self._labelled(images, search)}
        return [texts[index] for index in range(len(images))]

    def locate(self, images: Sequence[Pixels], search: Search | None = None) -> list[Located]:
        """Return the labels of each image and where they are.

        Args:
            images: Images of one line, word or character each, of any size, grey or colour.
            search: Search for the labels of each; the best path where None.
        """
        lines: dict[int, Located] = {}
        for index, log_probs, best, labels in self._labelled(images, search):
            # Labels that a search found have other steps than those of the best path.
            decoded = best if labels == best.labels else align(log_probs, labels)
            # An input of fixed width may have steps of a fraction of a pixel more.
            steps = min(self._preprocess.width_of(images[index]) / self._step, len(log_probs))
            positions = ((decoded.steps + 0.5) / steps).clip(0, 1)
            lines[index] = Located(decoded.labels, decoded.scores, positions)
        return [lines[index] for index in range(len(images))]

    def locate_in_groups(self, groups: Sequence[Sequence[Pixels]], search: Search | None = None) -> list[Located]:
        """Return the labels of groups of images, such as the characters of a word, each read as if it were one line.

        Args:
            groups: Groups of at least one image.
            search: Search for the labels of a group; the best path where None.
        """
        log_probs = iter(self.infer([image for group in groups for image in group]))
        return [self._locate_group(list(islice(log_probs, len(group))), search) for group in groups]

    def _locate_group(self, parts: Sequence[NDArray[np.float32]], search: Search | None) -> Located:
        blank = np.full((1, len(self._charset)), -np.inf, np.float32)
        blank[0, BLANK] = 0
        # A sure blank between the images: labels that are the same are two all the same.
        rows = np.concatenate([row for part in parts for row in (part, blank)][:-1])
        positions = np.concatenate(
            [index + (np.arange(len(part) + 1) + 0.5) / len(part) for index, part in enumerate(parts)]
        )
        decoded = best_path(rows[None], np.array([len(rows)]))[0]
        if search and (labels := search(rows)) not in {None, decoded.labels}:
            decoded = align(rows, labels)
        return Located(decoded.labels, decoded.scores, positions[decoded.steps])

    def _labelled(
        self, images: Sequence[Pixels], search: Search | None
    ) -> Iterator[tuple[int, NDArray[np.float32], Decoded, tuple[int, ...]]]:
        """Yield the index of each image, its log-probabilities, its best path and its labels."""
        for indices, log_probs, lengths in self._batches(images):
            for row, best in enumerate(best_path(log_probs, lengths)):
                valid = log_probs[row, : lengths[row]]
                labels = search(valid) if search else None
                yield indices[row], valid, best, best.labels if labels is None else labels

    def infer(self, images: Sequence[Pixels]) -> list[NDArray[np.float32]]:
        """Return the log-probabilities (steps, labels) of each image, for its own steps only."""
        results: dict[int, NDArray[np.float32]] = {}
        for indices, log_probs, lengths in self._batches(images):
            results |= {index: log_probs[row, : lengths[row]] for row, index in enumerate(indices)}
        return [results[index] for index in range(len(images))]

    def _batches(self, images: Sequence[Pixels]) -> Iterator[tuple[list[int], NDArray[np.float32], NDArray[np.int64]]]:
        """Yield indices of images of similar width, their log-probabilities and steps."""
        prepared = [self._preprocess.prepare(image) for image in images]
        widths = np.array([image.shape[1] for image in prepared], np.int64)
        extents = np.array([padded_width(width, self._multiple) for width in widths.tolist()], np.int64)
        order = np.argsort(widths, kind="stable")
        start = 0
        while start < len(order):
            # All are padded to the width of the last, the widest; none is narrower than the first.
            candidates = order[start : start + max(1, self._columns // int(widths[order[start]]))]
            columns = widths[candidates] * np.arange(1, len(candidates) + 1)
            stop = start + max(1, int(np.searchsorted(columns, self._columns, side="right")))
            if not self._mixes:
                stop = start + int(np.count_nonzero(extents[order[start:stop]] == extents[order[start]]))
            indices, start = order[start:stop], stop
            batch = pad([prepared[index] for index in indices], multiple=self._multiple)
            yield indices.tolist(), self._infer(batch, extents[indices]), -(-widths[indices] // self._step)
