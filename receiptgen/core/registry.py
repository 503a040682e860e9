"""Rooms: a package whose files are its members, imported on demand."""

from collections.abc import Iterable, Iterator
from functools import cached_property
from importlib import import_module
from importlib.metadata import entry_points
from pkgutil import iter_modules
from typing import Any, Generic, TypeVar

from rapidfuzz import fuzz, process

from receiptgen.core.errors import UnknownNameError

Member = TypeVar("Member")
C = TypeVar("C")
# Names that can be told in one line.
_FEW = 12


def near_miss(name: str, known: Iterable[str]) -> str:
    """Return ``; did you mean 'x'?`` when some known name resembles ``name``, else an empty string."""
    found = process.extractOne(name, list(known), scorer=fuzz.ratio, score_cutoff=60)
    return f"; did you mean {found[0]!r}?" if found else ""


def hint(name: str, known: Iterable[str]) -> str:
    """Return what helps who mistyped a name: the one that resembles it, or all where they are few."""
    names = list(known)
    return near_miss(name, names) or (f"; there are {', '.join(names)}" if len(names) <= _FEW else "")


class Registry(Generic[Member]):
    """The members of one room by name.

    A member is a class registered in a file of the room; the file's name is the member's name in
    YAML (``kind: price``) and on the command line. Other packages add members through entry points
    of the group ``receiptgen.ROOM`` (``receiptgen.snippets`` ...), whose names are the members' names.

    Args:
        package: Dotted name of the room, as ``receiptgen.snippets``.
    """

    def __init__(self, package: str) -> None:
        self.package = package
        self.room = package.rpartition(".")[2]
        self._classes: dict[str, type[Member]] = {}
        self._names: dict[type[Any], str] = {}

    @cached_property
    def _foreign(self) -> dict[str, Any]:
        return {point.name: point for point in entry_points(group=self.package)}

    @cached_property
    def _own(self) -> dict[str, str]:
        """Dotted names of the room's modules by member, those of its folders too; imports none of them."""
        return dict(_members(import_module(self.package).__path__, self.package))

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Names of all members, sorted; imports none of them."""
        return tuple(sorted({*self._own, *self._foreign}))

    def register(self, member: type[C]) -> type[C]:
        """Enter a class under its file's name; a decorator."""
        name = member.__module__.rpartition(".")[2]
        self._enter(name, member)
        return member

    def _enter(self, name: str, member: type[Any]) -> None:
        self._classes[name] = member  # the room's test checks the Protocol
        self._names[member] = name

    def get(self, name: str) -> type[Member]:
        """Import and return the member of that name.

        Raises:
            UnknownNameError: No member bears the name.
        """
        if name not in self._classes:
            if name not in self.names:
                raise UnknownNameError(f"unknown {self.room} member {name!r}{hint(name, self.names)}")
            if name in self._foreign:
                self._enter(name, self._foreign[name].load())
            else:
                import_module(self._own[name])
        return self._classes[name]

    def name_of(self, member: type[Any]) -> str:
        """Return the name under which a loaded member class is registered."""
        return self._names[member]

    def __iter__(self) -> Iterator[str]:
        return iter(self.names)

    def __contains__(self, name: object) -> bool:
        return name in self.names


def _members(folders: Iterable[str], package: str) -> Iterator[tuple[str, str]]:
    for module in iter_modules(folders):
        dotted = f"{package}.{module.name}"
        if module.ispkg:
            yield from _members([f"{folder}/{module.name}" for folder in folders], dotted)
        elif not module.name.startswith("_"):
            yield module.name, dotted
