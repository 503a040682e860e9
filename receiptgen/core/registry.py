"""Rooms: a package whose files are its members, imported on demand."""

from collections.abc import Iterable, Iterator
from functools import cached_property
from importlib import import_module
from pkgutil import iter_modules
from typing import Any, Generic, TypeVar

from receiptgen.core.added_points import added_points
from receiptgen.core.errors import UnknownNameError
from receiptgen.core.suggestions import hint

Member = TypeVar("Member")
C = TypeVar("C")


class Registry(Generic[Member]):
    """The members of one room by name.

    A member is a class registered in a file of the room or of one of its folders; the file's name is the member's name
    in YAML (``kind: price``) and on the command line. Other packages add members through entry points, whose names are
    the members' names.

    Args:
        package: Dotted name of the room, as ``receiptgen.snippets``.
        group: Entry-point group by which other packages add members.
        noun: What a user calls a member, as ``snippet kind``.
    """

    def __init__(self, package: str, group: str, noun: str) -> None:
        self.package, self.group, self.noun = package, group, noun
        self._classes: dict[str, type[Member]] = {}
        self._names: dict[type[Any], str] = {}

    @cached_property
    def _foreign(self) -> dict[str, Any]:
        return {point.name: point for point in added_points(self.group)}

    @cached_property
    def _modules(self) -> dict[str, str]:
        """Dotted names of the modules of the room's own members, by member."""
        return dict(_members(import_module(self.package).__path__, self.package))

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Names of all members, sorted; imports none of them."""
        return tuple(sorted({*self._modules, *self._foreign}))

    def folder_of(self, name: str) -> str:
        """Return the folder of the room that holds a member; empty where it lies in the room itself or elsewhere."""
        return self._modules.get(name, "").removeprefix(f"{self.package}.").rpartition(".")[0]

    def register(self, member: type[C]) -> type[C]:
        """Enter a class under its file's name; a decorator."""
        self._enter(member.__module__.rpartition(".")[2], member)
        return member

    def _enter(self, name: str, member: type[Any]) -> None:
        self._classes[name] = member  # the room's test checks the Protocol
        self._names[member] = name

    def get(self, name: str) -> type[Member]:
        """Import and return the member of that name.

        Raises:
            UnknownNameError: There is no member of that name, or its file registers none.
        """
        if name not in self._classes:
            # Its own first: to look up what other packages add takes longer than to list a folder.
            if name in self._modules:
                import_module(self._modules[name])
            elif name in self._foreign:
                self._enter(name, self._foreign[name].load())
            else:
                raise UnknownNameError(f"unknown {self.noun} {name!r}{hint(name, self.names)}")
            if name not in self._classes:
                raise UnknownNameError(f"{self._modules[name]}: registers no {self.noun}; decorate its class")
        return self._classes[name]

    def name_of(self, member: type[Any]) -> str:
        """Return the name under which a loaded member class is registered."""
        return self._names[member]

    def __iter__(self) -> Iterator[str]:
        return iter(self.names)

    def __contains__(self, name: object) -> bool:
        return name in self._modules or name in self._foreign


def _members(folders: Iterable[str], package: str) -> Iterator[tuple[str, str]]:
    """Yield name and dotted module of each member; files and folders named with an underscore are shared helpers."""
    folders = list(folders)
    for module in iter_modules(folders):
        dotted = f"{package}.{module.name}"
        if module.name.startswith("_"):
            continue
        if module.ispkg:
            yield from _members([f"{folder}/{module.name}" for folder in folders], dotted)
        else:
            yield module.name, dotted
