"""What all processes of a run must have alike before they train together, and agree on before each step."""

from collections.abc import Sequence
from pathlib import Path
from zlib import crc32

from receiptgen.core.errors import TrainingError

from ..backends import Backend
from ..data.batches import Batch
from ..evaluation.held_out import HeldOut


def check_same_step(backend: Backend, step: int, folder: Path) -> None:
    """Check that all processes resume from the same state.

    Args:
        backend: Backend, which has joined the processes.
        step: Step of the state that this process found; 0 for none.
        folder: Folder of the run.

    Raises:
        TrainingError: They don't.
    """
    if not _is_same(backend, step):
        raise TrainingError(f"{folder}: differs from host to host; training needs a folder that all share")


def check_same_lines(backend: Backend, held_out: Sequence[HeldOut]) -> None:
    """Check that all processes hold the same lines out, which they read together.

    Args:
        backend: Backend, which has joined the processes.
        held_out: Held-out sets of this process.

    Raises:
        TrainingError: They don't.
    """
    texts = [(held.name, [example.text for example in held.examples]) for held in held_out]
    if not _is_same(backend, crc32(repr(texts).encode(errors="surrogateescape"))):
        names = ", ".join(held.name for held in held_out)
        raise TrainingError(f"held-out data {names}: differs from host to host; all of them need the same files")


def agree(backend: Backend, batches: Sequence[Batch], values: Sequence[float]) -> tuple[tuple[float, ...], list[Batch]]:
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


def _is_same(backend: Backend, value: int) -> bool:
    """Tell whether all processes have the same whole number below 2 ** 53."""
    largest, smallest = backend.largest((value, -value))
    return largest == -smallest
