"""Packaged or own YAML files by name: templates, snippet sets, profiles, locales."""

from collections.abc import Callable, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any, Final, Generic, NamedTuple, TypeVar

from pydantic import BaseModel, ValidationInfo

from receiptgen.config.paths import INPUTS, beside, note_inputs, path_from
from receiptgen.config.records import load
from receiptgen.config.yaml_nodes import parse
from receiptgen.core.assets import is_own, packaged
from receiptgen.core.errors import UnknownNameError
from receiptgen.core.files import NO_FILE, readable
from receiptgen.core.inputs import InputFile, remember

M = TypeVar("M", bound=BaseModel)
V = TypeVar("V")
# Ends of the names of tables.
TABLES: Final = (".csv", ".tsv")


def is_path(name: str) -> bool:
    """Tell whether a name is the path of a file, not that of a packaged one."""
    return name.lower().endswith((".yaml", ".yml", *TABLES)) or "/" in name


def is_table(path: Path) -> bool:
    """Tell whether a file is a table, by the end of its name."""
    return path.suffix.lower() in TABLES


def locate(name: str, folder: str) -> Path:
    """Return the file that a path or a packaged name stands for."""
    return Path(name) if is_path(name) else packaged(folder, name)


def is_packaged(name: str, folder: str) -> bool:
    """Tell whether a name, which is known, is that of a file of receiptgen itself."""
    return is_own(locate(name, folder))


class Loaded(NamedTuple, Generic[V]):
    """A file as read.

    Attributes:
        value: What it says.
        digest: SHA-256 of the file, and of those that it extends.
        inputs: Files that it names, as fonts and lists of words.
        files: The file itself and those that it extends, without packaged ones.
    """

    value: V
    digest: str
    inputs: tuple[InputFile, ...]
    files: tuple[InputFile, ...]


def extending(folder: str) -> Callable[[str, Path], Path]:
    """Return what finds the file that another extends: one beside it, or a packaged one of a folder of ``configs``.

    It raises UnknownNameError where there is none, or none that may be named.
    """

    def resolve(parent: str, child: Path) -> Path:
        place = child.parent / parent
        if not (is_path(parent) or place.is_file()):
            return locate(parent, folder)
        try:
            place = path_from(child.parent, Path(parent))
        except ValueError as error:
            raise UnknownNameError(str(error)) from None
        return place if place.is_file() else locate(parent, folder)

    return resolve


def load_named(name: str, folder: str, model: type[M], context: Mapping[str, Any] | None = None) -> Loaded[M]:
    """Load a file by packaged name or path; its record is given the file's name, its validators the context.

    Raises:
        UnknownNameError: There is no packaged file of that name.
        ConfigError: It is wrong.
    """
    path = locate(name, folder)
    texts: dict[str, str] = {}
    inputs: dict[Path, InputFile] = {}

    value = load(path, model, resolve=extending(folder), context={**(context or {}), INPUTS: inputs}, texts=texts)
    files = [InputFile.of_text(file, text) for file, text in texts.items() if not is_own(Path(file))]
    for file in (*files, *inputs.values()):  # what is packaged stays as it is
        remember(file)
    digest = sha256(b"\0".join(text.encode() for text in texts.values())).hexdigest()
    if "name" in model.model_fields:
        value = value.model_copy(update={"name": readable(path.stem)})
    return Loaded(value, digest, tuple(inputs.values()), tuple(files))


def named_by(name: str, info: ValidationInfo, folder: str, open_file: Callable[[str], Loaded[Any]]) -> str:
    """Return the packaged name or full path that a YAML file means by a name, and note the files behind it.

    Args:
        name: As it stands in the file; a path counts from the folder of that file.
        info: What pydantic tells a validator.
        folder: Folder of ``configs`` that packaged ones lie in.
        open_file: Loads it; its files are then inputs of whatever the YAML file describes.

    Raises:
        ValueError: There is no such file or name, or text is loaded that may name no files.
        ConfigError: The file is wrong.
    """
    full = str(beside(Path(name), info)) if is_path(name) else name
    try:
        path = locate(full, folder)
    except UnknownNameError as error:
        raise ValueError(str(error)) from None
    if is_own(path):  # sound, and part of the package: nothing is gained by reading it now
        return full
    if not path.exists():
        raise ValueError(f"{full}: {NO_FILE}")
    loaded = open_file(full)
    note_inputs((*loaded.files, *loaded.inputs), info)
    return full


def position_of(path: Path, *steps: str | int) -> str:
    """Return where a value stands, or the file if it stands in one that this one extends."""
    value, _ = parse(path.read_text(encoding="utf-8"), str(path))
    position: Any = value.position
    here: Any = value
    for step in steps:
        try:
            position, here = here.values_at[step], here[step]
        except (AttributeError, LookupError):
            break
    return str(position)
