"""What a folder holds at any depth, and which part of a data set a file belongs to."""

import os
import re
from collections import deque
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Literal

from receiptgen.core.errors import DatasetError
from receiptgen.core.files import walk

Part = Literal["train", "validation", "test", "all"]
# Files that are looked at where a folder's form is guessed.
_MOST = 100_000
# How publishers name parts, among the words of a file's path.
_PARTS = {
    word: part
    for part, words in {
        "train": ("train", "training"),
        "validation": ("validation", "valid", "val", "dev"),
        "test": ("test", "testing", "eval", "evaluation"),
    }.items()
    for word in words
}
_WORD = re.compile(r"[a-z]+")


def all_files(folder: Path) -> Iterator[str]:
    """Yield the files below a folder by name, as paths from there with ``/`` between; raises OSError."""
    for base, files in walk(folder):
        inside = base.relative_to(folder).as_posix()
        yield from files if inside == "." else (f"{inside}/{file}" for file in files)


def some_files(folder: Path) -> list[str]:
    """Return as ``all_files`` does, in any order, those of the upper folders first, and not many; raises OSError."""
    return list(islice(_by_level(folder), _MOST))


def _by_level(folder: Path) -> Iterator[str]:
    waiting = deque([""])
    while waiting:
        inside = waiting.popleft()
        with os.scandir(folder / inside) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(f"{inside}{entry.name}/")
                else:
                    yield f"{inside}{entry.name}"


def part_of(file: str) -> str:
    """Return the part of a data set that the path of a file names, the innermost word first; empty for none."""
    words = _WORD.findall(file.rpartition(".")[0].lower())
    return next((_PARTS[word] for word in reversed(words) if word in _PARTS), "")


def files_of_part(files: Sequence[str], part: Part | None, place: Path) -> list[str]:
    """Return the files of a part of a data set, or of the training part, or else the only one, where none is asked for.

    Args:
        files: Paths from the folder of the data set.
        part: The part; None for whatever there is.
        place: Path of the data set in messages.

    Raises:
        DatasetError: There is no such part, or there are several and none is the training part.
    """
    named = sorted({named for file in files if (named := part_of(file))})
    if part == "all" or (part is None and not named):
        return list(files)
    wanted = part or ("train" if "train" in named else named[0])
    if part is None and wanted != "train" and len(named) > 1:
        raise DatasetError(f"{place}: holds the parts {' and '.join(named)}; name one, or all: FORM:PATH:{named[0]}")
    if wanted not in named:
        there = f"the parts {', '.join(named)}" if named else "files of no part"
        raise DatasetError(f"{place}: holds no part '{wanted}', only {there}")
    return [file for file in files if part_of(file) == wanted]
