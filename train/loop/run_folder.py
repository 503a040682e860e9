"""The files that a run writes while it trains."""

from collections.abc import Sequence
from dataclasses import replace
from io import BytesIO
from math import nan
from pathlib import Path
from typing import Any

import numpy as np

from receiptgen.core.errors import FileError, TrainingError
from receiptgen.core.files import write_atomic
from receiptgen.recognition.model_file import save_model

from ..backends import AnyBatch, Learner, Update
from .checkpoint import Progress, State, save_state
from .evaluations import AnyEvaluated
from .journal import Ended, Journal, Progressed
from .models import AnyModel

BEST, LAST, FAILED = "best.safetensors", "last.safetensors", "failed.npz"


class RunFolder:
    """The folder of a run, to which only the first process writes.

    Args:
        path: Folder of the run.
        model: Model as it was before training.
        learner: Network in training.
    """

    def __init__(self, path: Path, model: AnyModel, learner: Learner) -> None:
        self._path, self._model, self._learner = path, model, learner
        self._journal = Journal(path)

    def write(self, record: Progressed) -> None:
        """Append a record to the journal."""
        self._journal.write(record)

    def save_evaluated(self, progress: Progress, seen: int, evaluated: Sequence[AnyEvaluated], best: bool) -> None:
        """Append evaluations to the journal, and write the averaged weights with a record of how they were trained.

        Args:
            progress: Progress so far.
            seen: Number of lines or crops trained on so far.
            evaluated: Evaluations of the weights.
            best: Whether these are the best weights so far.
        """
        for entry in evaluated:
            self._journal.write(entry)
        figures = {entry.data: entry.recorded for entry in evaluated}
        record: dict[str, Any] = {
            **self._model.record,
            "step": progress.step,
            evaluated[0].samples: seen,
            "seconds": round(progress.seconds, 1),
            "held_out": figures,
        }
        model: AnyModel = replace(self._model, weights=self._learner.weights(), record=record)
        for name in (LAST, BEST) if best else (LAST,):
            save_model(model, self._path / name)

    def save_state(self, progress: Progress) -> None:
        """Write what the run resumes from."""
        save_state(self._path, State(progress, self._model.metadata, self._learner.state()))

    def end(self, progress: Progress, seen: int, reason: str) -> None:
        """Append the record of the end to the journal, unless it is there already."""
        if isinstance(self._journal.last, Ended):
            return
        self._journal.write(
            Ended(
                step=progress.step, seen=seen, seconds=progress.seconds, reason=reason,
                best_step=progress.best_step, best=nan if progress.best is None else progress.best,
            )
        )  # fmt: skip

    def save_failed(self, batches: Sequence[AnyBatch]) -> str:
        """Write the batches of a failed step, and return where they are, in words."""
        path = self._path / FAILED
        arrays = {
            f"{field}_{index}": value for index, batch in enumerate(batches) for field, value in batch.arrays().items()
        }
        file = BytesIO()
        np.savez_compressed(file, **arrays)  # type: ignore[arg-type]  # NumPy's stubs take the arrays for options
        try:
            write_atomic(path, file.getvalue())
        except FileError as error:
            return f"its batch is lost: {error}"
        return f"its batch is in {path}"


def failed_step(step: int, figures: Update, folder: RunFolder | None, batches: Sequence[AnyBatch]) -> TrainingError:
    """Return the error of a step whose loss or gradient is not finite; its batches are saved."""
    where = f"; {folder.save_failed(batches)}" if folder else ""
    return TrainingError(
        f"step {step}: the loss is {figures.loss:g}, the norm of the gradients {figures.norm:g}{where}; "
        "try a lower --learning-rate, or --precision float32"
    )
