"""Packaged or own YAML files by name: templates, snippet sets, profiles."""

from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any, Generic, NamedTuple, TypeVar

from receiptgen.config.records import Record, load
from receiptgen.core.assets import packaged
from receiptgen.core.files import readable

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
    """

    value: M
    digest: str


def load_named(name: str, folder: str, model: type[M], context: Mapping[str, Any] | None = None) -> Loaded[M]:
    """Load a file by packaged name or path; its record is given the file's name, its validators the context.

    Raises:
        UnknownNameError: There is no packaged file of that name.
        ConfigError: It is wrong.
    """
    path = locate(name, folder)
    chain = [path]

    def resolve(parent: str, child: Path) -> Path:
        beside = child.parent / parent
        chain.append(beside if beside.is_file() else locate(parent, folder))
        return chain[-1]

    value = load(path, model, resolve=resolve, context=context)
    digest = sha256(b"\0".join(file.read_bytes() for file in chain)).hexdigest()
    return Loaded(value.model_copy(update={"name": readable(path.stem)}), digest)
