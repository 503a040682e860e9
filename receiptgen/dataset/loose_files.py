"""Loose files of a data set, as images and labels of single samples."""

import os
from collections.abc import Mapping
from pathlib import Path


def write_files(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write loose files by their paths in a data set, and the folders that they lie in.

    A kill may leave one incomplete, but then the ledger does not have it.

    Raises:
        OSError: The disk is full, or one can't be written.
    """
    known: set[str] = set()
    for name, content in files.items():
        path = os.path.join(folder, name)  # noqa: PTH118  # pathlib costs as much as the write
        parent = os.path.dirname(path)  # noqa: PTH120
        if parent not in known:
            os.makedirs(parent, exist_ok=True)  # noqa: PTH103
            known.add(parent)
        _write(path, content)


def _write(path: str, content: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0), 0o644)
    try:
        if os.write(descriptor, content) != len(content):
            raise OSError(28, "no space left on device", path)
    except OSError as error:
        error.filename = error.filename or path
        raise
    finally:
        os.close(descriptor)
