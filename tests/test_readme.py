"""What the README tells to type works."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

README = Path(__file__).parents[1] / "README.md"
# These install, or draw what other commands draw already.
SKIPPED = {"pip install .", "make draw"}


def blocks(language: str) -> list[str]:
    """Return the README's fenced blocks of one language."""
    return re.findall(rf"^```{language}\n(.*?)^```", README.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)


def commands() -> list[str]:
    """Return everything that follows a prompt."""
    return [line[2:] for block in blocks("console") for line in block.splitlines() if line.startswith("$ ")]


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a folder that holds the README's YAML files, each named by its first line."""
    folder = tmp_path_factory.mktemp("readme")
    for block in blocks("yaml"):
        name = block.partition("\n")[0].removeprefix("# ")
        (folder / name).write_text(block, encoding="utf-8")
    return folder


def test_commands_run_one_after_the_other(desk: Path) -> None:
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    typed = commands()
    assert set(typed) >= SKIPPED
    for command in typed:
        if command in SKIPPED:
            continue
        ran = subprocess.run(
            command, shell=True, cwd=desk, env={**os.environ, "PATH": path}, capture_output=True, text=True
        )
        assert ran.returncode == 0, f"$ {command}\n{ran.stdout}{ran.stderr}"
    assert len((desk / "results_test" / "sample.txt").read_text(encoding="utf-8").splitlines()) == 3000
    assert sum(path.is_dir() for path in (desk / "results").iterdir()) == 100
    files = {"receipt.png", "text.txt", "items.json", "truth.json"}
    assert {path.name for path in (desk / "results" / "000000").iterdir()} == files
    assert {"best.safetensors", "report.html"} <= {path.name for path in (desk / "glance").iterdir()}


def test_every_yaml_example_is_checked_by_a_command(desk: Path) -> None:
    checked = {file for command in commands() if " check " in command for file in command.split()[3:]}
    assert {path.name for path in desk.glob("*.yaml")} == checked


def test_python_examples_run() -> None:
    for block in blocks("python"):
        names: dict[str, object] = {}
        exec(compile(block, str(README), "exec"), names)
        assert "test_reads_the_total" in names or names["words"]


def test_benchmark_starts() -> None:
    script = README.parent / "tests" / "bench" / "run.py"
    ran = subprocess.run([sys.executable, str(script), "--help"], capture_output=True, text=True, check=True)
    assert "--quick" in ran.stdout
