"""A process of a group: takes its share of each batch, learns, and leaves its weights in FOLDER/RANK.npz."""

import os
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
from small_networks import GIVEN, PLAIN, SMOOTH, Weights, drawn, lines, rows_of

from receiptgen.train.backends import Backend, Ctc, Learner, OptimizerConfig, Teacher, backend
from receiptgen.train.data.process_group import ProcessGroup

UPDATES = 4
# A network of other layers with the same steps, which knows one label less.
TEACHER = Teacher(PLAIN, drawn(PLAIN, 8), np.array([0, 2, 1, -1, 3]), 0.7, 2.0)


def learnt(chosen: Backend, group: ProcessGroup, taught: bool = False) -> Learner:
    """Return a learner after some updates, whose batches are cut unevenly among the processes.

    Args:
        chosen: Backend.
        group: Its processes.
        taught: Whether there is a teacher.
    """
    rule = OptimizerConfig("sgd", ema=0.5, clip=1.0)
    learner = chosen.learner(
        SMOOTH, GIVEN, drawn(SMOOTH), rule, "float32", 1, objective=Ctc(TEACHER if taught else None)
    )
    for number in range(UPDATES):
        batch = lines(9, number)
        parts = np.split(np.arange(9), [9 // 3] if group.size == 2 else [])
        learner.update([rows_of(batch, list(parts[group.rank]))._replace(part=9)], 0.05)
    return learner


def both(learner: Learner) -> Weights:
    """Return the weights and their averages, by names that differ."""
    averages = {f"average/{name}": array for name, array in learner.weights().items()}
    return averages | learner.weights(averaged=False)


def take_part(chosen: Backend, devices: str, folder: Path, taught: bool = False) -> None:
    """Learn together with the other processes."""
    group = chosen.join(devices)
    total = chosen.total((0.0 if group.rank else 1_700_000_000.25, group.rank + 1.0))
    largest = chosen.largest((group.rank - 5.0, 1_700_000_000.25 - group.rank))
    many = chosen.total([float(number * group.rank) for number in range(300)])
    agreed = {"total": total, "largest": largest, "many": many}
    np.savez(folder / f"{group.rank}.npz", **both(learnt(chosen, group, taught)), **agreed)
    chosen.leave()


def fork(count: int, work: Callable[[], None]) -> bool:
    """Do some work in ``count`` processes of PyTorch together, and tell whether one failed."""
    # Forks share what takes most of the time: this, which the first optimiser imports, takes longer than torch itself.
    import torch._dynamo  # noqa: F401

    children = []
    for rank in range(count):
        child = os.fork()
        if not child:
            os.environ.update(RANK=str(rank), LOCAL_RANK=str(rank), WORLD_SIZE=str(count))
            try:
                work()
            finally:  # at once: threads of libraries that were there before the fork may hold locks that an end takes
                os._exit(sys.exc_info()[0] is not None and 1)
        children.append(child)
    return any([os.waitpid(child, 0)[1] for child in children])  # noqa: C419  # all are waited for


def main() -> None:
    """Learn as the arguments say: BACKEND DEVICES FOLDER [PROCESSES [taught]]."""
    chosen, devices, folder = backend(sys.argv[1]), sys.argv[2], Path(sys.argv[3])
    if len(sys.argv) > 4:
        sys.exit(fork(int(sys.argv[4]), partial(take_part, chosen, devices, folder, len(sys.argv) > 5)))
    take_part(chosen, devices, folder)


if __name__ == "__main__":
    main()
