"""What the wheel will hold, read from pyproject and compared with the disk."""

import os
import re
import subprocess
import sys
import tomllib
from fnmatch import fnmatch
from itertools import chain
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent
DATA = {".yaml", ".json", ".txt", ".ttf", ".otf", ".safetensors", ".onnx", ".npz", ".js", ".html", ".css", ".svg"}


@pytest.fixture(scope="module")
def project() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def folder_of(package: str, project: dict[str, Any]) -> Path:
    """Return where a package lies: ``receiptgen.fonts`` and its like are folders of the root."""
    mapped: dict[str, str] = project["tool"]["setuptools"]["package-dir"]
    for prefix, folder in mapped.items():
        if package == prefix or package.startswith(f"{prefix}."):
            return ROOT / (folder + package.removeprefix(prefix).replace(".", "/"))
    return ROOT / package.replace(".", "/")


def packages_on_disk(project: dict[str, Any]) -> set[str]:
    found = {"receiptgen": "receiptgen", **project["tool"]["setuptools"]["package-dir"]}
    names = set()
    for package, folder in found.items():
        for path in [ROOT / folder, *(ROOT / folder).rglob("*")]:
            used = path.is_dir() and any(p.suffix in {".py", *DATA} for p in path.iterdir() if p.is_file())
            if used and "__pycache__" not in path.parts:
                names.add(".".join([package, *path.relative_to(ROOT / folder).parts]))
    return names


def test_the_listed_packages_are_the_folders_on_disk(project: dict[str, Any]) -> None:
    listed = project["tool"]["setuptools"]["packages"]
    assert len(set(listed)) == len(listed)
    assert set(listed) == packages_on_disk(project)


def test_every_data_file_matches_a_pattern_of_its_package(project: dict[str, Any]) -> None:
    patterns: dict[str, list[str]] = project["tool"]["setuptools"]["package-data"]
    missed = [
        path.relative_to(ROOT).as_posix()
        for package in project["tool"]["setuptools"]["packages"]
        for path in folder_of(package, project).iterdir()
        if path.suffix in DATA and not any(fnmatch(path.name, pattern) for pattern in patterns.get(package, []))
    ]
    assert not missed


def test_every_pattern_of_package_data_matches_a_file(project: dict[str, Any]) -> None:
    for package, patterns in project["tool"]["setuptools"]["package-data"].items():
        for pattern in patterns:
            assert list(folder_of(package, project).glob(pattern)), (package, pattern)


def test_folders_that_stand_for_packages_can_be_found_when_installed_editable() -> None:
    assert all((ROOT / name / "__init__.py").is_file() for name in ("configs", "fonts", "train"))
    assert not [name for name in ("train", "fonts", "configs") if (ROOT / "receiptgen" / f"{name}.py").exists()]


@pytest.mark.parametrize(
    "command",
    [
        ["-m", "receiptgen", "networks"],
        ["-m", "receiptgen", "draw", "3", "--kinds", "price", "--workers", "2"],
        ["-c", "import pickle, receiptgen; pickle.loads(pickle.dumps(receiptgen.Receipts(['cafe']))).draw(0)"],
    ],
)
def test_a_checkout_runs_where_the_package_is_installed_plainly(command: list[str], tmp_path: Path) -> None:
    # Without the .pth files that an editable installation works by, Python sees what it sees beside a plain one: the
    # checkout's package, which hides the installed one, and the metadata.
    paths = [str(ROOT), *(path for path in sys.path if path.endswith("-packages"))]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}
    out = ["--out", str(tmp_path)] if "draw" in command else []
    run = [sys.executable, "-S", *command, *out]
    found = subprocess.run(run, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stderr


def test_the_version_stands_in_pyproject_alone(project: dict[str, Any]) -> None:
    version = project["project"]["version"]
    said = re.compile(rf"(?i)version\W{{1,5}}{re.escape(version)}\b|__version__ *=")
    for folder in ("receiptgen", "train", "configs", "fonts"):
        for path in (ROOT / folder).rglob("*.py"):
            assert not said.search(path.read_text(encoding="utf-8")), path


def test_lower_bounds_stand_on_every_dependency(project: dict[str, Any]) -> None:
    for wanted in project["project"]["dependencies"]:
        assert re.fullmatch(r"[A-Za-z0-9-]+>=[0-9.]+", wanted), wanted


def test_every_folder_of_tests_has_some_for_the_wheel() -> None:
    files = {path: path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py")}
    smoked = {path.parent for path, text in files.items() if "pytest.mark.smoke" in text}
    assert {path.parent for path in files} - smoked == set()


def test_lower_bounds_are_the_versions_that_make_lowest_installs(project: dict[str, Any]) -> None:
    extras = project["project"]["optional-dependencies"]
    tested = (extras[name] for name in ("read", "xlsx", "serve", "lmdb", "hf", "svg"))
    wanted = [*project["project"]["dependencies"], *chain.from_iterable(tested)]
    bounds = dict(part.lower().split(">=") for part in wanted if not part.startswith("receiptgen"))
    lines = (ROOT / "constraints-lowest.txt").read_text(encoding="utf-8").lower().splitlines()
    pinned = dict(line.split("==") for line in lines if not line.startswith("#"))

    def release(version: str) -> tuple[int, ...]:
        numbers = tuple(map(int, version.split(".")))
        return numbers + (0,) * (4 - len(numbers))

    for name, bound in bounds.items():
        # The fourth part of OpenCV's version is that of its packaging.
        assert release(pinned[name])[:3] == release(bound)[:3], name
