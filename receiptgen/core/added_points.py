"""What other packages add, by their entry points."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint


def added_points(group: str) -> tuple[EntryPoint, ...]:
    """Return the entry points of a group; all installed packages are looked through once in a process.

    Args:
        group: As ``receiptgen.commands``.
    """
    return tuple(_all_points().select(group=group))


@cache
def _all_points() -> Any:
    # Here, since it imports what reads mail; those who name what is packaged wait for none of it.
    from importlib.metadata import entry_points

    return entry_points()  # of a class that Python 3.12 renames
