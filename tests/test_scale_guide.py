"""What the guide to many hosts shows can be run, submitted and applied."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import yaml
from command_line import PATIENCE, Run

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs/guides/scale_out.md").read_text(encoding="utf-8")
# The command as this interpreter has it, installed or not.
COMMAND = '#!/bin/sh\nexec "{}" -c "from receiptgen.cli import main; main()" "$@"\n'


def blocks(kind: str) -> list[str]:
    return re.findall(rf"```{kind}\n(.*?)```", PAGE, re.DOTALL)


def yaml_of(key: str) -> Any:
    (found,) = (each for each in map(yaml.safe_load, blocks("yaml")) if key in each)
    return found


def extras() -> set[str]:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    (section,) = re.findall(r"\[project.optional-dependencies\]\n(.*?)\n\[", text, re.DOTALL)
    return set(re.findall(r"^([a-z]+) = \[", section, re.MULTILINE))


def test_an_array_of_slurm_draws_parts_that_merge(tmp_path: Path, run: Run) -> None:
    (script,) = blocks("bash")
    (tmp_path / "receiptgen").write_text(COMMAND.format(sys.executable))
    (tmp_path / "receiptgen").chmod(0o755)
    for task in range(2):
        given = {"SIZE": "1", "SLURM_ARRAY_TASK_ID": str(task), "SLURM_CPUS_PER_TASK": "1"}
        given["PATH"] = f"{tmp_path}{os.pathsep}{os.environ['PATH']}"
        done = subprocess.run(
            ["bash"], input=script, text=True, env={**os.environ, **given}, cwd=tmp_path, capture_output=True,
            timeout=PATIENCE, check=False,
        )  # fmt: skip
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    (words,) = (shlex.split(line)[1:] for line in "".join(blocks("sh")).splitlines() if "merge" in line)
    assert words[:2] == ["merge", "parts/*"]
    words[1:2] = ["parts/0", "parts/1"]
    words[words.index("1000000")] = "2"
    assert run(*words).out == "receipts/results: 2 receipts of 2 parts\n"


def test_the_merge_asks_for_what_the_array_draws() -> None:
    (script,) = blocks("bash")
    (tasks,), (size,) = re.findall(r"--array=0-(\d+)", script), re.findall(r"SIZE:-(\d+)", script)
    assert f"--count {(int(tasks) + 1) * int(size)} " in "".join(blocks("sh"))


def test_the_file_of_rays_launcher_names_its_own_parts() -> None:
    cluster = yaml_of("cluster_name")
    types = cluster["available_node_types"]
    assert cluster["head_node_type"] in types
    assert types["worker"]["max_workers"] == cluster["max_workers"]
    (setup,) = cluster["setup_commands"]
    (named,) = re.findall(r"receiptgen\[(.*?)\]", setup)
    assert set(named.split(",")) <= extras()


def test_the_job_of_kuberay_runs_what_is_typed_elsewhere() -> None:
    spec = yaml_of("kind")["spec"]
    cluster = spec["rayClusterSpec"]
    typed = [" ".join(block.replace("\\\n", " ").split()) for block in blocks("sh") if "--executor ray" in block]
    assert len(typed) == 2
    assert all(spec["entrypoint"] in block for block in typed)
    groups = [cluster["headGroupSpec"], *cluster["workerGroupSpecs"]]
    containers = [container for group in groups for container in group["template"]["spec"]["containers"]]
    assert [container["name"] for container in containers] == ["ray-head", "ray-worker"]
    assert {container["image"].rpartition(":")[2] for container in containers} == {cluster["rayVersion"]}
    assert f"rayproject/ray:{cluster['rayVersion']}-" in PAGE
    assert f"ray[default]=={cluster['rayVersion']}" in PAGE
