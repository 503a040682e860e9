"""Other revisions of receiptgen and competitors, installed beside this one: see ``ratios``."""

import os
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
# Kept from run to run; `make clean` removes it.
BESIDE = ROOT / "build" / "bench"
# The last release of TextRecognitionDataGenerator, and what it needs that is not here; Pillow 10 removed a function
# that it calls.
TRDG = (
    "trdg==1.8.0", "pillow==9.5.0", "diffimg==0.3.0", "arabic-reshaper==3.0.0", "wikipedia==1.4.0",
    "beautifulsoup4==4.12.3", "soupsieve==2.6",
)  # fmt: skip
# RapidOCR with its models, which are in its wheel, and what it needs that is not here.
RAPIDOCR = (
    "rapidocr==3.10.0", "pyclipper==1.3.0.post6", "shapely==2.1.2", "omegaconf==2.3.0",
    "antlr4-python3-runtime==4.9.3", "colorlog==6.9.0",
)  # fmt: skip
_PIP = (sys.executable, "-m", "pip", "--disable-pip-version-check", "--no-input", "install", "--quiet", "--no-deps")
# Seconds after which an installation is given up.
_PATIENCE = 600


class UnavailableError(Exception):
    """Something can't be installed or run here; the message says why in a line."""


class Release(NamedTuple):
    """A revision that is installed beside.

    Attributes:
        name: As a table names it.
        site: Folder to import it from.
        source: Its source tree.
    """

    name: str
    site: Path
    source: Path


def _git(*arguments: str) -> str:
    ran = subprocess.run(["git", "-C", str(ROOT), *arguments], capture_output=True, text=True, check=False)
    if ran.returncode:
        raise UnavailableError((ran.stderr.strip().splitlines() or ["git failed"])[-1])
    return ran.stdout.strip()


def base_revision(named: str) -> str:
    """Return the revision to compare with: the one named, else the last tag, else where the version last changed.

    Raises:
        UnavailableError: There is none, or no repository.
    """
    if named:
        return named
    try:
        return _git("describe", "--tags", "--abbrev=0")
    except UnavailableError:
        found = _git("log", "-1", "-G^version = ", "--format=%h", "--", "pyproject.toml")
    if not found:
        raise UnavailableError("no tag and no change of the version: name a revision with --base")
    return found


def installed_release(revision: str) -> Release:
    """Build the wheel of a revision and install it into a folder of its own; what it depends on is shared.

    Raises:
        UnavailableError: There is no such revision, or it can't be built.
    """
    commit = _git("rev-parse", "--short=12", "--verify", f"{revision}^{{commit}}")
    folder = BESIDE / commit
    source, site = folder / "source", folder / "site"
    if not (folder / "ready").exists():
        source.mkdir(parents=True, exist_ok=True)
        archive = folder / "source.tar"
        _git("archive", "--output", str(archive), commit)
        _call("tar", "-xf", str(archive), "-C", str(source))
        archive.unlink()
        _call(*_PIP, "--upgrade", "--target", str(site), str(source))
        (folder / "ready").touch()
    return Release(revision, site, source)


def installed_packages(name: str, packages: tuple[str, ...]) -> Path:
    """Install packages into a folder of their own, and return it; raises UnavailableError."""
    folder = BESIDE / name
    if not (folder / "ready").exists():
        _call(*_PIP, "--upgrade", "--target", str(folder / "site"), *packages)
        (folder / "ready").touch()
    return folder / "site"


def _call(*command: str) -> None:
    try:
        ran = subprocess.run(command, capture_output=True, text=True, check=False, timeout=_PATIENCE)
    except subprocess.TimeoutExpired:
        raise UnavailableError(f"{command[-1]}: not installed within {_PATIENCE} s") from None
    if ran.returncode:
        raise UnavailableError((ran.stderr.strip().splitlines() or ["it failed"])[-1])


def environment(site: Path | None) -> dict[str, str]:
    """Return the environment of a process that imports from a folder first; one thread, whoever computes."""
    one = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "OPENCV_FOR_THREADS_NUM"), "1")
    return {**os.environ, **one, **({"PYTHONPATH": str(site)} if site else {})}
