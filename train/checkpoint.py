"""The state of a run on disk: whole at any time, and enough to go on bit by bit."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save

from receiptgen.errors import TrainingError

from .files import put

STATE = "state.safetensors"


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


def save_state(folder: Path, progress: Progress, arrays: Mapping[str, NDArray[Any]]) -> None:
    """Write the state of a run.

    Raises:
        TrainingError: The disk is full, or the folder can't be written to.
    """
    put(folder / STATE, save(dict(arrays), {"progress": json.dumps(asdict(progress))}))


def load_state(folder: Path) -> tuple[Progress, dict[str, NDArray[Any]]]:
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
            said = file.metadata()["progress"]
        return Progress(**json.loads(said)), arrays
    except (OSError, SafetensorError, KeyError, TypeError, ValueError) as error:
        raise TrainingError(f"{path}: can't be read: {str(error).lower()}; train anew, or restore the file") from None
