"""From rows of data sets to prepared lines with labels: what workers do."""

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

from .mixture import BLOCK, TRIES, Mixture, Row
from .skipped import Skip
from .sources import Example, Flaw, Table


class WeightedSource(NamedTuple):
    """A data set and its part.

    Attributes:
        name: How reports call it.
        table: Its rows.
        weight: Of its part.
        effects: What is done to its images before they are prepared.
    """

    name: str
    table: Table
    weight: float = 1.0
    effects: tuple[Effect, ...] = ()


@dataclass(frozen=True)
class LineBlock:
    """Prepared lines, the narrowest first.

    Attributes:
        pixels: uint8, one image (``height``, width) after the other.
        widths: int32 (lines,).
        labels: int32 of each line.
        flaws: Rows that gave none.
        height: Of all lines.
        seconds: That it took to make.
    """

    pixels: Pixels
    widths: NDArray[np.int32]
    labels: list[NDArray[np.int32]]
    flaws: list[Skip]
    height: int
    seconds: float

    @cached_property
    def _ends(self) -> NDArray[np.int64]:
        return np.concatenate([[0], np.cumsum(self.widths, dtype=np.int64) * self.height])

    def image(self, line: int) -> Pixels:
        """Return a line's image (``height``, width)."""
        start, stop = self._ends[line : line + 2]
        return self.pixels[start:stop].reshape(self.height, -1)


class LineStream:
    """The numbered lines of several data sets; pickles, and draws a block anywhere.

    Args:
        shares: The data sets.
        charset: Of the labels.
        preprocess: Of the images.
        step: Pixels of a line for each time step.
        seed: Of all.
    """

    def __init__(
        self, shares: Sequence[WeightedSource], charset: Charset, preprocess: Preprocess, step: int, seed: int
    ) -> None:
        self._shares, self._charset, self._preprocess = tuple(shares), charset, preprocess
        self._step, self._seed = step, seed
        for share in shares:
            if share.table.size == 0:
                raise TrainingError(f"{share.name}: has no rows")

    def __getstate__(self) -> dict[str, object]:
        return {name: value for name, value in self.__dict__.items() if name != "_mixture"}

    @cached_property
    def _mixture(self) -> Mixture:
        shares = self._shares
        return Mixture([share.weight for share in shares], [share.table.size for share in shares], self._seed)

    @property
    def largest(self) -> int:
        """Bytes of the largest block's pixels."""
        return BLOCK * self._preprocess.height * self._preprocess.longest

    def block(self, number: int) -> LineBlock:
        """Draw, prepare and label the lines of a block.

        Raises:
            TrainingError: A data set has no row that can be used.
        """
        begun = perf_counter()
        flaws: list[Skip] = []
        made = [self._line(row, flaws) for row in self._mixture.block(number)]
        made.sort(key=lambda line: line[0].shape[1])
        return LineBlock(
            np.concatenate([image.ravel() for image, _ in made]),
            np.array([image.shape[1] for image, _ in made], np.int32),
            [labels for _, labels in made],
            flaws,
            self._preprocess.height,
            perf_counter() - begun,
        )

    def _line(self, row: Row, flaws: list[Skip]) -> tuple[Pixels, NDArray[np.int32]]:
        """Return the image and labels of a row, or of one that stands in for it."""
        share = self._shares[row.share]
        for attempt in range(TRIES):
            example = share.table.read(self._mixture.index(row, attempt))
            if isinstance(example, Example):
                if share.effects:
                    example = example._replace(image=self._degrade(example, share, row, attempt))
                prepared = prepare(example, self._charset, self._preprocess, self._step)
                if not isinstance(prepared, Flaw):
                    return prepared
                example = prepared
            flaws.append(Skip(share.name, example.name, example.reason))
        last = flaws[-1]
        raise TrainingError(
            f"{share.name}: {TRIES:,} rows one after the other can't be used; the last is {last.name}: {last.reason}"
        )

    def _degrade(self, example: Example, share: WeightedSource, row: Row, attempt: int) -> Pixels:
        dice = Dice(key_of(self._seed, "effects", *row, attempt))
        height, width = example.image.shape
        blank = Regions.blank(width, height)
        page, _ = apply_effects(share.effects, Page(example.image, blank), dice)
        return page.image


def prepare(
    example: Example, charset: Charset, preprocess: Preprocess, step: int
) -> tuple[Pixels, NDArray[np.int32]] | Flaw:
    """Return the image that a network is given, and labels; or why there are none.

    Args:
        example: The line.
        charset: Of the labels.
        preprocess: Of the image.
        step: Pixels for each time step, of which CTC needs one a label, and one more between equal labels.
    """
    if lacking := charset.lacking(example.text):
        return Flaw(example.name, f"characters outside the charset: {lacking}")
    labels = charset.encode(example.text)
    image = preprocess.prepare(example.image)
    steps = -(-image.shape[1] // step)
    needed = len(labels) + int((labels[1:] == labels[:-1]).sum())
    if needed > steps:
        return Flaw(example.name, f"its text needs {needed} time steps, its image gives {steps}")
    return image, labels
