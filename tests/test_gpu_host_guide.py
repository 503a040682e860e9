"""What the guide to GPU hosts shows can be typed, submitted and applied; its tables are those of code and PyTorch."""

import os
import re
import shlex
import subprocess
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import yaml

from receiptgen.train.backends._pytorch.nvidia import OLDEST_DRIVERS
from receiptgen.train.commands.train import command

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs/guides/gpu_host.md").read_text(encoding="utf-8")
# Slurm's commands, of which the first ends as it is told and both tell what they were given.
FAKE = '#!/bin/sh\necho "$(basename "$0") $*" >> "$LOG"\nexit "${CODE_OF_STEP:-0}"\n'
REQUEUES = 75


def blocks(kind: str) -> list[str]:
    return re.findall(rf"```{kind}\n(.*?)```", PAGE, re.DOTALL)


def job() -> dict[str, Any]:
    (text,) = blocks("yaml")
    found: dict[str, Any] = yaml.safe_load(text)
    return found


def shown_arguments() -> list[list[str]]:
    """Return the arguments of every ``train`` on the page."""
    lines = (
        "".join(block for kind in ("sh", "text", "bash") for block in blocks(kind)).replace("\\\n", " ").splitlines()
    )
    trains = [line.partition(" train ")[2] for line in lines if " train " in line]
    return [*(shlex.split(arguments, comments=True) for arguments in trains), _container()["args"][1:]]


def _container() -> dict[str, Any]:
    (container,) = job()["spec"]["template"]["spec"]["containers"]
    found: dict[str, Any] = container
    return found


def test_every_command_can_be_typed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    shown = shown_arguments()
    assert len(shown) >= 9
    for arguments in shown:
        assert command.make_context("train", list(arguments)).params["devices"] != "auto"


@pytest.mark.parametrize(("code", "again"), [(0, False), (1, False), (REQUEUES, True)])
def test_a_job_of_slurm_is_queued_again_where_it_was_stopped_and_saved(code: int, again: bool, tmp_path: Path) -> None:
    (script,) = blocks("bash")
    for name in ("srun", "scontrol"):
        (tmp_path / name).write_text(FAKE)
        (tmp_path / name).chmod(0o755)
    given = {
        "SLURM_CPUS_PER_TASK": "64", "SLURM_JOB_ID": "12", "LOG": str(tmp_path / "log"), "CODE_OF_STEP": str(code),
        "PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}", "HOME": "/home/me",
    }  # fmt: skip
    done = subprocess.run(["bash"], input=script, text=True, env=given, capture_output=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (code, "", "")
    step, *queued = (tmp_path / "log").read_text().splitlines()
    assert step.startswith("srun --cpus-per-task=64 --kill-on-bad-exit=0 receiptgen train --recipe receipt ")
    assert queued == (["scontrol requeue 12"] if again else [])


def test_a_job_of_kubernetes_fits_the_image_and_its_own_parts() -> None:
    spec = job()["spec"]
    pod, container = spec["template"]["spec"], _container()
    assert pod["restartPolicy"] == "Never", "podFailurePolicy asks for it"
    on_codes = [rule for rule in spec["podFailurePolicy"]["rules"] if "onExitCodes" in rule]
    assert {rule["onExitCodes"]["containerName"] for rule in on_codes} == {container["name"]}
    assert {rule["action"]: rule["onExitCodes"]["values"] for rule in on_codes} == {
        "Ignore": [REQUEUES],
        "FailJob": [2],
    }
    assert {mount["name"] for mount in container["volumeMounts"]} == {volume["name"] for volume in pod["volumes"]}
    (shared,) = (mount["name"] for mount in container["volumeMounts"] if mount["mountPath"] == "/dev/shm")
    (volume,) = (volume for volume in pod["volumes"] if volume["name"] == shared)
    assert volume["emptyDir"]["medium"] == "Memory"
    assert f"\nUSER {pod['securityContext']['runAsUser']}\n" in (ROOT / "Containerfile").read_text(encoding="utf-8")


def test_drivers_are_those_that_the_code_asks_for() -> None:
    rows = re.findall(r"^\| CUDA (\d+)\.\d .*?\| (\d+) or later", PAGE, re.MULTILINE)
    assert len(rows) == 3
    assert {int(cuda): int(driver) for cuda, driver in rows}.items() <= OLDEST_DRIVERS.items()


@pytest.mark.needs("torch")
def test_builds_and_gpus_are_those_that_pytorch_lists() -> None:
    cuda: Any = import_module("torch.cuda")
    listed = {build: sorted(by_host["x86_64"]) for build, by_host in cuda.PYTORCH_RELEASES_CODE_CC.items()}
    rows = dict(re.findall(r"^\| CUDA (\d+\.\d).*?\| .*? \| (.*?) \|$", PAGE, re.MULTILINE))
    assert listed.keys() == {*rows, "13.2"}
    assert listed["13.0"] == listed["13.2"] == listed["12.9"]
    for build, ends in {"13.0": (75, 120), "12.6": (50, 90)}.items():
        assert (listed[build][0], listed[build][-1]) == ends
    assert "7.5 to 12" in rows["13.0"]
    assert "5.0 to 9.0" in rows["12.6"]
