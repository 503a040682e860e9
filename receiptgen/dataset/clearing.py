"""Deleting what ``draw`` wrote into a folder, and nothing else."""

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from receiptgen.core.counts import counted
from receiptgen.core.errors import DatasetError
from receiptgen.core.files import LOCK, lock_folder, reason_of
from receiptgen.dataset.documents import documents_of, is_own
from receiptgen.dataset.ledger import LEDGER, MANIFEST, read_ledger
from receiptgen.dataset.plan import Plan
from receiptgen.dataset.sample_files import files_below, pattern_files, sample_files
from receiptgen.writers import openers

# The folders that `draw` fills.
FOLDERS = ("results", "results_test")
# Files that git keeps in the folders; no run wrote them.
_KEPT = frozenset({"README.md", ".gitignore", ".gitkeep"})


@dataclass(frozen=True)
class Cleared:
    """Result of a clearing.

    Attributes:
        folder: Folder or URL of the data set.
        files: Number of files that were deleted.
        left: Files that no run wrote, relative to the folder; they are still there.
    """

    folder: Path | str
    files: int
    left: tuple[str, ...]


def data_sets(out: Path) -> list[Path]:
    """Return the data sets of a folder: itself, or its ``results`` and ``results_test``.

    Raises:
        DatasetError: There is none, or one of the folders holds files but no ledger.
    """
    if (out / LEDGER).is_file():
        return [out]
    found = []
    for folder in (out / name for name in FOLDERS):
        if (folder / LEDGER).is_file():
            found.append(folder)
        elif folder.is_dir() and any(entry.name not in _KEPT for entry in folder.iterdir()):
            raise DatasetError(f"{folder}: has no {LEDGER}, so 'receiptgen draw' did not write it; nothing was deleted")
    if not found:
        raise DatasetError(f"{out}: no data set in {' or '.join(FOLDERS)}; nothing was deleted")
    return found


def clear(folder: Path) -> Cleared:
    """Delete a data set. The ledger goes last, so that a clearing that was stopped can be resumed.

    Args:
        folder: The data set; symbolic links in it are left, and not followed.

    Raises:
        DatasetError: It has no ledger, or a file can't be deleted.
        BusyError: A run is filling it.
    """
    ledger = read_ledger(folder)
    if ledger is None:
        raise DatasetError(f"{folder}: has no {LEDGER}, so 'receiptgen draw' did not write it; nothing was deleted")
    plan = plan_of(folder / LEDGER, ledger)
    with lock_folder(folder):
        try:
            goal = int(ledger["goal"])
            files = sum(_delete(folder, name) for name in _written(folder, plan, goal))
            files += sum(_delete(folder, name) for name in _extras(folder, plan, goal))
            _prune(folder)
            for name in (MANIFEST, f"{MANIFEST}.new", f"{LEDGER}.new", LEDGER, LOCK):
                files += _delete(folder, name)
            left = tuple(sorted(name for name in files_below(folder) if name not in _KEPT))
            if not any(folder.iterdir()) and not folder.is_symlink():
                folder.rmdir()
        except OSError as error:
            raise DatasetError(f"{error.filename or folder}: can't be deleted: {reason_of(error)}") from error
    return Cleared(folder, files, left)


def plan_of(file: Path | str, ledger: dict[str, Any]) -> Plan:
    """Return the plan that a ledger holds; raises DatasetError, which names its file, where it holds none."""
    try:
        fingerprint = ledger["fingerprint"]
        plan = Plan.files_of(fingerprint)
        names = [*plan.kinds, *plan.mix]
        if not all(str(name).replace("_", "").isalnum() for name in names) or int(ledger["goal"]) < 0:
            raise ValueError("a kind is not a name")
        if plan.counts and {*plan.counts} != {*plan.kinds}:
            raise ValueError("counts of other kinds")
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise DatasetError(
            f"{file}: not a ledger of this version ({error}); nothing was deleted; delete the folder by hand"
        ) from error
    return plan


def _written(folder: Path, plan: Plan, goal: int) -> Iterator[str]:
    """Yield the paths, relative to the data set, of all files that runs up to the goal may have written."""
    for position in range(goal):
        # The part of a cut depends on its receipt; looking in all parts saves drawing it.
        for name in sample_files(plan, position):
            for part in plan.parts:
                yield f"{part}/{name}" if part else name
    for part in plan.parts:
        for name in openers(plan.writers, bool(plan.receipts)):
            yield f"{part}/{name}" if part else name
    for name in documents_of(plan, {}):
        yield from [name] if is_own(folder / name) else []


def _extras(folder: Path, plan: Plan, goal: int) -> Iterator[str]:
    """Yield the files that formats know by pattern only: shards, crops of receipts, a format's own notes."""
    for part in plan.parts:
        for name, index in pattern_files(folder / part, plan.writers):
            if index is None or plan.start <= index < plan.start + goal:
                yield f"{part}/{name}" if part else name


def _delete(folder: Path, name: str) -> bool:
    """Delete a regular file that no link leads to; tell whether it was there."""
    steps = PurePosixPath(name).parts
    if ".." in steps or PurePosixPath(name).is_absolute():
        return False
    path = folder
    for step in steps[:-1]:
        path /= step
        if path.is_symlink() or not path.is_dir():
            return False
    path /= steps[-1]
    try:
        mode = path.lstat().st_mode
    except FileNotFoundError:
        return False
    if not stat.S_ISREG(mode):
        return False
    path.unlink()
    return True


def _prune(folder: Path) -> None:
    """Remove the folders that are empty now."""
    for path, _, _ in os.walk(folder, topdown=False):
        if Path(path) != folder and not any(Path(path).iterdir()):
            Path(path).rmdir()


def describe(folder: Path) -> str:
    """Return what a data set holds, in a few words, for the question before it is deleted."""
    ledger = read_ledger(folder) or {}
    return f"{folder} ({counted(ledger.get('done', 0), 'sample')})"
