"""Whether the batch of a run is large enough for its GPUs."""

from ..data.batch_plan import BatchPlan

# Lines that a GPU needs at a time: with fewer, starting an operator takes longer than the operator.
ENOUGH = 32


def small_batch_notes(plan: BatchPlan, gpus: int, resumed: bool) -> tuple[str, ...]:
    """Return a note where several GPUs have too few lines each, or none.

    Args:
        plan: Batches of the run.
        gpus: Number of GPUs over all hosts.
        resumed: Whether the run has its batch already.
    """
    if gpus == 1 or plan.lines >= ENOUGH * gpus:
        return ()
    fewer = f"name at most {most} of the devices" if (most := plan.lines // ENOUGH) > 1 else "name one device"
    mend = fewer if resumed else f"--batch-per-device {ENOUGH * plan.parts} gives them enough, or {fewer}"
    each = f"{plan.lines / gpus:.3g} lines at a time for each of {gpus} devices"
    return (f"batch {plan.batch}: {each}, too few to keep a GPU busy; {mend}",)
