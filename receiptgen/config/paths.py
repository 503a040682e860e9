"""Paths that YAML files name."""

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, ValidationInfo

from receiptgen.config.diagnostics import quote
from receiptgen.core.inputs import InputFile
from receiptgen.core.suggestions import hint

# Keys of the validation context: the folder of the file that is loaded, and the files that it names, by path.
FOLDER, INPUTS = "folder", "inputs"
# The folder of files that somebody sent, while they are loaded. Files are loaded by name alone, through caches, so that
# no argument could tell those that they name in turn.
_SENT: ContextVar[Path | None] = ContextVar("sent", default=None)


@contextmanager
def sent_files(folder: Path) -> Iterator[None]:
    """Let files that somebody sent, and texts that lie among them, name meanwhile no other files than these.

    Args:
        folder: Where they lie, side by side; a relative path, as only packaged files are then known by absolute ones.
    """
    token = _SENT.set(folder)
    try:
        yield
    finally:
        _SENT.reset(token)


def path_from(folder: Path, path: Path) -> Path:
    """Return a path counted from the folder of the file that names it.

    Raises:
        ValueError: Somebody sent what names it, and it is not among the files that were sent with it.
    """
    full, sent = folder / path, _SENT.get()
    if sent is None or folder.is_absolute():
        return full
    place = Path(os.path.normpath(full))
    if place.parent != sent:
        raise ValueError(f"the file {quote(path)} can't be named here; files of yours lie beside the template")
    if not place.is_file():
        names = [file.name for file in sent.iterdir()] if sent.is_dir() else []
        raise ValueError(f"{quote(path)} is not beside the template; add it{hint(place.name, names)}")
    return place


def beside(path: Path, info: ValidationInfo) -> Path:
    """Return a path that a YAML file names, counted from the folder of the file that is loaded, also if inherited.

    Raises:
        ValueError: Text is loaded that lies in no folder, and may name no files, whoever sent it; or see ``path_from``.
    """
    folder = (info.context or {}).get(FOLDER, Path())
    if folder is None:
        raise ValueError(f"the file {quote(path)} can't be named here; only what is packaged can")
    return path_from(Path(folder), path)


def input_file(path: Path, info: ValidationInfo) -> Path:
    """Return the path of a file that a YAML file names, and note what the file holds if samples depend on it.

    It is noted before anyone reads it; whoever reads it says what is wrong with one that can't be read. Raises as
    ``beside`` does.
    """
    full = beside(path, info)
    note_file(full, info)
    return full


def note_file(path: Path, info: ValidationInfo) -> None:
    """Note what a file holds now that samples depend on, unless it can't be read."""
    if (info.context or {}).get(INPUTS) is not None:
        with suppress(OSError):
            note_inputs([InputFile.read(path)], info)


def note_inputs(files: Iterable[InputFile], info: ValidationInfo) -> None:
    """Note files that samples depend on."""
    inputs = (info.context or {}).get(INPUTS)
    if inputs is not None:
        inputs.update({file.path: file for file in files})


# A file that a YAML file names.
FilePath = Annotated[Path, AfterValidator(input_file)]
# A file or folder that a YAML file names, and whose content may change or be too large to be looked through.
DataPath = Annotated[Path, AfterValidator(beside)]
