"""Data sets: labelled line images by number, whatever form they lie in."""

from typing import NamedTuple, Protocol

from receiptgen.core.registry import Registry
from receiptgen.imaging.geometry import Pixels


class Example(NamedTuple):
    """A line image and what it says.

    Attributes:
        image: uint8 (H, W), gray, black 0.
        text: NFC; runs of white space are one space, and none stands at either end.
        kind: What it is, as ``price``; empty where the data does not say.
        name: Path-like, unique within the data set: ``price/000012.png``, ``img/006.jpg#12``.
    """

    image: Pixels
    text: str
    kind: str
    name: str


class Flaw(NamedTuple):
    """A row that gives no example.

    Attributes:
        name: Which one: a file, ``file:line`` or ``file#box``.
        reason: What is wrong with it, as ``no such file``.
    """

    name: str
    reason: str


class Table(Protocol):
    """An opened data set; pickles, and opens its files again in each process.

    Attributes:
        size: Rows; None where samples never end.
    """

    size: int | None

    def read(self, index: int) -> Example | Flaw:
        """Read row ``index``, from 0, with its image."""


class DataSource(Protocol):
    """A form of data set: a record of the settings that YAML gives under the member's name."""

    def open(self, seed: int) -> Table:
        """Find the rows, reading no image.

        Args:
            seed: Seed of synthetic samples; data that lies on disk does not depend on it.

        Raises:
            DatasetError: There is no such data, or its labels can't be read.
        """


DATASETS: Registry[DataSource] = Registry(__name__, "receiptgen.train.sources", "form of data set")
