import math
import os
import signal
import struct
import sys
import time

import pytest
from served import ended

from receiptgen.core.errors import ExecutorError, UnknownNameError
from receiptgen.executors import EXECUTORS
from receiptgen.executors.local import Local


@pytest.mark.smoke
@pytest.mark.parametrize("workers", [1, 2])
def test_results_come_in_the_order_of_the_tasks(workers: int) -> None:
    assert list(Local(workers).map(math.sqrt, [n * n for n in range(20)])) == list(range(20))


def test_tasks_are_taken_as_they_are_needed() -> None:
    taken: list[int] = []
    results = Local(2).map(math.sqrt, (taken.append(n) or n for n in range(1000)))  # type: ignore[func-returns-value]
    next(results)
    assert len(taken) < 10
    results.close()  # type: ignore[attr-defined]


@pytest.mark.parametrize("workers", [1, 2])
def test_what_work_raises_is_raised(workers: int) -> None:
    with pytest.raises(ValueError, match="math domain error"):
        list(Local(workers).map(math.sqrt, [1, -1]))


def pid_of_worker(task: int) -> int:
    time.sleep(0.01)  # so that each has one
    return os.getpid()


@pytest.mark.needs("process tree")
def test_a_worker_that_no_longer_answers_at_the_end_keeps_nobody_waiting() -> None:
    workers = set()
    for taken, worker in enumerate(Local(2).map(pid_of_worker, range(30)), start=1):
        workers.add(worker)
        if taken == 30:
            # As one does that waits for a lock of another that was killed.
            for pid in workers:
                os.kill(pid, signal.SIGSTOP)
    assert len(workers) == 2
    assert ended(list(workers))


def test_an_address_is_refused() -> None:
    with pytest.raises(ExecutorError, match=r"the address 'auto' is of no use"):
        Local(1, "auto")


def test_the_executors_are_known_by_name() -> None:
    assert EXECUTORS.names == ("local", "ray")
    assert EXECUTORS.get("local") is Local
    with pytest.raises(UnknownNameError, match="unknown executor 'rays'; did you mean 'ray'"):
        EXECUTORS.get("rays")


def killed_while_it_sends(task: int) -> None:
    """Send the beginning of a result, as a worker does that is killed before it has sent the rest."""
    frame = sys._getframe()
    while "result_queue" not in frame.f_locals:
        assert frame.f_back
        frame = frame.f_back
    os.write(frame.f_locals["result_queue"]._writer.fileno(), struct.pack("!i", 1_000_000) + b"a part")
    os.kill(os.getpid(), signal.SIGKILL)


@pytest.mark.needs("process tree")
def test_a_worker_that_is_killed_while_it_sends_a_result_is_told() -> None:
    with pytest.raises(ExecutorError, match="a worker was killed"):
        list(Local(2).map(killed_while_it_sends, range(2)))
