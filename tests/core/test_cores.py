"""Cores are counted by affinity and by the quota of the control group, in both versions."""

import os
from pathlib import Path

import pytest

from receiptgen.core.cores import cores


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(os, "sched_getaffinity", lambda pid: set(range(16)), raising=False)
    monkeypatch.delenv("SLURM_CPUS_PER_TASK", raising=False)
    return tmp_path


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


@pytest.mark.smoke
def test_without_control_groups_the_affinity_counts(root: Path) -> None:
    assert cores(root) == 16


@pytest.mark.parametrize(
    ("quota", "count"),
    [("max 100000", 16), ("200000 100000", 2), ("150000 100000", 2), ("10000 100000", 1), ("9900000 100000", 16)],
)
def test_the_quota_of_version_2_is_rounded_up(root: Path, quota: str, count: int) -> None:
    write(root / "proc/self/cgroup", "0::/user/shell\n")
    write(root / "sys/fs/cgroup/user/shell/cpu.max", f"{quota}\n")
    assert cores(root) == count


def test_the_groups_around_count_too_and_a_container_sees_only_the_outermost(root: Path) -> None:
    write(root / "proc/self/cgroup", "0::/docker/0123\n")
    write(root / "sys/fs/cgroup/cpu.max", "300000 100000\n")
    assert cores(root) == 3
    write(root / "sys/fs/cgroup/docker/0123/cpu.max", "max 100000\n")
    assert cores(root) == 3


@pytest.mark.parametrize("folder", ["cpu", "cpu,cpuacct"])
@pytest.mark.parametrize(("quota", "count"), [("-1", 16), ("400000", 4)])
def test_the_quota_of_version_1(root: Path, folder: str, quota: str, count: int) -> None:
    write(root / "proc/self/cgroup", "3:memory:/a\n2:cpu,cpuacct:/a\n")
    write(root / "sys/fs/cgroup" / folder / "a/cpu.cfs_quota_us", f"{quota}\n")
    write(root / "sys/fs/cgroup" / folder / "a/cpu.cfs_period_us", "100000\n")
    assert cores(root) == count


@pytest.mark.parametrize(("given", "count"), [("6", 6), ("64", 16), ("", 16)])
def test_a_task_of_slurm_has_what_it_was_given(
    given: str, count: int, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SLURM_CPUS_PER_TASK", given)
    assert cores(root) == count


def test_a_group_beyond_what_a_namespace_shows_is_no_fault(root: Path) -> None:
    write(root / "proc/self/cgroup", "0::/../../pod/container\n")
    write(root / "sys/fs/cgroup/cpu.max", "500000 100000\n")
    assert cores(root) == 5
