"""What all processes of a run must have alike before they train together, and agree on before each step."""

from collections.abc import Sequence
from pathlib import Path
from zlib import crc32

from receiptgen.core.errors import TrainingError

from ..backends import AnyBatch, Backend
from ..evaluation.held_out_set import HeldOutSet
from ..recipes.settings import RunSettings


def check_same_recipe(backend: Backend, recipe: RunSettings) -> None:
    """Check that all processes have the same settings, since each makes its own part of what these say.

    Args:
        backend: Backend, which has joined the processes.
        recipe: Settings of this process.

    Raises:
        TrainingError: They don't.
    """
    settings = recipe.model_dump(mode="json")
    if differing := _differing(backend, [_checksum(value) for value in settings.values()]):
        keys = ", ".join(list(settings)[index] for index in differing)
        raise TrainingError(f"settings differ from process to process ({keys}); start all with the same command")


def check_same_step(backend: Backend, step: int, folder: Path) -> None:
    """Check that all processes resume from the same state.

    Args:
        backend: Backend, which has joined the processes.
        step: Step of the state that this process found; 0 for none.
        folder: Folder of the run.

    Raises:
        TrainingError: They don't.
    """
    if _differing(backend, [step]):
        raise TrainingError(f"{folder}: differs from host to host; training needs a folder that all share")


def check_same_lines(backend: Backend, held_out: Sequence[HeldOutSet]) -> None:
    """Check that all processes hold the same samples out, which they read together.

    Args:
        backend: Backend, which has joined the processes.
        held_out: Held-out sets of this process.

    Raises:
        TrainingError: They don't.
    """
    texts = [(held.name, held.content) for held in held_out]
    if _differing(backend, [_checksum(texts)]):
        names = ", ".join(held.name for held in held_out)
        raise TrainingError(f"held-out data {names}: differs from host to host; all of them need the same files")


def agree(
    backend: Backend, batches: Sequence[AnyBatch], values: Sequence[float]
) -> tuple[tuple[float, ...], list[AnyBatch]]:
    """Agree with the other processes, each of which must call this, in one exchange.

    Args:
        backend: Backend that joins the processes.
        batches: This process's parts of the step.
        values: Values of this process.

    Returns:
        The largest of each value, and the batches, each as wide as the widest part of all processes.
    """
    largest = backend.largest((*values, *(batch.width for batch in batches)))
    widths = largest[len(values) :]
    return largest[: len(values)], [batch.widened(int(width)) for batch, width in zip(batches, widths, strict=True)]


def _checksum(value: object) -> int:
    return crc32(repr(value).encode(errors="surrogateescape"))


def _differing(backend: Backend, values: Sequence[int]) -> list[int]:
    """Return the indices of the whole numbers, all below 2 ** 53, that are not the same in all processes."""
    extremes = backend.largest((*values, *(-value for value in values)))
    largest, smallest = extremes[: len(values)], extremes[len(values) :]
    return [index for index, both in enumerate(zip(largest, smallest, strict=True)) if sum(both)]
