"""What README and guides tell to type works: blocks marked `console` and `python` run, page by page."""

import os
import re
import shlex
import subprocess
import sys
from itertools import takewhile
from pathlib import Path
from typing import Any, NamedTuple

import cv2
import numpy as np
import pytest
from command_line import Run
from components import require

from receiptgen.drawing.receipts import Receipts
from receiptgen.drawing.template import receipt_template
from receiptgen.recognition.charset import charset
from receiptgen.recognition.model_file import Model, save_model
from receiptgen.recognition.networks import initial_weights
from receiptgen.recognition.networks.receipt import Receipt
from receiptgen.recognition.preprocess import Preprocess
from receiptgen.train.export import export_model

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
PAGES = [README, ROOT / "docs" / "index.md", *sorted((ROOT / "docs" / "guides").glob("*.md"))]
# These install, run tests, or draw what other commands draw already.
SKIPPED = {"pip install .", "make draw", "make test"}


class Typed(NamedTuple):
    """A command on a page, and what the page shows of its output."""

    command: str
    shown: list[str]


def blocks(page: Path, language: str) -> list[str]:
    """Return a page's fenced blocks of one language."""
    return re.findall(rf"^```{language}\n(.*?)^```", page.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)


def commands(page: Path) -> list[Typed]:
    """Return everything that follows a prompt."""
    typed = []
    for block in blocks(page, "console"):
        lines = block.splitlines()
        for index, line in enumerate(lines):
            if line.startswith("$ "):
                shown = takewhile(lambda line: not line.startswith("$ "), lines[index + 1 :])
                typed.append(Typed(line[2:], list(shown)))
    return typed


def having(language: str) -> list[Any]:
    """Return the pages that have blocks of a language, as parameters."""
    return [
        pytest.param(page, id=page.relative_to(ROOT).as_posix().removesuffix(".md"))
        for page in PAGES
        if blocks(page, language)
    ]


def yaml_files(page: Path, folder: Path) -> set[str]:
    """Write a page's YAML examples that have a name, and return the names."""
    names = set()
    for block in blocks(page, "yaml"):
        if found := re.match(r"# (\S+\.yaml)\n", block):
            (folder / found[1]).write_text(block, encoding="utf-8")
            names.add(found[1])
    return names


def tables(page: Path, folder: Path) -> None:
    """Write a page's tables."""
    for name, text in re.findall(
        r'^```csv title="(\S+)"\n(.*?)^```', page.read_text("utf-8"), re.DOTALL | re.MULTILINE
    ):
        (folder / name).write_text(text, encoding="utf-8")


def steady(line: str) -> str:
    """Return a line of output without its speed."""
    return re.sub(r"[\d,]+/s", "N/s", line).rstrip()


def said_by_shell(command: str, folder: Path) -> str:
    """Run a command as a shell does, and return what it prints."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    ran = subprocess.run(
        command, shell=True, cwd=folder, env={**os.environ, "PATH": path}, capture_output=True, text=True
    )
    assert ran.returncode == 0, f"$ {command}\n{ran.stdout}{ran.stderr}"
    return ran.stdout


def said_here(command: str, run: Run) -> str:
    """Run a command of ours within this process, which has imported already what it needs; return what it prints."""
    ran = run(*shlex.split(command)[1:])
    assert ran.code == 0, f"$ {command}\n{ran.out}{ran.error}"
    return ran.out


def fewer(command: str) -> str:
    """Return a command that draws ten of each where it would draw hundreds, which show no more."""
    return re.sub(r"^receiptgen draw \d{3,} ?", "receiptgen draw 10 ", command)


def run_all(page: Path, folder: Path, run: Run) -> None:
    """Run a page's commands one after the other, and compare what they print where the page shows it."""
    yaml_files(page, folder)
    tables(page, folder)
    for command, shown in commands(page):
        if command in SKIPPED:
            continue
        ours = command.startswith("receiptgen ") and not set("|<>;&$*~") & set(command)
        said = said_here(command if shown else fewer(command), run) if ours else said_by_shell(command, folder)
        if shown:
            assert [steady(line) for line in said.splitlines()] == [steady(line) for line in shown], command


@pytest.mark.parametrize("page", having("console"))
def test_commands_run_one_after_the_other(page: Path, tmp_path: Path, run: Run) -> None:
    run_all(page, tmp_path, run)
    if page.name == "data_sets.md":
        assert len((tmp_path / "results_test" / "sample.txt").read_text(encoding="utf-8").splitlines()) == 330
        assert sum(path.is_dir() for path in (tmp_path / "results").iterdir()) == 10
        files = {"receipt.png", "text.txt", "items.json", "truth.json"}
        assert {path.name for path in (tmp_path / "results" / "000000").iterdir()} == files
    if page.name == "training.md":
        assert {"best.safetensors", "report.html"} <= {path.name for path in (tmp_path / "glance").iterdir()}


def test_readme_is_short_and_leads_with_what_to_type() -> None:
    assert len(README.read_text(encoding="utf-8").splitlines()) <= 200
    assert {typed.command for typed in commands(README)} >= SKIPPED


@pytest.mark.parametrize("page", having("yaml"))
def test_every_template_or_profile_is_checked_by_a_command(page: Path, tmp_path: Path) -> None:
    words = [typed.command.split() for typed in commands(page)]
    checked = {file for line in words if "check" in line for file in line[3:] if "fonts" not in line}
    checked |= {line[line.index("--pack") + 1] for line in words if "--pack" in line}
    # What other tests read: tests/test_docs.py, tests/test_published_guide.py and tests/test_new_script_guide.py.
    elsewhere = page.name in {"training.md", "fine_tuning.md", "published_sets.md", "new_script.md"}
    made = {f"{line[3]}.yaml" for line in words if line[1:3] == ["locales", "new"]}
    # What a template names is checked with it.
    examples = "\n".join(blocks(page, "yaml"))
    alone = {name for name in yaml_files(page, tmp_path) if f"./{name}" not in examples or name in checked}
    assert alone == checked - made or elsewhere


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder with the files that examples name: photos, a line, labels, weights."""
    monkeypatch.chdir(tmp_path)
    receipt = Receipts([receipt_template("cafe").value], seed=45).draw(0).page.image
    for name in ("photo.jpg", "receipt.jpg"):
        cv2.imwrite(name, receipt)
    cv2.imwrite("line.png", np.random.default_rng(0).integers(0, 256, (40, 201, 3), np.uint8))
    (tmp_path / "my_lines").mkdir()
    (tmp_path / "my_lines" / "labels.tsv").write_text("0001.png\tTOTAL 12.50\n", encoding="utf-8")
    return tmp_path


@pytest.mark.filterwarnings("ignore:.torch.jit:DeprecationWarning")
# The guide to training loops is run by tests/test_your_own_loop.py, with models that it would fetch.
@pytest.mark.parametrize("page", [page for page in having("python") if page.id != "docs/guides/your_own_loop"])
def test_python_examples_run(page: Path, desk: Path) -> None:
    if page.name == "training.md":
        require("torch")
        network, chars = Receipt(channels=40, blocks=1), charset("ascii")
        model = Model(network, chars, Preprocess(height=network.height), initial_weights(network, len(chars), 0))
        save_model(model, desk / "best.safetensors")
        export_model(model, "onnx", desk / "reader.onnx")
        export_model(model, "torch", desk / "reader.pt")
    names: dict[str, object] = {}
    for block in blocks(page, "python"):
        exec(compile(block, str(page), "exec"), names)
    if page.name == "training.md":
        assert names["log_probs"].shape[2] == len(chars)  # type: ignore[attr-defined]
    if page.name == "fixtures.md":
        assert names["words"]
        assert "test_reads_the_total" in names


def test_benchmark_starts() -> None:
    script = README.parent / "tests" / "bench" / "run.py"
    ran = subprocess.run([sys.executable, str(script), "--help"], capture_output=True, text=True, check=True)
    assert "--quick" in ran.stdout
