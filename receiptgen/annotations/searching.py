"""Folders of truth, searched to their end, with one clear error where they hold none."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TypeVar

from receiptgen.core.errors import DatasetError
from receiptgen.core.files import reason_of

T = TypeVar("T")


def all_in(folder: Path, find: Callable[[Path], Iterable[T]], lacks: str) -> list[T]:
    """Return all that is found in a folder, at least one.

    Args:
        folder: The folder.
        find: Finds entries in it.
        lacks: What is said of a folder without any: what it doesn't hold, and what was looked for.

    Raises:
        DatasetError: It is not a folder, can't be read, or has no entries.
    """
    if not folder.is_dir():
        raise DatasetError(f"{folder}: {'is not a folder' if folder.exists() else 'no such folder'}")
    try:
        found = list(find(folder))
    except OSError as error:
        raise DatasetError(f"{error.filename or folder}: {reason_of(error)}") from error
    if not found:
        raise DatasetError(f"{folder}: {lacks}")
    return found
