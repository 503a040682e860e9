"""Packaged or own YAML files by name: templates, snippet sets, profiles."""

from collections.abc import Mapping
from hashlib import sha256
from itertools import starmap
from pathlib import Path
from typing import Any, Generic, NamedTuple, TypeVar

from receiptgen.config.paths import INPUTS
from receiptgen.config.records import Record, load
from receiptgen.config.yaml_nodes import parse
from receiptgen.core.assets import packaged
from receiptgen.core.files import readable
from receiptgen.core.inputs import InputFile, remember

M = TypeVar("M", bound=Record)


def is_path(name: str) -> bool:
    """Tell whether a name is the path of a YAML file, not that of a packaged one."""
    return name.endswith((".yaml", ".yml")) or "/" in name


def locate(name: str, folder: str) -> Path:
    """Return the file that a path or a packaged name stands for."""
    return Path(name) if is_path(name) else packaged(folder, name)


class Loaded(NamedTuple, Generic[M]):
    """A file as read.

    Attributes:
        value: What it says.
        digest: SHA-256 of the file, and of those that it extends.
        inputs: Files that it names, as fonts and lists of words.
    """

    value: M
    digest: str
    inputs: tuple[InputFile, ...]


def load_named(name: str, folder: str, model: type[M], context: Mapping[str, Any] | None = None) -> Loaded[M]:
    """Load a file by packaged name or path; its record is given the file's name, its validators the context.

    Raises:
        UnknownNameError: There is no packaged file of that name.
        ConfigError: It is wrong.
    """
    path = locate(name, folder)
    texts: dict[str, str] = {}
    inputs: dict[Path, InputFile] = {}

    def resolve(parent: str, child: Path) -> Path:
        beside = child.parent / parent
        return beside if beside.is_file() else locate(parent, folder)

    value = load(path, model, resolve=resolve, context={**(context or {}), INPUTS: inputs}, texts=texts)
    if is_path(name):  # what is packaged stays as it is, and extends nothing else
        for file in (*starmap(InputFile.of_text, texts.items()), *inputs.values()):
            remember(file)
    digest = sha256(b"\0".join(text.encode() for text in texts.values())).hexdigest()
    return Loaded(value.model_copy(update={"name": readable(path.stem)}), digest, tuple(inputs.values()))


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
