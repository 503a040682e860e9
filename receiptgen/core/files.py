"""Files that are whole at any time, and folders walked in a fixed order."""

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from receiptgen.core.errors import FileError


def write_atomic(path: Path, content: bytes) -> None:
    """Write a file beside its place, flush it to disk, then rename it; its folder is made if it isn't there.

    Raises:
        FileError: The disk is full, or the place can't be written to.
    """
    aside = path.with_name(f"{path.name}.new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with aside.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        aside.replace(path)
    except OSError as error:
        with suppress(OSError):
            aside.unlink()
        raise FileError(f"{path}: can't be written: {(error.strerror or str(error)).lower()}") from None


def walk(folder: Path) -> Iterator[tuple[Path, list[str]]]:
    """Yield the folders below a folder, and itself first, with their files, both by name; raises OSError."""

    def fail(error: OSError) -> None:
        raise error

    for base, folders, files in os.walk(folder, onerror=fail):
        folders.sort()
        yield Path(base), sorted(files)
