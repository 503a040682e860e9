"""Files that are whole at any time."""

import os
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
