"""The endless stream of crops of drawn pages, in blocks that workers prepare."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from time import perf_counter
from typing import Annotated

import numpy as np
from numpy.typing import NDArray
from pydantic import AfterValidator, Field, ValidationInfo

from receiptgen.config.named_files import named_by
from receiptgen.config.records import Record
from receiptgen.core.dice import Dice, key_of
from receiptgen.core.errors import ReceiptgenError, TrainingError
from receiptgen.drawing.profile import profile
from receiptgen.drawing.receipts import Receipts
from receiptgen.drawing.template import receipt_template
from receiptgen.finding.network import PER_VALUE
from receiptgen.imaging.geometry import Pixels

from ..batch_plan import BatchPlan
from ..skipped import Skip
from .batches import PageBatch, PageTruth, collate_crops
from .crops import Crops, cut_crop
from .drawn_page import DrawnPage, drawn_page, squeezed

# Pages that are tried for a block before its data set is given up.
_TRIES = 20
# Types of the maps of ``PageTruth``, in their order.
_KINDS = (np.uint8, np.float16, np.int8, np.int8)


def _profile(name: str, info: ValidationInfo) -> str:
    return named_by(name, info, "profiles", profile)


def _template(name: str, info: ValidationInfo) -> str:
    return named_by(name, info, "templates", receipt_template)


class PageSource(Record):
    """Receipts that are drawn for a finder to learn from.

    Attributes:
        profile: Profile of printing and capture, a packaged name or a path.
        templates: Receipt templates, packaged names or paths; all packaged ones where none is named.
        locales: Countries; those of each template where none is named.
        weight: Weight of their crops against those of others.
    """

    profile: Annotated[str, AfterValidator(_profile)]
    templates: tuple[Annotated[str, AfterValidator(_template)], ...] = ()
    locales: tuple[str, ...] = ()
    weight: float = Field(default=1.0, gt=0, le=1e9)

    def open(self, seed: int) -> Receipts:
        """Load templates and profile.

        Raises:
            ReceiptgenError: One is missing or wrong.
        """
        key = key_of(seed, "pages", self.profile, *self.templates, *self.locales)
        return Receipts(self.templates, profile=self.profile, seed=key, locales=self.locales)


@dataclass(frozen=True)
class PageBlock:
    """Crops of one page.

    Attributes:
        pixels: Crops and their maps one after the other, as bytes.
        size: Height and width of a crop in pixels.
        count: Number of crops.
        flaws: Pages that could not be drawn.
        seconds: Time that it took to prepare, in seconds.
    """

    pixels: Pixels
    size: int
    count: int
    flaws: list[Skip]
    seconds: float

    @property
    def bytes(self) -> int:
        """Number of bytes of all crops and maps."""
        return self.count * crop_bytes(self.size)

    def crop(self, index: int) -> tuple[Pixels, PageTruth]:
        """Return a crop and its truth."""
        start = index * crop_bytes(self.size)
        side, values = self.size // PER_VALUE, (self.size // PER_VALUE) ** 2
        image = self.pixels[start : start + self.size**2].reshape(self.size, self.size)
        start += self.size**2
        maps: list[NDArray[np.generic]] = []
        for kind in _KINDS:
            length = values * np.dtype(kind).itemsize
            # A copy, since numbers of two bytes may begin anywhere.
            maps.append(np.frombuffer(self.pixels[start : start + length].tobytes(), kind).reshape(side, side))
            start += length
        return image, PageTruth(*maps)  # type: ignore[arg-type]  # of the types of _KINDS


def crop_bytes(size: int) -> int:
    """Return the bytes of a crop with its maps."""
    return size**2 + (size // PER_VALUE) ** 2 * sum(np.dtype(kind).itemsize for kind in _KINDS)


class PageStream:
    """The endless stream of crops of several sources; can be pickled, and gives any block by index.

    A block is the crops of one page, since drawing it takes most of the time; batches take crops of several blocks.

    Args:
        sources: Receipts to draw.
        crops: How they become crops.
        seed: Seed of all.
    """

    def __init__(self, sources: Sequence[PageSource], crops: Crops, seed: int) -> None:
        self._sources, self._crops, self._seed = tuple(sources), crops, seed

    def __getstate__(self) -> dict[str, object]:
        return {name: value for name, value in self.__dict__.items() if name != "_receipts"}

    @cached_property
    def _receipts(self) -> list[Receipts]:
        return [source.open(self._seed) for source in self._sources]

    def open(self) -> None:
        """Load what is drawn, so that faults are told before anything is trained."""
        assert self._receipts

    @property
    def largest(self) -> int:
        """Size of a block in bytes."""
        return self._crops.each * crop_bytes(self._crops.size)

    def block(self, index: int) -> PageBlock:
        """Draw a page, and cut its crops.

        Raises:
            TrainingError: No page could be drawn.
        """
        start = perf_counter()
        flaws: list[Skip] = []
        dice = Dice(key_of(self._seed, "page block", index))
        page = self._page(index, dice, flaws)
        ground = self._crops.draw_ground(dice.fork("ground"))
        crops = [cut_crop(page, ground, self._crops, dice.fork(f"crop {place}")) for place in range(self._crops.each)]
        parts = [part.tobytes() for image, truth in crops for part in (image, *truth)]
        content = np.frombuffer(bytearray().join(parts), np.uint8)
        return PageBlock(content, self._crops.size, self._crops.each, flaws, perf_counter() - start)

    def _page(self, index: int, dice: Dice, flaws: list[Skip]) -> DrawnPage:
        """Return the page of a block, or another where it can't be drawn or has too little text."""
        place = dice.weigh_index([source.weight for source in self._sources])
        source, receipts = self._sources[place], self._receipts[place]
        for attempt in range(_TRIES):
            number = _TRIES * index + attempt
            try:
                sample = receipts.draw(number)
            except ReceiptgenError as error:
                flaws.append(Skip(source.profile, f"receipt {number}", str(error)))
                continue
            page = drawn_page(sample.page)
            if page is None:
                flaws.append(Skip(source.profile, sample.name, "has too few words"))
                continue
            tight = dice.fork("leading")
            return (
                squeezed(page, tight.within(self._crops.leading), tight) if tight.chance(self._crops.squeezed) else page
            )
        raise TrainingError(f"pages of profile {source.profile!r}: {_TRIES} in a row can't be used; {flaws[-1].reason}")

    def batch(self, blocks: Sequence[tuple[PageBlock, slice]], plan: BatchPlan) -> PageBatch:
        """Return a batch of some crops of some blocks."""
        crops = [block.crop(place) for block, part in blocks for place in range(part.start, part.stop)]
        images, truths = zip(*crops, strict=True)
        return collate_crops(images, truths, plan.batch, plan.lines)
