"""Executors: where the parts of a long piece of work are done, in processes of this machine or on a cluster.

Whoever has work to do hands over a function and its tasks, and gets the results in the order of the tasks; what a
result is depends on the task alone, never on who computed it.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import ClassVar, Protocol, TypeVar

from receiptgen.core.registry import Registry

Task = TypeVar("Task")
Result = TypeVar("Result")


class Executor(Protocol):
    """Where work is done.

    Attributes:
        same_disk: Whether it sees the files of this machine by their paths.
    """

    same_disk: ClassVar[bool]

    def map(self, work: Callable[[Task], Result], tasks: Iterable[Task]) -> Iterator[Result]:
        """Yield the result of each task, in order; closing the iterator ends what is still being done.

        Tasks are taken as they are needed, and at most a few results for each worker wait, so that memory stays flat
        however many there are, and however slow whoever takes the results is.

        Args:
            work: What is done with each task; picklable, and sent to each process once. What it loads on its first call
                stays loaded there.
            tasks: Small picklable values.

        Raises:
            ExecutorError: Workers can't be started, or are lost and can't be replaced.
            ReceiptgenError: What ``work`` raised, as it raised it.
        """


EXECUTORS: Registry[Executor] = Registry(__name__, "receiptgen.executors", "executor")
