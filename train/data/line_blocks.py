"""Blocks of prepared and labelled lines, which workers make from rows of data sets."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from time import perf_counter
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from receiptgen.core.dice import Dice, key_of
from receiptgen.core.errors import TrainingError
from receiptgen.effects import Effect, apply_effects
from receiptgen.imaging.geometry import Pixels
from receiptgen.imaging.page import Page
from receiptgen.imaging.regions import Regions
from receiptgen.recognition.charset import Charset
from receiptgen.recognition.preprocess import Preprocess

from .batch_plan import BatchPlan
from .batches import Batch, collate
from .copies import order_by_width
from .mixture import BLOCK, TRIES, Classes, Mixture, Row
from .skipped import Skip
from .sources import Example, Flaw, ShardedTable, Table, layout_of


class WeightedSource(NamedTuple):
    """A data set with its weight in the mixture.

    Attributes:
        name: Name in reports.
        table: Rows of the data set.
        weight: Weight of its lines against those of the others.
        effects: Effects on its images before preprocessing.
        classes: Its rows by class where all classes are drawn equally often; None where all rows are.
        checks_labels: Whether the label of a row is looked at before its image, since some labels can't be spelt.
    """

    name: str
    table: Table
    weight: float = 1.0
    effects: tuple[Effect, ...] = ()
    classes: Classes | None = None
    checks_labels: bool = False


@dataclass(frozen=True)
class LineBlock:
    """Prepared lines, the narrowest first but for copies of one line, which are kept apart.

    Attributes:
        pixels: Images (``height``, width) one after the other, uint8.
        widths: Width of each line in pixels, int32 (lines,).
        labels: Labels of each line, int32.
        flaws: Rows that gave no line.
        height: Height of all lines in pixels.
        seconds: Time that it took to prepare, in seconds.
    """

    pixels: Pixels
    widths: NDArray[np.int32]
    labels: list[NDArray[np.int32]]
    flaws: list[Skip]
    height: int
    seconds: float

    @property
    def bytes(self) -> int:
        """Number of bytes of all images."""
        return self.height * int(self.widths.sum())

    @cached_property
    def _ends(self) -> list[int]:
        return [0, *(np.cumsum(self.widths, dtype=np.int64) * self.height).tolist()]

    def image(self, line: int) -> Pixels:
        """Return a line's image (``height``, width)."""
        return self.pixels[self._ends[line] : self._ends[line + 1]].reshape(self.height, -1)


class LineStream:
    """The endless stream of lines of several data sets; can be pickled, and gives any block by index.

    Args:
        sources: Data sets with their weights.
        charset: Charset of the labels.
        preprocess: Preprocessing of the images.
        step: Width of a time step in pixels.
        seed: Seed of order, stand-ins and effects.
        apart: Distance that copies of one line should have in a block, as ``order_by_width`` takes it.
    """

    def __init__(
        self, sources: Sequence[WeightedSource], charset: Charset, preprocess: Preprocess, step: int, seed: int,
        apart: int = 1,
    ) -> None:  # fmt: skip
        self._sources, self._charset, self._preprocess = tuple(sources), charset, preprocess
        self._step, self._seed, self._apart = step, seed, apart
        for source in sources:
            if source.table.size == 0:
                raise TrainingError(f"{source.name}: has no rows")

    def __getstate__(self) -> dict[str, object]:
        return {name: value for name, value in self.__dict__.items() if name not in {"_mixture", "_unusable"}}

    @cached_property
    def _unusable(self) -> list["_UnusableRows"]:
        return [_UnusableRows(source.table) for source in self._sources]

    @cached_property
    def _mixture(self) -> Mixture:
        sources = self._sources
        weights, sizes = [source.weight for source in sources], [source.table.size for source in sources]
        layouts = [layout_of(source.table) for source in sources]
        return Mixture(weights, sizes, self._seed, [source.classes for source in sources], layouts)

    @property
    def tables(self) -> tuple[Table, ...]:
        """Rows of the data sets."""
        return tuple(source.table for source in self._sources)

    @property
    def largest(self) -> int:
        """Size of the largest block's pixels in bytes."""
        return BLOCK * self._preprocess.height * (self._preprocess.width or self._preprocess.longest)

    def block(self, index: int) -> LineBlock:
        """Read, prepare and label the lines of a block.

        Raises:
            TrainingError: A data set has no row that can be used.
        """
        start = perf_counter()
        flaws: list[Skip] = []
        rows = self._mixture.block(index)
        self._fetch_ahead(rows)
        drawn = [self._line(row, flaws) for row in rows]
        widths = [line.image.shape[1] for line in drawn]
        lines = [drawn[place] for place in order_by_width(widths, [line.origin for line in drawn], self._apart)]
        return LineBlock(
            np.concatenate([line.image.ravel() for line in lines]),
            np.array([line.image.shape[1] for line in lines], np.int32),
            [line.labels for line in lines],
            flaws,
            self._preprocess.height,
            perf_counter() - start,
        )

    def batch(self, blocks: Sequence[tuple[LineBlock, slice]], plan: BatchPlan) -> Batch:
        """Return a batch of some lines of some blocks."""
        images = [block.image(line) for block, part in blocks for line in range(part.start, part.stop)]
        labels = [label for block, part in blocks for label in block.labels[part]]
        return collate(images, labels, plan.batch, multiple=plan.multiple, part=plan.lines)

    def _fetch_ahead(self, rows: Sequence[Row]) -> None:
        """Have the shards fetched that the rows of a block lie in, and those that come next."""
        for row in {row.source: row for row in rows}.values():
            table = self._sources[row.source].table
            if isinstance(table, ShardedTable):
                table.fetch_ahead(self._mixture.shards(row))

    def _line(self, row: Row, flaws: list[Skip]) -> "_Line":
        """Return the line of a row, or of the next usable one that replaces it."""
        source, unusable = self._sources[row.source], self._unusable[row.source]
        for attempt in range(TRIES):
            index = self._mixture.index(row, attempt)
            if index in unusable:
                continue
            found = self._read(source, index)
            # What effects leave of an image differs from time to time.
            lasts = isinstance(found, Flaw) or not source.effects
            if isinstance(found, Example):
                if source.effects:
                    found = found._replace(image=self._degrade(found, source, row, attempt))
                prepared = prepare_example(found, self._charset, self._preprocess, self._step)
                if not isinstance(prepared, Flaw):
                    return _Line(*prepared, f"{row.source}/{found.origin}" if found.origin else "")
                found = prepared
            unusable.add(index, found, lasts)
            flaws.append(Skip(source.name, *found))
        last = unusable.last
        raise TrainingError(
            f"{source.name}: {TRIES:,} rows one after the other can't be used; the last is {last.name}: {last.reason}"
        )

    def _read(self, source: WeightedSource, index: int) -> Example | Flaw:
        """Read a row, but not its image where its label tells that it can't be used."""
        if source.checks_labels:
            label = source.table.label(index)
            if label.name and (flaw := _spelling_flaw(label.name, label.text, self._charset)):
                return flaw
        return source.table.read(index)

    def _degrade(self, example: Example, source: WeightedSource, row: Row, attempt: int) -> Pixels:
        dice = Dice(key_of(self._seed, "effects", *row, attempt))
        height, width = example.image.shape
        regions = Regions.blank(width, height)
        page, _ = apply_effects(source.effects, Page(example.image, regions), dice)
        return page.image


class _Line(NamedTuple):
    """A prepared line.

    Attributes:
        image: Image (``height``, width) uint8.
        labels: Its labels, int32.
        origin: Name that its copies share; empty where it has none.
    """

    image: Pixels
    labels: NDArray[np.int32]
    origin: str


class _UnusableRows:
    """The rows of a data set that this process knows to give no line, so that none is read again.

    Args:
        table: The data set; of an endless one no row comes again.

    Attributes:
        last: The latest flaw.
    """

    def __init__(self, table: Table) -> None:
        layout = layout_of(table)
        # Where the numbers of rows in shards are estimates, a row has another index in each epoch.
        self._size = table.size if layout is None or layout.exact else None
        self._rows = np.zeros(0, np.bool_)
        self.last = Flaw("", "")

    def __contains__(self, index: int) -> bool:
        return index < len(self._rows) and bool(self._rows[index])

    def add(self, index: int, flaw: Flaw, lasts: bool) -> None:
        """Note why a row gave no line, and where it lasts, that it never will."""
        self.last = flaw
        if lasts and self._size:
            if not len(self._rows):
                self._rows = np.zeros(self._size, np.bool_)
            self._rows[index] = True


def _spelling_flaw(name: str, text: str, charset: Charset) -> Flaw | None:
    lacking = charset.lacking(text)
    return Flaw(name, f"{charset.kind} outside the charset: {lacking}") if lacking else None


def prepare_example(
    example: Example, charset: Charset, preprocess: Preprocess, step: int
) -> tuple[Pixels, NDArray[np.int32]] | Flaw:
    """Return the input image and the labels of a line; or why it can't be used.

    Args:
        example: The line.
        charset: Charset of the labels.
        preprocess: Preprocessing of the image.
        step: Width of a time step in pixels; CTC needs a step for each label, and one more between equal labels.
    """
    if flaw := _spelling_flaw(example.name, example.text, charset):
        return flaw
    labels = charset.encode(example.text)
    image = preprocess.prepare(example.image)
    steps = -(-image.shape[1] // step)
    needed = len(labels) + int((labels[1:] == labels[:-1]).sum())
    if needed > steps:
        return Flaw(example.name, f"its text needs {needed} time steps, its image has {steps}")
    return image, labels
