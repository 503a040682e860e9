"""Blocks of lines that are prepared where an executor works, such as on the nodes of a cluster."""

from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from typing import Any, Self

from receiptgen.core.errors import DatasetError
from receiptgen.dataset.identity import Ingredients, check_identity
from receiptgen.executors import Executor

from .line_blocks import LineBlock, LineStream
from .sources.live import LiveTable


@dataclass(frozen=True)
class TravellingLines:
    """A stream of lines for machines that see no file of this one; see ``TravellingWork``.

    Attributes:
        lines: The stream.
        drawn: What each data set that is generated is made of, as ``Ingredients`` takes it.
        identities: Versions and digests of all that they are made by, as this machine has them.
        files: Content of the user's own files among them that are named by paths below the current folder.
        paths: Paths of data sets on disk.
    """

    lines: LineStream
    drawn: tuple[tuple[tuple[str, ...], str, tuple[str, ...], str], ...]
    identities: tuple[Mapping[str, Any], ...]
    files: Mapping[str, bytes]
    paths: tuple[str, ...]

    @classmethod
    def of(cls, lines: LineStream, paths: Sequence[str]) -> Self:
        """Pack a stream.

        Args:
            lines: The stream.
            paths: Paths and URLs of its data sets that are read.

        Raises:
            ReceiptgenError: A file that lines are made by can't be read any more.
        """
        drawn = tuple(_made_of(table) for table in lines.tables if isinstance(table, LiveTable))
        made_of = [Ingredients(*each) for each in drawn]
        files = {name: content for each in made_of for name, content in each.portable_files().items()}
        own = tuple(path for path in paths if "://" not in path)
        return cls(lines, drawn, tuple(each.identity() for each in made_of), files, own)

    def __call__(self, index: int) -> LineBlock:
        """Return a block."""
        return self.lines.block(index)

    def check(self) -> None:
        """Find out whether this machine has the data sets on disk, and would draw the same lines.

        Raises:
            DatasetError: A data set is not there.
            ExecutorError: It would draw others.
        """
        for path in self.paths:
            if not Path(path).exists():
                raise DatasetError(
                    f"{path}: is not on it; --draw-on takes lines that are generated, shards in a store, and files "
                    "that all nodes see by the same absolute path"
                )
        for each, theirs in zip(self.drawn, self.identities, strict=True):
            check_identity(Ingredients(*each).identity(), theirs)


def _made_of(table: LiveTable) -> tuple[tuple[str, ...], str, tuple[str, ...], str]:
    return (table.template,) if table.template else (), table.source, table.mix.kinds, table.profile


class ExecutorPool:
    """Blocks prepared by an executor; see ``BlockPool``.

    Args:
        work: What prepares a block.
        executor: Where.
    """

    def __init__(self, work: TravellingLines, executor: Executor) -> None:
        self._work, self._executor = work, executor

    @property
    def parallel(self) -> int:
        """Number of blocks that are prepared at a time, as far as is known."""
        return max(1, self._executor.cores)

    def blocks(self, indices: Iterator[int], stop: Event) -> Iterator[LineBlock]:
        """Yield blocks in order.

        Raises:
            ExecutorError: The executor can't be reached, or has lost all that works for it.
        """
        results = self._executor.map(self._work, indices)
        try:
            for block in results:
                if stop.is_set():
                    return
                yield block
        finally:
            if isinstance(results, Generator):  # ends what is under way
                results.close()

    def close(self) -> None:
        """End what was started, and leave the cluster."""
        self._executor.close()
