"""Files of networks that read lines, words or characters, tried on labelled images of them."""

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property, partial

import numpy as np
from numpy.typing import NDArray

from receiptgen.core.errors import WeightsError
from receiptgen.recognition.metrics import Reading, summarise, with_text
from receiptgen.recognition.model_file import Model
from receiptgen.recognition.opened_model import open_model
from receiptgen.recognition.padding import pad

from ..data.sources import DataSource, Example
from ..data.tables import fold_of
from ..evaluation.held_out import hold_out, read_examples
from .trial import Score, Trial, on_disk

# Images at most, and at least.
_MOST, _LEAST = 600, 3


class LineTrial(Trial):
    """Labelled images; see ``Trial``.

    Args:
        model: The model that reads them.
        data: Where they come from.
    """

    measure, noun = "CER", "images"

    def __init__(self, model: Model, data: DataSource) -> None:
        self._model, self._data = model, data

    @cached_property
    def samples(self) -> list[Example]:
        """Images that the model can spell.

        Raises:
            WeightsError: There are too few.
        """
        held = hold_out("export", self._data, _MOST, 0, fold_of(self._model.record))
        lacking = self._model.charset.lacking
        examples = [example for example in held.examples if example.text and not lacking(example.text)]
        if len(examples) < _LEAST:
            raise WeightsError(
                f"the weights can spell {len(examples)} of {len(held.examples)} images, by which the loss of a lower "
                "precision is told; --data names others"
            )
        return examples

    def inputs(self, sample: Example) -> Mapping[str, NDArray[np.generic]]:
        """Return the inputs for an image."""
        prepared = self._model.preprocess.prepare(sample.image)
        images = pad([prepared], 0, self._model.network.multiple)
        return {"images": images, "extents": np.array([images.shape[2]])}

    def reader(self, content: bytes) -> Callable[[Sequence[Example]], list[Reading]]:
        """Return what reads images with an ONNX file."""
        with on_disk(content) as path:
            return partial(read_examples, open_model(path).recognizer)

    def score(self, results: Sequence[Reading]) -> Score:
        """Return the character error rate."""
        cer = summarise(with_text(results)).cer
        return Score(cer, cer)
