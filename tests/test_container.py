"""The image is built as the checkout says: its file is clean, and its steps are those that are tested without one."""

import re
import subprocess
import sys
from fnmatch import fnmatch
from pathlib import Path

import pytest
from components import hadolint_path
from requirements import requirements
from served import served

ROOT = Path(__file__).parents[1]
FILE = (ROOT / "Containerfile").read_text(encoding="utf-8")
HEALTH = [sys.executable, str(ROOT / "tools" / "container_health.py")]
IGNORED = (ROOT / ".containerignore").read_text(encoding="utf-8")
# What the image is built from: all that the list of ignored files lets through again.
SENT = {line.removeprefix("!") for line in IGNORED.splitlines() if line.startswith("!")}


@pytest.mark.needs("hadolint")
def test_the_linter_finds_nothing() -> None:
    found = subprocess.run(
        [str(hadolint_path()), "Containerfile"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (found.returncode, found.stdout) == (0, "")


def test_the_image_is_run_by_a_user_without_rights_and_tells_whether_it_is_well() -> None:
    final = FILE.rpartition("\nFROM ")[2]
    (user,) = re.findall(r"^USER (\d+)$", final, re.MULTILINE)
    assert int(user) > 0
    assert f"useradd --uid {user} " in final
    assert "HEALTHCHECK" in final
    assert "VOLUME /work" in final


def test_base_images_name_their_version() -> None:
    images = re.findall(r"^FROM (\S+)", FILE, re.MULTILINE)
    assert len(images) == 2
    assert set(images) == {"python:${PYTHON}-slim"}
    assert "ARG PYTHON=3.11\n" in FILE


def test_docker_leaves_out_what_podman_leaves_out() -> None:
    assert (ROOT / ".dockerignore").read_text(encoding="utf-8") == IGNORED


def test_all_that_is_copied_is_sent_to_the_builder() -> None:
    sources = [
        source
        for line in re.findall(r"^COPY (?!--from)(.+)$", FILE, re.MULTILINE)
        for source in line.split()[:-1]
        if source != "."
    ]
    assert sources
    assert set(sources) <= SENT
    assert [name for name in SENT if not (ROOT / name).exists()] == []


def test_all_that_the_package_is_made_of_is_sent_to_the_builder() -> None:
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    folders = {path.partition("/")[0] for path in tracked if fnmatch(path, "*/__init__.py")} - {"tests"}
    assert folders <= SENT
    assert not [name for name in ("tests", "docs", ".git", "results") if name in SENT]


def test_the_steps_without_an_image_are_those_of_the_image() -> None:
    steps = re.findall(r"^RUN tools/container.sh (\w+)", FILE, re.MULTILINE)
    check = (ROOT / "tools" / "container_check.sh").read_text(encoding="utf-8")
    assert (
        steps == re.findall(r"^ +tools/container.sh (\w+)", check, re.MULTILINE) == ["torch", "dependencies", "package"]
    )


def test_requirements_follow_the_extras_that_an_extra_names() -> None:
    found = [re.split(r"[<>=;]", one)[0] for one in requirements(["serve", "torch"])]
    assert len(found) == len(set(found))
    assert {"click", "flask", "onnxruntime", "torch", "safetensors"} <= set(found)
    assert "receiptgen[read]" not in found


def health(pid: int) -> int:
    return subprocess.run([*HEALTH, str(pid)], check=False).returncode


@pytest.mark.needs("process tree", "onnxruntime")
def test_a_server_is_well_while_it_answers() -> None:
    with served() as server:
        # It listens at a port that the system chose, and not at that of its command.
        assert health(server.process.pid) == 1
    with served("--port", str(server.port)) as server:
        assert health(server.process.pid) == 0


@pytest.mark.needs("process tree")
def test_what_is_no_server_is_well() -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        assert health(process.pid) == 0
