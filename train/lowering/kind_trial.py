"""Files of networks that read no lines, tried on what the recipe of their kind holds out."""

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from receiptgen.recognition.model_kind import KindModel
from receiptgen.recognition.opened_kind import open_kind

from ..data.process_group import ProcessGroup
from ..evaluation.kind_reader import Counts
from ..runs.kind_task import KindTask
from .trial import Score, Trial, on_disk


class KindTrial(Trial):
    """Samples that a recipe holds out; see ``Trial``.

    Args:
        model: The model that reads them.
        task: The task of the recipe, whose data is not open yet.
    """

    noun = "samples"

    def __init__(self, model: KindModel, task: KindTask[Any, Any]) -> None:
        self._model, self._task = model, task
        self.measure = task.reads.measure

    @cached_property
    def samples(self) -> list[Any]:
        """All samples of the recipe's held-out sets."""
        self._task.open_data(self._model, begins=True)
        return [example for held in self._task.held_out for example in held.examples]

    def inputs(self, sample: Any) -> Mapping[str, NDArray[np.generic]]:
        """Return the inputs for a sample."""
        return dict(zip(self._model.kind.inputs, self._task.reads.inputs(sample), strict=True))

    def reader(self, content: bytes) -> Callable[[Sequence[Any]], list[Counts]]:
        """Return what reads samples with an ONNX file."""
        kind = self._model.kind
        with on_disk(content) as path:
            run = open_kind(kind, path).infer

        def infer(*inputs: NDArray[np.generic]) -> NDArray[np.float32]:
            return run(dict(zip(kind.inputs, inputs, strict=True)))

        return self._task.reads(infer, ProcessGroup(), tuple).read

    def score(self, results: Sequence[Counts]) -> Score:
        """Return the F1."""
        f1 = self._task.reads.figures(results).f1
        return Score(1 - f1, f1)
