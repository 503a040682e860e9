"""How many cores this process may use, which may be fewer than the machine has."""

import math
import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

# Where control groups are.
_GROUPS = Path("sys/fs/cgroup")


def cores(root: Path = Path("/")) -> int:
    """Return the number of cores that this process may use: by its affinity, its control group's quota, and Slurm.

    Args:
        root: Folder in which ``proc`` and ``sys`` are.
    """
    count = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    # What a task was given (sbatch(1)), since not every cluster binds it to these cores.
    given = os.environ.get("SLURM_CPUS_PER_TASK", "")
    return max(1, min([count, *map(math.ceil, _quotas(root)), *([int(given)] if given.isdecimal() else [])]))


def _quotas(root: Path) -> Iterator[float]:
    """Yield the quotas, in cores, of this process's control group and those around it (cgroups(7), both versions)."""
    with suppress(OSError, UnicodeDecodeError):
        for line in (root / "proc/self/cgroup").read_text(encoding="utf-8").splitlines():
            number, controllers, path = line.split(":", 2)
            if number == "0" and not controllers:
                yield from _quotas_of(root / _GROUPS, path, ("cpu.max",))
            elif "cpu" in controllers.split(","):
                for folder in ("cpu", controllers):
                    yield from _quotas_of(root / _GROUPS / folder, path, ("cpu.cfs_quota_us", "cpu.cfs_period_us"))


def _quotas_of(folder: Path, path: str, files: tuple[str, ...]) -> Iterator[float]:
    """Yield the quota of a group, and of those above it; within a container, only the last may be visible."""
    inner = folder / path.strip("/")
    for group in (inner, *inner.parents):
        with suppress(OSError, ValueError):  # there is no such group, or it has no quota: max
            quota, period = map(int, " ".join((group / file).read_text(encoding="ascii") for file in files).split())
            if quota > 0 and period > 0:
                yield quota / period
        if group == folder:
            return
