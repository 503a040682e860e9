"""Work on a Ray cluster of two nodes, both on this machine."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from ray_cluster import STORE, Dying, Until, block, divide, idle, oddly, refuse, square, wait_until, where

from receiptgen.core.errors import ConfigError, ExecutorError

# One cluster for all of them, whatever other processes do tests meanwhile.
pytestmark = pytest.mark.xdist_group("ray")


def test_results_come_in_the_order_of_the_tasks_from_two_nodes(ray_executor: Any) -> None:
    assert list(ray_executor.map(square, range(50))) == [n * n for n in range(50)]
    assert ray_executor.nodes == 2


def test_a_process_of_the_cluster_has_one_thread_and_ignores_ctrl_c(ray_executor: Any) -> None:
    assert {told[1:] for told in ray_executor.map(where, range(10))} == {(1, "1", True)}


def test_tasks_are_taken_as_they_are_needed_and_closing_leaves_the_cluster_idle(
    ray_executor: Any, tmp_path: Path
) -> None:
    taken: list[int] = []
    results = ray_executor.map(Until(tmp_path), (taken.append(n) or n for n in range(1000)))  # type: ignore[func-returns-value]
    (tmp_path / "go").touch()
    assert next(results) == 0
    (tmp_path / "go").unlink()
    assert len(taken) < 20
    wait_until(lambda: len(list(tmp_path.glob("begun-*"))) > 2)
    results.close()
    wait_until(idle)


def test_no_more_tasks_are_under_way_than_workers(ray_executor: Any, tmp_path: Path) -> None:
    from receiptgen.executors.ray import Ray

    taken: list[int] = []
    one = Ray(1, ray_executor._address)
    list(ray_executor.map(square, [1]))  # joins
    results = one.map(Until(tmp_path), (taken.append(n) or n for n in range(10)))  # type: ignore[func-returns-value]
    (tmp_path / "go").touch()
    next(results)
    assert taken == [0]
    assert list(results) == list(range(1, 10))


def test_errors_come_as_they_were_raised(ray_executor: Any) -> None:
    results = ray_executor.map(refuse, range(9))
    assert [next(results) for _ in range(3)] == [0, 1, 2]
    with pytest.raises(ConfigError) as caught:
        next(results)
    assert caught.value.faults == ("own.yaml:3:1: profile: is not one",)
    with pytest.raises(ZeroDivisionError) as other:
        list(ray_executor.map(divide, range(9)))
    assert "in divide" in str(other.value.__cause__)
    with pytest.raises(RuntimeError, match=r"OddError: .*odd number 0"):
        list(ray_executor.map(oddly, range(2)))
    wait_until(idle)


def test_results_are_freed_once_they_are_taken(ray_executor: Any) -> None:
    import ray

    count, size = 0, 0
    for result in ray_executor.map(block, range(1000)):
        count, size = count + 1, size + len(result)
    assert (count, size) == (1000, 300_000_000)  # that is more than both stores hold
    assert size > 3 * STORE
    room = ray.cluster_resources()["object_store_memory"]
    wait_until(lambda: ray.available_resources()["object_store_memory"] > 0.95 * room)


def test_a_killed_process_is_replaced(ray_executor: Any, tmp_path: Path) -> None:
    assert list(ray_executor.map(Dying(tmp_path, 1), range(8))) == list(range(8))
    assert len(list(tmp_path.glob("died-*"))) == 2


def test_processes_that_are_killed_again_and_again_are_one_line(
    ray_executor: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("receiptgen.executors.ray._RETRIES", 1)
    with pytest.raises(ExecutorError, match="a task was lost with its worker or node, 2 times over") as caught:
        list(ray_executor.map(Dying(tmp_path, 9), range(8)))
    assert "\n" not in str(caught.value)
    wait_until(idle)


def test_a_cluster_whose_nodes_are_all_gone_is_given_up(
    ray_executor: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    list(ray_executor.map(square, [1]))  # joins
    monkeypatch.setattr("ray.nodes", list)
    monkeypatch.setattr("receiptgen.executors.ray._PAUSE", 0.0)
    monkeypatch.setattr("receiptgen.executors.ray._LONGEST_WAIT", 0.1)
    with pytest.raises(ExecutorError, match="no node of the cluster has had a core for") as caught:
        list(ray_executor.map(Until(tmp_path), range(8)))
    assert "\n" not in str(caught.value)
    monkeypatch.undo()
    wait_until(idle)


def test_a_head_node_that_stays_away_is_one_line(
    ray_executor: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse_all(*_: Any) -> None:
        raise ConnectionRefusedError(111, "Connection refused")

    list(ray_executor.map(square, [1]))  # joins
    monkeypatch.setattr("receiptgen.executors.ray._PAUSE", 0.0)
    monkeypatch.setattr("receiptgen.executors._ray_connection._AWAY", 0.0)
    monkeypatch.setattr("receiptgen.executors._ray_connection.socket", SimpleNamespace(create_connection=refuse_all))
    with pytest.raises(ExecutorError, match="the head node of the cluster is gone: connection refused") as caught:
        list(ray_executor.map(Until(tmp_path), range(8)))
    assert "\n" not in str(caught.value)
    monkeypatch.undo()
    wait_until(idle)
