"""Held-out lines that several processes read together."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier

import numpy as np
import pytest
from numpy.typing import NDArray

from receiptgen.recognition.charset import charset
from receiptgen.recognition.line_recognizer import LineRecognizer
from receiptgen.recognition.metrics import Reading
from receiptgen.recognition.preprocess import Preprocess
from receiptgen.train.data.process_group import ProcessGroup
from receiptgen.train.data.sources import Example
from receiptgen.train.evaluation.shared_reader import SharedReader

CHARS = charset("0123456789€")
# Pixels for each label.
STEP = 8


class Sum:
    """Sums values over threads that stand for processes."""

    def __init__(self, size: int) -> None:
        self._values: list[Sequence[float]] = [()] * size
        self._barrier = Barrier(size)

    def total(self, rank: int, values: Sequence[float]) -> tuple[float, ...]:
        self._values[rank] = values
        self._barrier.wait(10)
        total = tuple(map(float, np.sum(self._values, 0)))
        self._barrier.wait(10)
        return total


class Shades:
    """Reads a line by the shade of each of its steps, and counts the columns that it was given."""

    columns = 0

    def infer(self, images: NDArray[np.uint8], extents: NDArray[np.int64]) -> NDArray[np.float32]:
        self.columns += int(extents.sum())
        labels = images[:, 0, ::STEP].astype(int)
        labels[labels >= len(CHARS)] = 0
        return np.where(np.arange(len(CHARS)) == labels[:, :, None], 0.0, -9.0).astype(np.float32)


def example(text: str) -> Example:
    labels = CHARS.encode(text) if text else np.zeros(2, np.int32)
    image = np.repeat(np.array(labels, np.uint8)[None], STEP, 1).repeat(32, 0)
    return Example(np.ascontiguousarray(image), text, "", text)


def lines(count: int) -> list[Example]:
    """Return lines of up to 30 characters, none twice in a row, some empty."""
    random = np.random.default_rng(count)
    return [example(("12€45678" * 4)[: random.integers(0, 30)]) for _ in range(count)]


def read(size: int, examples: Sequence[Example]) -> tuple[list[list[Reading]], list[int]]:
    """Return what each process says, and how many columns each has read."""
    networks, sums = [Shades() for _ in range(size)], Sum(size)
    recognizers = [
        LineRecognizer(network.infer, CHARS, Preprocess(upright=False, contrast=0), STEP, STEP) for network in networks
    ]
    readers = [
        SharedReader(recognizer, ProcessGroup(rank, size), partial(sums.total, rank))
        for rank, recognizer in enumerate(recognizers)
    ]
    with ThreadPoolExecutor(size) as threads:
        readings = list(threads.map(lambda reader: reader.read(examples), readers))
    return readings, [network.columns for network in networks]


@pytest.mark.parametrize("size", [1, 2, 3, 5])
def test_all_processes_have_all_readings_and_each_reads_its_part(size: int) -> None:
    examples = lines(60)
    readings, columns = read(size, examples)
    (alone,), (whole,) = read(1, examples)
    assert [reading.prediction for reading in alone] == [example.text for example in examples]
    assert all(found == alone for found in readings)
    assert sum(columns) == whole
    assert max(columns) < 1.2 * whole / size


@pytest.mark.parametrize("examples", [lines(2), [example(""), example("")], []])
def test_fewer_lines_than_processes_and_empty_ones_are_read(examples: list[Example]) -> None:
    readings, _ = read(4, examples)
    assert all([reading.prediction for reading in each] == [line.text for line in examples] for each in readings)
