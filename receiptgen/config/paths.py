"""Paths that YAML files name."""

from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, ValidationInfo

from receiptgen.config.diagnostics import quote
from receiptgen.core.inputs import InputFile

# Keys of the validation context: the folder of the file that is loaded, and the files that it names, by path.
FOLDER, INPUTS = "folder", "inputs"


def beside(path: Path, info: ValidationInfo) -> Path:
    """Return a path that a YAML file names, counted from the folder of the file that is loaded, also if inherited.

    Raises:
        ValueError: Text is loaded that lies in no folder; it may name no files, whoever sent it.
    """
    folder = (info.context or {}).get(FOLDER, Path())
    if folder is None:
        raise ValueError(f"the file {quote(path)} can't be named here; only what is packaged can")
    return Path(folder) / path


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
