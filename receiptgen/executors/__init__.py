"""Executors: where the parts of a long piece of work are done, in processes of this machine or on a cluster.

Whoever has work to do hands over a function and its tasks, and gets the results in the order of the tasks; what a
result is depends on the task alone, never on who computed it.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import ClassVar, Protocol, TypeVar, runtime_checkable

from receiptgen.core.registry import Registry

Task = TypeVar("Task")
Result = TypeVar("Result")


class Executor(Protocol):
    """Where work is done.

    Attributes:
        same_disk: Whether it sees the files of this machine by their paths.
    """

    same_disk: ClassVar[bool]

    def __init__(self, workers: int | None = None, address: str = "") -> None:
        """Take the settings; nothing is started yet.

        Args:
            workers: Most tasks at a time; None for as many as there are cores.
            address: Where the cluster is, in the executor's own form; empty for its default.

        Raises:
            ExecutorError: There can be no such address.
        """

    @property
    def nodes(self) -> int:
        """Number of machines that do the work at present; 0 as long as none is known."""

    @property
    def cores(self) -> int:
        """Number of tasks that are done at a time at present; 0 as long as none is known."""

    def map(self, work: Callable[[Task], Result], tasks: Iterable[Task]) -> Iterator[Result]:
        """Yield the result of each task, in order; closing the iterator ends what is still being done.

        Tasks are taken as they are needed, and at most a few results for each worker wait, so that memory stays flat
        however many there are, and however slow whoever takes the results is.

        Args:
            work: What is done with each task; picklable, and sent to each process once. What it loads on its first call
                stays loaded there. An executor that does not see this machine's files does what ``TravellingWork``
                asks for.
            tasks: Small picklable values.

        Raises:
            ExecutorError: Workers can't be started, or are lost and can't be replaced.
            ReceiptgenError: What ``work`` raised, as it raised it.
        """

    def close(self) -> None:
        """End what was started, and leave the cluster; it may be used again."""


@runtime_checkable
class TravellingWork(Protocol):
    """Work that says what it needs on a machine that does not see the files of this one.

    Attributes:
        files: Content of the files that it reads, by their paths relative to the current folder; they lie there,
            below the current folder of the process, when it is called.
    """

    @property
    def files(self) -> Mapping[str, bytes]:
        """Content of the files that it reads."""

    def check(self) -> None:
        """Find out, once in each process, whether its results would be those of the machine that it comes from.

        Raises:
            ReceiptgenError: They would not; the message says what differs and how to mend it, the executor where.
        """


EXECUTORS: Registry[Executor] = Registry(__name__, "receiptgen.executors", "executor")
