"""Groups of processes that train together, each on its own lines."""

from typing import NamedTuple


class ProcessGroup(NamedTuple):
    """The processes that train together.

    Attributes:
        rank: Index of this process.
        size: Number of processes.
    """

    rank: int = 0
    size: int = 1
