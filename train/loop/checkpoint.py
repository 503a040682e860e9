"""The state of a run on disk: whole at any time, and enough to resume bit by bit."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated, Any, NamedTuple

from numpy.typing import NDArray
from pydantic import Field, NonNegativeFloat, NonNegativeInt, TypeAdapter, ValidationError

from receiptgen.core.errors import TrainingError, WeightsError
from receiptgen.core.files import write_atomic
from receiptgen.recognition.tensor_file import pack_tensors, read_tensors

from .models import AnyMetadata, AnyModel, model_of, read_metadata

STATE = "state.safetensors"
# Prefix of a ``Learner``'s current weights.
_WEIGHTS = "weights/"


@dataclass(frozen=True)
class Progress:
    """The progress of a run.

    Attributes:
        step: Number of steps so far.
        seconds: Wall time since the first batch, in seconds, summed over resumes.
        best: Lowest error of the first held-out set so far, as ``AnyEvaluated.score`` has it, or None.
        best_step: Step of the best weights.
        since: Number of evaluations since then.
        evaluations: Number of evaluations so far.
        evaluation_seconds: Time that they took, in seconds.
        held_out_share: Share of the lines or crops of each held-out set that they read, above 0 to 1.
        over: Whether all steps are done or the time is over, and the last evaluation is made.
    """

    step: NonNegativeInt = 0
    seconds: NonNegativeFloat = 0.0
    best: float | None = None
    best_step: NonNegativeInt = 0
    since: NonNegativeInt = 0
    evaluations: NonNegativeInt = 0
    evaluation_seconds: NonNegativeFloat = 0.0
    held_out_share: Annotated[float, Field(gt=0, le=1)] = 1.0
    over: bool = False


class State(NamedTuple):
    """The state that a run resumes from.

    Attributes:
        progress: Progress of the run.
        metadata: Metadata of the network.
        arrays: State of its ``Learner``.
    """

    progress: Progress
    metadata: AnyMetadata
    arrays: Mapping[str, NDArray[Any]]

    @property
    def model(self) -> AnyModel:
        """The network with the current weights."""
        weights = {name.removeprefix(_WEIGHTS): a for name, a in self.arrays.items() if name.startswith(_WEIGHTS)}
        return model_of(self.metadata, weights, Path(STATE))


def save_state(folder: Path, state: State) -> None:
    """Write the state of a run.

    Raises:
        FileError: The disk is full, or the folder can't be written to.
    """
    metadata = {"progress": json.dumps(asdict(state.progress)), **state.metadata.write()}
    write_atomic(folder / STATE, pack_tensors(state.arrays, metadata))


def load_state(folder: Path) -> State:
    """Read the state of a run.

    Raises:
        TrainingError: There is none, or it is damaged.
    """
    path = folder / STATE
    if not path.is_file():
        raise TrainingError(f"{folder}: holds no run to resume ({STATE} is missing); train without --resume")
    try:
        arrays, texts = read_tensors(path)
        if "progress" not in texts:
            raise TrainingError(f"{path}: is not the state of a run, but weights; train again, or restore the file")
        progress = TypeAdapter(Progress).validate_json(texts["progress"], strict=True)
        return State(progress, read_metadata(texts, path), arrays)
    except ValidationError as error:
        fault = error.errors()[0]
        where = ".".join(map(str, fault["loc"]))
        raise TrainingError(f"{path}: its progress is damaged, {where}: {fault['msg'].lower()}; train again") from None
    except WeightsError as error:
        reason = str(error).removeprefix(f"{path}: ").removeprefix("can't be read as a safetensors file: ")
        mend = "train again, or restore the file"
        raise TrainingError(f"{path}: can't be read: {reason.partition('; ')[0]}; {mend}") from None
