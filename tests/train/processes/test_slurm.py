"""Tasks of Slurm find each other by PyTorch's variables."""

import os

import pytest

from receiptgen.train.processes.slurm import join_step, step_variables

STEP = {
    "SLURM_JOB_ID": "123456", "SLURM_STEP_ID": "1", "SLURM_STEP_NUM_TASKS": "8", "SLURM_STEP_NUM_NODES": "2",
    "SLURM_PROCID": "5", "SLURM_LOCALID": "1", "SLURM_STEP_NODELIST": "gpu[03-04]",
}  # fmt: skip


@pytest.mark.smoke
def test_tasks_that_share_a_host_are_processes() -> None:
    found = step_variables(STEP)
    assert {name: found[name] for name in ("WORLD_SIZE", "RANK", "LOCAL_RANK", "MASTER_ADDR")} == {
        "WORLD_SIZE": "8", "RANK": "5", "LOCAL_RANK": "1", "MASTER_ADDR": "gpu03",
    }  # fmt: skip


def test_tasks_with_a_host_each_are_hosts() -> None:
    found = step_variables({**STEP, "SLURM_STEP_NUM_TASKS": "2", "SLURM_PROCID": "1", "SLURM_LOCALID": "0"})
    assert (found["WORLD_SIZE"], found["RANK"]) == ("2", "1")
    assert "LOCAL_RANK" not in found


def test_all_tasks_of_a_step_have_one_port_and_others_another() -> None:
    ports = [step_variables({**STEP, "SLURM_PROCID": str(task)})["MASTER_PORT"] for task in range(8)]
    assert len(set(ports)) == 1
    assert 20_000 <= int(ports[0]) < 30_000
    for other in ({"SLURM_STEP_ID": "2"}, {"SLURM_JOB_ID": "123457"}):
        assert step_variables({**STEP, **other})["MASTER_PORT"] != ports[0]


def test_what_is_set_stays() -> None:
    assert step_variables({**STEP, "MASTER_PORT": "7000"})["MASTER_PORT"] == "7000"


@pytest.mark.parametrize(
    ("hosts", "first"),
    [
        ("node", "node"), ("node1,node2", "node1"), ("gpu[003-004,7],x1", "gpu003"),
        ("rack[1-2]n[07,9]-ib", "rack1n07-ib"), ("a.b.example", "a.b.example"),
    ],
)  # fmt: skip
def test_the_first_host_of_a_list_is_where_they_meet(hosts: str, first: str) -> None:
    assert step_variables({**STEP, "SLURM_STEP_NODELIST": hosts})["MASTER_ADDR"] == first


@pytest.mark.parametrize(
    "tasks", [{}, {"SLURM_PROCID": "0", "SLURM_NTASKS": "4"}, {**STEP, "SLURM_STEP_NUM_TASKS": "1"}]
)
def test_a_batch_script_and_a_task_alone_train_alone(tasks: dict[str, str]) -> None:
    assert step_variables(tasks) == {}


def test_a_launcher_within_a_task_is_obeyed(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in STEP.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("WORLD_SIZE", "1")
    monkeypatch.delenv("MASTER_ADDR", raising=False)
    join_step()
    assert "MASTER_ADDR" not in os.environ
