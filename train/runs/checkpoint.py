"""The state of a run on disk: whole at any time, and enough to go on bit by bit."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, NamedTuple

from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save

from receiptgen.core.errors import TrainingError
from receiptgen.core.files import write_atomic
from receiptgen.recognition.metadata import Metadata
from receiptgen.recognition.model_file import Model

STATE = "state.safetensors"
# What a ``Learner`` calls the weights of now.
_WEIGHTS = "weights/"


@dataclass(frozen=True)
class Progress:
    """How far a run has come.

    Attributes:
        step: Updates made.
        seconds: Wall time taken, over all times that it was resumed.
        best: Lowest CER of the first held-out set so far, or None.
        best_step: Updates made when it was found.
        since: Evaluations since then.
        evaluations: Made so far.
    """

    step: int = 0
    seconds: float = 0.0
    best: float | None = None
    best_step: int = 0
    since: int = 0
    evaluations: int = 0


class State(NamedTuple):
    """What goes on.

    Attributes:
        progress: How far it has come.
        metadata: Of the network that learns.
        arrays: What its ``Learner`` returned.
    """

    progress: Progress
    metadata: Metadata
    arrays: Mapping[str, NDArray[Any]]

    @property
    def model(self) -> Model:
        """The network with the weights of now."""
        weights = {name.removeprefix(_WEIGHTS): a for name, a in self.arrays.items() if name.startswith(_WEIGHTS)}
        return Model.of(self.metadata, weights, Path(STATE))


def save_state(folder: Path, state: State) -> None:
    """Write the state of a run.

    Raises:
        FileError: The disk is full, or the folder can't be written to.
    """
    said = {"progress": json.dumps(asdict(state.progress)), **state.metadata.write()}
    write_atomic(folder / STATE, save(dict(state.arrays), said))


def load_state(folder: Path) -> State:
    """Read the state of a run.

    Raises:
        TrainingError: There is none, or it is damaged.
    """
    path = folder / STATE
    if not path.is_file():
        raise TrainingError(f"{folder}: holds no run to resume ({STATE} is missing); train without --resume")
    try:
        with safe_open(path, "np") as file:
            arrays = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118  # a handle, no mapping
            said = file.metadata() or {}
        return State(Progress(**json.loads(said["progress"])), Metadata.read(said, path), arrays)
    except (OSError, SafetensorError, KeyError, TypeError, ValueError) as error:
        raise TrainingError(f"{path}: can't be read: {str(error).lower()}; train anew, or restore the file") from None
