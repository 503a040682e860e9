"""Data sets of labelled line images, by index and in any format."""

from collections.abc import Iterable, Sequence
from itertools import accumulate
from typing import NamedTuple, Protocol, runtime_checkable

from receiptgen.core.registry import Registry
from receiptgen.imaging.geometry import Pixels


class Example(NamedTuple):
    """A labelled line image.

    Attributes:
        image: Grey image uint8 (H, W), black 0.
        text: Ground truth in NFC; runs of white space are one space, and there is none at either end. Empty where
            nothing is to be read.
        kind: Kind of line, such as ``price``; empty where the data does not say.
        name: Name like a path, unique within the data set: ``price/000012.png``, ``img/006.jpg#12``.
        origin: Name that copies of one line share, which show the same text in the same print; empty where there are
            none.
    """

    image: Pixels
    text: str
    kind: str
    name: str
    origin: str = ""


class Flaw(NamedTuple):
    """A row that gives no example.

    Attributes:
        name: Name of the row: a file, ``file:line`` or ``file#box``.
        reason: Reason why it can't be used, such as ``no such file``.
    """

    name: str
    reason: str


class RowLabel(NamedTuple):
    """What is known of a row without its image.

    Attributes:
        text: Ground truth as ``Example`` has it; empty where there is none.
        group: Name that rows share which must not be parted: page or writer, or else the image.
        name: Name of the row, as ``Example`` has it; empty where it is known by reading only.
    """

    text: str
    group: str
    name: str = ""


class Table(Protocol):
    """An opened data set; can be pickled, and opens its files again in each process.

    Attributes:
        size: Number of rows; None for endless ones.
    """

    size: int | None

    def read(self, index: int) -> Example | Flaw:
        """Read row ``index`` with its image."""

    def label(self, index: int) -> RowLabel:
        """Return text, group and name of row ``index``, without its image where it is on disk."""


class ShardLayout(NamedTuple):
    """How the rows of a data set lie in shards, each of which is fetched whole before one of its rows is read.

    Attributes:
        names: Name of each shard, by which some of them are held out.
        rows: Number of rows of each, which follow one another in the table; about that where it is not ``exact``.
        exact: Whether these are the true numbers. Where they aren't, an index of ``size`` or more stands for a row of a
            later epoch, which goes on in each shard where the epoch before stopped.
        together: Number of shards whose rows are mixed, the only ones that are needed at a time.
        looked: Shards that were fetched when the data set was opened; they stand for all where labels are looked at.
    """

    names: tuple[str, ...]
    rows: tuple[int, ...]
    exact: bool
    together: int
    looked: tuple[int, ...]

    def rows_of(self, shards: Iterable[int]) -> list[int]:
        """Return the rows of some shards, shard after shard."""
        starts = [0, *accumulate(self.rows)]
        return [row for shard in shards for row in range(starts[shard], starts[shard + 1])]


@runtime_checkable
class ShardedTable(Table, Protocol):
    """A table whose rows lie in shards; reading it in another order than by shards would fetch them again and again.

    Attributes:
        layout: Where its rows lie.
    """

    layout: ShardLayout

    def part(self, shards: Sequence[int]) -> "ShardedTable":
        """Return a table of some of the shards."""

    def fetch_ahead(self, shards: Sequence[int]) -> None:
        """Fetch shards, the most urgent first, while others are read; what fails is told by who reads them."""


def layout_of(table: Table) -> ShardLayout | None:
    """Return how the rows of a table lie in shards; None where they are at hand in any order."""
    return table.layout if isinstance(table, ShardedTable) else None


class DataSource(Protocol):
    """A format of data sets: a record of the settings that YAML gives under the member's name.

    Where rows share groups that are not images, a class variable ``groups`` says in reports what they are: ``writers``.
    """

    def open(self, seed: int) -> Table:
        """Find the rows without reading images.

        Args:
            seed: Seed of synthetic samples; data on disk does not depend on it.

        Raises:
            DatasetError: There is no such data, or its labels can't be read.
        """


DATASETS: Registry[DataSource] = Registry(__name__, "receiptgen.train.sources", "data set format")
