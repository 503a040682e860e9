"""ONNX files in lower precision."""

from collections.abc import Sequence
from time import perf_counter
from typing import Any, Literal, NamedTuple

from receiptgen.core.errors import WeightsError

from .trial import Score, Trial

# Every third sample sets the ranges of integers, the others are measured.
_EACH = 3
# Samples that one file reads before the other does.
_TURN = 50
# A file whose error is larger by more than this factor and this share together is not written.
_FACTOR, _SHARE = 1.25, 0.005


class Lowering(NamedTuple):
    """Precision below float32.

    Attributes:
        precision: ``fp16``, half precision; ``int8``, integers in convolutions and dense layers.
        trial: Samples that set the ranges of integers, and tell what is lost.
    """

    precision: Literal["fp16", "int8"]
    trial: Trial


class Lowered(NamedTuple):
    """A file in lower precision.

    Attributes:
        content: The file.
        loss: What it loses and gains, in words.
    """

    content: bytes
    loss: str


class _Measured(NamedTuple):
    """A file's score, its time for a sample in milliseconds, and its size in megabytes."""

    score: Score
    milliseconds: float
    megabytes: float


def lower(content: bytes, lowering: Lowering) -> Lowered:
    """Return an ONNX file in lower precision.

    Args:
        content: The file in float32, with all metadata.
        lowering: Precision, and samples to set ranges with and to measure.

    Raises:
        WeightsError: It loses too much, or there are too few samples.
        MissingExtraError: onnxruntime is not installed.
    """
    from ..backends._pytorch.onnx_precision import in_half_precision, in_integers

    trial, samples = lowering.trial, lowering.trial.samples
    if lowering.precision == "fp16":
        lowered = in_half_precision(content)
    else:
        lowered = in_integers(content, map(trial.inputs, samples[::_EACH]))
    measured = [sample for index, sample in enumerate(samples) if index % _EACH]
    before, after = _measure([content, lowered], trial, measured)
    told = f"{100 * before.score.told:.2f} -> {100 * after.score.told:.2f} % of {len(measured)} {trial.noun}"
    if after.score.error > _FACTOR * before.score.error + _SHARE:
        raise WeightsError(
            f"precision {lowering.precision}: {trial.measure} {told}, which is too much; nothing is written"
        )
    sizes = f"{before.megabytes:.1f} -> {after.megabytes:.1f} MB"
    times = f"{before.milliseconds:.2f} -> {after.milliseconds:.2f} ms each"
    return Lowered(lowered, f"{lowering.precision}: {trial.measure} {told}, {sizes}, {times}")


def _measure(contents: Sequence[bytes], trial: Trial, samples: Sequence[Any]) -> list[_Measured]:
    """Measure files on the same samples in turn, so that other work of the machine slows all alike."""
    results: list[list[Any]] = [[] for _ in contents]
    seconds = [0.0 for _ in contents]
    readers = [trial.reader(content) for content in contents]
    for start in range(0, len(samples), _TURN):
        for index, read in enumerate(readers):
            began = perf_counter()
            results[index] += read(samples[start : start + _TURN])
            seconds[index] += perf_counter() - began
    return [
        _Measured(trial.score(read), 1e3 * spent / len(samples), len(content) / 1e6)
        for read, spent, content in zip(results, seconds, contents, strict=True)
    ]
