"""What the processes that train together agree on before a step."""

from collections.abc import Sequence

from ..backends import Backend
from ..data.batches import Batch


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
