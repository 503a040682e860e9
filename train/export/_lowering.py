"""Files in lower precision, and what they lose."""

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import NamedTuple

from receiptgen.core.errors import WeightsError
from receiptgen.recognition.line_recognizer import LineRecognizer
from receiptgen.recognition.metrics import Reading, summarise, with_text
from receiptgen.recognition.model_file import Model
from receiptgen.recognition.opened_model import open_model
from receiptgen.recognition.padding import pad

from ..data.sources import Example
from ..data.tables import fold_of
from ..evaluation.held_out import hold_out, read_examples
from . import Lowering

# Images that are read: every third sets the ranges of integers, the others are measured.
_IMAGES, _EACH = 600, 3
# Images that one file reads before the other does.
_TURN = 50
# A file whose CER is larger by more than this factor and this share together is not written.
_FACTOR, _SHARE = 1.25, 0.005


class Lowered(NamedTuple):
    """A file in lower precision.

    Attributes:
        content: The file.
        loss: What it loses and gains, in words.
    """

    content: bytes
    loss: str


class _Measured(NamedTuple):
    """A file's error rate, 0 to 1, its time for an image in milliseconds, and its size in megabytes."""

    cer: float
    milliseconds: float
    megabytes: float


def lower(content: bytes, model: Model, lowering: Lowering) -> Lowered:
    """Return an ONNX file in lower precision.

    Args:
        content: The file in float32, with all metadata.
        model: The model that it holds.
        lowering: Precision, and images to set ranges with and to measure.

    Raises:
        WeightsError: It loses too much, or the model can't spell the images.
        MissingExtraError: onnxruntime is not installed.
    """
    from ..backends._pytorch.onnx_precision import in_half_precision, in_integers

    examples = _examples(model, lowering)
    if lowering.precision == "fp16":
        lowered = in_half_precision(content)
    else:
        prepared = [model.preprocess.prepare(example.image) for example in examples[::_EACH]]
        lowered = in_integers(content, [pad([image], 0, model.network.multiple)[0] for image in prepared])
    measured = [example for index, example in enumerate(examples) if index % _EACH]
    before, after = _measure([content, lowered], measured)
    rates = f"CER {100 * before.cer:.2f} -> {100 * after.cer:.2f} % of {len(measured)} images"
    if after.cer > _FACTOR * before.cer + _SHARE:
        raise WeightsError(f"precision {lowering.precision}: {rates}, which is too much; nothing is written")
    sizes = f"{before.megabytes:.1f} -> {after.megabytes:.1f} MB"
    times = f"{before.milliseconds:.2f} -> {after.milliseconds:.2f} ms an image"
    return Lowered(lowered, f"{lowering.precision}: {rates}, {sizes}, {times}")


def _examples(model: Model, lowering: Lowering) -> list[Example]:
    """Return images that the model can spell.

    Raises:
        WeightsError: There are too few.
    """
    held = hold_out("export", lowering.data, _IMAGES, 0, fold_of(model.record))
    examples = [example for example in held.examples if example.text and not model.charset.lacking(example.text)]
    if len(examples) < _EACH:
        raise WeightsError(
            f"precision {lowering.precision}: the weights can spell {len(examples)} of {len(held.examples)} images, by "
            "which its loss is told; --data names others"
        )
    return examples


def _measure(contents: Sequence[bytes], examples: Sequence[Example]) -> list[_Measured]:
    """Measure files on the same images in turn, so that other work of the machine slows all alike."""
    readings: list[list[Reading]] = [[] for _ in contents]
    seconds = [0.0 for _ in contents]
    recognizers = [_recognizer(content) for content in contents]
    for start in range(0, len(examples), _TURN):
        for index, recognizer in enumerate(recognizers):
            began = perf_counter()
            readings[index] += read_examples(recognizer, examples[start : start + _TURN])
            seconds[index] += perf_counter() - began
    return [
        _Measured(summarise(with_text(read)).cer, 1e3 * spent / len(examples), len(content) / 1e6)
        for read, spent, content in zip(readings, seconds, contents, strict=True)
    ]


def _recognizer(content: bytes) -> LineRecognizer:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "measured.onnx"
        path.write_bytes(content)
        return open_model(path).recognizer
