"""Data sets of labelled line images, by index and in any format."""

from typing import NamedTuple, Protocol

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
