"""Tasks of a Slurm job step train together: each is a process with a device, or a host with one for each device."""

import os
import re
from collections.abc import Mapping

# Below the ports that systems give to whoever asks for any, so that the port is free on most hosts.
_FIRST_PORT, _PORTS = 20_000, 10_000


def join_step() -> None:
    """Say in PyTorch's variables what Slurm says of this task, if it is one of several and nobody has said so yet.

    ``WORLD_SIZE=1`` makes tasks train apart.
    """
    if "WORLD_SIZE" not in os.environ:
        os.environ.update(step_variables(os.environ))


def step_variables(task: Mapping[str, str]) -> dict[str, str]:
    """Return PyTorch's variables of a task; none where it is alone.

    ``LOCAL_RANK`` is among them where tasks share a host. Without it, a task is a host.

    Args:
        task: Environment of the task, as srun(1) describes it.
    """
    tasks = int(task.get("SLURM_STEP_NUM_TASKS", "1"))
    if tasks == 1:
        return {}
    places = int(task["SLURM_JOB_ID"]) * 16 + int(task.get("SLURM_STEP_ID", "0"))
    variables = {
        "WORLD_SIZE": str(tasks),
        "RANK": task["SLURM_PROCID"],
        "MASTER_ADDR": _first_host(task["SLURM_STEP_NODELIST"]),
        "MASTER_PORT": str(_FIRST_PORT + places % _PORTS),
    }
    if int(task["SLURM_STEP_NUM_NODES"]) < tasks:
        variables["LOCAL_RANK"] = task["SLURM_LOCALID"]
    # Those that are set, as MASTER_PORT, are somebody's wish.
    return {name: task.get(name, value) for name, value in variables.items()}


def _first_host(hosts: str) -> str:
    """Return the first of a list of hosts such as ``gpu[03-04,7]-ib,login``."""
    return re.sub(r"\[(\w+)[^\]]*\]", r"\1", hosts).partition(",")[0]
