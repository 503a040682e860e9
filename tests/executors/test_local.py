import math

import pytest

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


def test_an_address_is_refused() -> None:
    with pytest.raises(ExecutorError, match=r"the address 'auto' is of no use"):
        Local(1, "auto")


def test_the_executors_are_known_by_name() -> None:
    assert EXECUTORS.names == ("local", "ray")
    assert EXECUTORS.get("local") is Local
    with pytest.raises(UnknownNameError, match="unknown executor 'rays'; did you mean 'ray'"):
        EXECUTORS.get("rays")
