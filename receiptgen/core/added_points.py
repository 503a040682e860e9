"""What other packages add, by their entry points."""

from functools import cache
from importlib.metadata import EntryPoint, entry_points
from typing import Any


def added_points(group: str) -> tuple[EntryPoint, ...]:
    """Return the entry points of a group; all installed packages are looked through once in a process.

    Args:
        group: As ``receiptgen.commands``.
    """
    return tuple(_all_points().select(group=group))


@cache
def _all_points() -> Any:
    return entry_points()  # of a class that Python 3.12 renames
