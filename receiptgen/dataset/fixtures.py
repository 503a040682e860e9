"""A small pinned set of receipts for tests of OCR code, which can be verified at any time."""

import json
from hashlib import sha256
from itertools import chain
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from receiptgen.core.errors import DatasetError
from receiptgen.core.files import reason_of, write_atomic
from receiptgen.dataset.fixture_sets import FixtureSet, set_of
from receiptgen.dataset.identity import changed_libraries, changed_sources
from receiptgen.dataset.ledger import LEDGER

INDEX = "fixtures.json"


def write(folder: Path, fixtures: FixtureSet) -> int:
    """Write a set, or grow one of the same templates and seed.

    Args:
        folder: Folder, created if it does not exist.
        fixtures: The set.

    Returns:
        The number of files.

    Raises:
        DatasetError: The folder holds another set or a data set.
        FileError: It can't be written to.
    """
    pinned = {**fixtures.identity(), **fixtures.settings()}
    _refuse(folder, fixtures, pinned)
    drawn = fixtures.files()
    first = next(drawn)  # what can't be drawn at all leaves nothing behind
    # Written before the first file, so that a run that was stopped can be repeated.
    write_atomic(folder / INDEX, _json({**pinned, "files": {}}))
    hashes = {}
    for name, content in chain([first], drawn):
        write_atomic(folder / name, content)
        hashes[name] = sha256(content).hexdigest()
    write_atomic(folder / INDEX, _json({**pinned, "files": hashes}))
    return len(hashes)


def verify(folder: Path) -> int:
    """Draw a set again and compare it with what is on the disk.

    Returns:
        The number of files, all of them unchanged.

    Raises:
        DatasetError: One line for each file that differs: missing, changed on disk, or drawn differently by this
            version or on this processor; and for each template, profile, pack or file that it was drawn from that has
            changed, and whatever else may be the cause.
    """
    pinned = _read(folder)
    if pinned is None:
        raise DatasetError(f"{folder}: has no {INDEX}; 'receiptgen fixtures N {folder}' writes one")
    try:
        hashes, fixtures = dict(pinned["files"]), set_of(pinned, folder)
    except (KeyError, TypeError, ValueError) as error:
        raise _damaged(folder) from error
    if not hashes:
        raise DatasetError(f"{folder}: was never finished; the command that began it does so")
    here = fixtures.identity()
    drawn = dict(fixtures.files())
    different = _different(pinned, here)
    compared = {
        name: _compare(folder / name, hashes.get(name), drawn.get(name), different)
        for name in dict.fromkeys([*hashes, *drawn])
    }
    faults = [f"{folder / name}: {fault}" for name, fault in compared.items() if fault]
    causes = changed_sources(pinned, here)
    if any(fault.startswith(different) for fault in compared.values()):
        causes += changed_libraries(pinned, here) + _another_processor(pinned, here)
    if faults or causes:
        raise DatasetError("\n".join([*(f"{folder / INDEX}: {cause} has changed" for cause in causes), *faults]))
    return len(hashes)


def _damaged(folder: Path) -> DatasetError:
    return DatasetError(f"{folder / INDEX}: is damaged; draw the set again into another folder")


def _another_processor(pinned: dict[str, Any], here: dict[str, Any]) -> list[str]:
    old, new = pinned.get("processor", here["processor"]), here["processor"]
    return [] if old == new else [f"the processor ({old}, now {new})"]


def _different(pinned: dict[str, Any], here: dict[str, Any]) -> str:
    """Return that a file is drawn differently, by what: pixels depend on the processor, too."""
    alone = not changed_sources(pinned, here) and not changed_libraries(pinned, here)
    by = "on this processor" if alone and _another_processor(pinned, here) else "by this version"
    return f"drawn differently {by}"


def _refuse(folder: Path, fixtures: FixtureSet, pinned: dict[str, Any]) -> None:
    """Raise if something else would be overwritten."""
    if (folder / LEDGER).exists():
        raise DatasetError(f"{folder}: holds a data set of 'receiptgen draw'; name another folder")
    old = _read(folder)
    if old is None:
        for name in fixtures.folders():
            if (path := folder / name).exists():
                raise DatasetError(f"{path}: exists, but {folder} has no {INDEX}; name another folder")
        return
    same = all(old.get(key) == pinned.get(key) for key in ("seed", "profile", "pack", "values", "color"))
    same = same and ("pack" in old or list(old.get("templates", ())) == list(pinned["templates"]))
    if not same or old.get("count", 0) > pinned.get("count", 0):
        try:
            title = set_of(old, folder).title()
        except (KeyError, TypeError, ValueError) as error:
            raise _damaged(folder) from error
        raise DatasetError(f"{folder}: holds another set ({title}); name another folder, or remove this one")


def _read(folder: Path) -> dict[str, Any] | None:
    path = folder / INDEX
    try:
        found = json.loads(path.read_bytes())
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValueError) as error:
        if isinstance(error, OSError):
            raise DatasetError(f"{path}: can't be read: {reason_of(error)}") from error
        raise _damaged(folder) from error
    if not isinstance(found, dict):
        raise _damaged(folder)
    return found


def _compare(path: Path, pinned: str | None, drawn: bytes | None, different: str) -> str:
    """Say what is wrong with one file, or nothing; ``different`` says that it is drawn differently."""
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return "missing"
    except OSError as error:
        return f"can't be read: {reason_of(error)}"
    if sha256(content).hexdigest() != pinned:
        return "changed on disk" if pinned else f"not in {INDEX}"
    if drawn is None:
        return "no longer drawn by this version"
    return "" if content == drawn else f"{different}: {_difference(path, content, drawn)}"


def _difference(path: Path, old: bytes, new: bytes) -> str:
    if path.suffix == ".png":
        pages = [cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED) for data in (old, new)]
        before, after = pages
        if before is None or after is None:
            return "not an image"
        if before.shape != after.shape:
            return f"{before.shape[1]} x {before.shape[0]} pixels, now {after.shape[1]} x {after.shape[0]}"
        changed = int(np.count_nonzero((before != after).reshape(*before.shape[:2], -1).any(axis=2)))
        return f"{changed:,} pixels differ" if changed else "the same pixels, compressed differently"
    if path.suffix == ".json":
        try:
            truths = [json.loads(data) for data in (old, new)]
        except ValueError:
            return "not JSON"
        keys = [key for key in {**truths[0], **truths[1]} if truths[0].get(key) != truths[1].get(key)]
        return f"other {', '.join(keys)}" if keys else "the same truth, written differently"
    lines = zip(old.decode(errors="replace").splitlines(), new.decode(errors="replace").splitlines(), strict=False)
    return next((f"line {number} differs" for number, (a, b) in enumerate(lines, 1) if a != b), "other length")


def _json(value: dict[str, Any]) -> bytes:
    return json.dumps(value, indent=2).encode() + b"\n"
