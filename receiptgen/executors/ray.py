"""``ray``: tasks on the nodes of a Ray cluster, or on the cores of this machine where no cluster is named."""

import os
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from itertools import islice
from math import inf
from typing import Any, ClassVar
from uuid import uuid4

from receiptgen.core.errors import ExecutorError, MissingExtraError
from receiptgen.executors import EXECUTORS, Result, Task
from receiptgen.executors._ray_connection import check_head, connect, place_of
from receiptgen.executors._ray_worker import Failure, Parcel, RemoteError, do_task

if find_spec("ray") is None:
    raise MissingExtraError("--executor ray needs the package ray; pip install 'receiptgen[ray]'")

# How often a task is done again whose worker or node is lost.
_RETRIES = 5
# Tasks under way for each core of the cluster, those that wait included: more than one, so that none waits for its
# next task, and so many that a cluster that grows by need sees the need.
_PER_CORE = 3
# Seconds between two looks at which nodes there are.
_PAUSE = 2.0
# Seconds without any core after which the work is given up: a cluster that grows by need takes some minutes for a node.
_LONGEST_WAIT = 300.0


@EXECUTORS.register
class Ray:
    """Tasks of a Ray cluster, each of which takes a core.

    Args:
        workers: Most tasks at a time; None for as many as the cluster has cores.
        address: ``HOST:PORT`` or ``ray://HOST:PORT`` of a cluster, ``auto`` for that which this machine is part of; if
            it is empty, the environment variable ``RAY_ADDRESS``, and without that this machine alone.

    Raises:
        ExecutorError: It is no such address.
    """

    same_disk: ClassVar[bool] = False

    def __init__(self, workers: int | None = None, address: str = "") -> None:
        self._workers = workers
        self._address = address or os.environ.get("RAY_ADDRESS", "")
        place_of(self._address)
        self._connected = False
        self._nodes, self._cores, self._looked = 0, 0, -_PAUSE
        self._idle_since = inf  # when the first look was that found no core

    @property
    def nodes(self) -> int:
        """Number of nodes that were there at the last look; see ``Executor``."""
        return self._nodes

    @property
    def cores(self) -> int:
        """Number of tasks that are done at a time; see ``Executor``."""
        return self._cores if self._workers is None else min(self._cores, self._workers)

    def map(self, work: Callable[[Task], Result], tasks: Iterable[Task]) -> Iterator[Result]:
        """Yield the result of each task, in order; see ``Executor``."""
        self._connected |= connect(self._address, self._workers)
        return self._results(Parcel.of(work), iter(tasks))

    def close(self) -> None:
        """Leave the cluster, or end that of this machine; one that others have joined for us is left alone."""
        if self._connected:
            import ray

            ray.shutdown()
            self._connected = False

    def _results(self, parcel: Parcel, left: Iterator[Any]) -> Iterator[Any]:
        import ray

        waiting: deque[Any] = deque()
        running: list[Any] = []
        self._idle_since = inf
        try:
            with _faults():
                run, sent = uuid4().hex, [ray.put(parcel)]
            remote = ray.remote(num_cpus=1, max_retries=_RETRIES)(do_task)
            while True:
                with _faults():
                    for task in islice(left, self._room(len(waiting), len(running))):
                        waiting.append(remote.remote(run, sent, task))
                        running.append(waiting[-1])
                    if not waiting:
                        return
                    running = _still_running(running, waiting[0])
                    if waiting[0] in running:
                        continue
                    result = ray.get(waiting.popleft())
                yield _opened(result)
                del result
        finally:
            for reference in waiting:
                with suppress(Exception):  # the cluster may be gone
                    ray.cancel(reference, force=True)

    def _room(self, waiting: int, running: int) -> int:
        """Return how many more tasks to send out, of which some wait to be fetched and some are not done.

        Raises:
            ExecutorError: No node has been there for minutes.
        """
        import ray

        if (now := time.monotonic()) - self._looked >= _PAUSE:
            check_head()
            self._looked = now
            nodes = ray.nodes()  # type: ignore[no-untyped-call]
            cores = [node["Resources"].get("CPU", 0) for node in nodes if node["Alive"]]
            self._nodes, self._cores = sum(count > 0 for count in cores), int(sum(cores))
            self._idle_since = inf if self._cores else min(self._idle_since, now)
            if now - self._idle_since >= _LONGEST_WAIT:
                raise ExecutorError(
                    f"no node of the cluster has had a core for {_LONGEST_WAIT / 60:.0f} minutes; start some, and the "
                    "same command resumes"
                )
        room = _PER_CORE * self._cores + 2 - waiting
        return max(0, room if self._workers is None else min(room, self._workers - running))


def _still_running(running: list[Any], first: Any) -> list[Any]:
    """Return which tasks are not done, after waiting a while for the first if it is one of them."""
    import ray

    if not running:
        return []
    waits = first in running
    count = 1 if waits else len(running)
    left: list[Any] = ray.wait(running, num_returns=count, timeout=_PAUSE if waits else 0, fetch_local=False)[1]
    return left


def _opened(result: Any) -> Any:
    """Return a result; raises what was raised in place of it, as if it had been here."""
    if isinstance(result, Failure):
        raise result.error from RemoteError(result.trace)
    return result


@contextmanager
def _faults() -> Iterator[None]:
    """Tell in one line what Ray says of tasks and nodes that are lost for good."""
    import ray

    try:
        yield
    except (ray.exceptions.RayError, ConnectionError, ImportError) as error:
        raise ExecutorError(_words(error)) from error


def _words(error: Exception) -> str:
    from ray.exceptions import NodeDiedError, ObjectLostError, OutOfMemoryError, RayTaskError, WorkerCrashedError

    line = next((line.strip() for line in reversed(str(error).splitlines()) if line.strip()), "")
    if isinstance(error, RayTaskError | ImportError):  # what tasks raise comes as a result: this one has not begun
        return f"a node of the cluster can't do a task: {line}; install on it what this machine has"
    if isinstance(error, OutOfMemoryError):
        cause = "a node has too little memory for a task, --workers takes fewer at a time"
    elif isinstance(error, WorkerCrashedError | NodeDiedError | ObjectLostError):
        cause = f"a task was lost with its worker or node, {_RETRIES + 1} times over ({type(error).__name__})"
    else:
        cause = f"Ray gave a task up: {type(error).__name__}: {line}"
    return f"{cause}; the same command resumes"
