"""The processes that train together, each on lines of its own."""

from typing import NamedTuple


class ProcessGroup(NamedTuple):
    """The processes that train together.

    Attributes:
        rank: Number of this one, from 0.
        size: How many.
    """

    rank: int = 0
    size: int = 1
