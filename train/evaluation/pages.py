"""Held-out crops of pages: drawn with a seed of their own, found and scored."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from receiptgen.core.dice import key_of
from receiptgen.finding.finder_model import FinderMaps
from receiptgen.imaging.geometry import Pixels

from ..data.pages.batches import BAND, DIRECTION, IGNORED, PAPER, PageTruth
from ..data.pages.crops import Crops
from ..data.pages.stream import PageSource, PageStream
from ..data.sources import Flaw
from .held_out_set import HeldOutSet
from .kind_reader import Counts, KindReader

# Crops of one held-out page, fewer than in training so that there are more pages.
_EACH = 4
# Probability above which a value belongs to a band or to paper.
LIKELY = 0.5
# A cell is found where a band shares more than this of both together with a true one: of such there is one at most.
_SAME = 0.5
# Pixels of the smallest band that counts as one that was found.
_SMALLEST = 4


class PageExample(NamedTuple):
    """A held-out crop.

    Attributes:
        name: Name of the crop.
        image: Crop uint8 (H, W), black 0.
        truth: What is true of it.
    """

    name: str
    image: Pixels
    truth: PageTruth


@dataclass(frozen=True)
class HeldOutPages(HeldOutSet):
    """Crops that are evaluated and never trained on; of pages that gave no crop, ``flaws`` tells."""

    examples: tuple[PageExample, ...]

    @property
    def content(self) -> list[str]:
        """What all processes must have alike."""
        return [f"{example.name} {example.image.sum()}" for example in self.examples]


def hold_pages_out(name: str, source: PageSource, crops: Crops, count: int, seed: int) -> HeldOutPages:
    """Draw a held-out set; training uses other keys.

    Args:
        name: Name in reports.
        source: Receipts to draw.
        crops: How they become crops.
        count: Number of crops.
        seed: Seed of the run.

    Raises:
        TrainingError: No page can be drawn.
    """
    stream = PageStream([source], crops.model_copy(update={"each": _EACH}), key_of(seed, "held out", name))
    blocks = [stream.block(index) for index in range(-(-count // _EACH))]
    examples = [
        PageExample(f"page {index} crop {place}", *block.crop(place))
        for index, block in enumerate(blocks)
        for place in range(_EACH)
    ]
    flaws = tuple(Flaw(skip.name, skip.reason) for block in blocks for skip in block.flaws)
    return HeldOutPages(name, tuple(examples[:count]), flaws)


class Tally(NamedTuple):
    """Sums over crops, from which figures follow.

    Attributes:
        crops: Number of crops.
        matched: Cells that were found.
        found: Cells found, true or not.
        true: True cells.
        values: Values of true bands.
        height: Sum over these of the error of the height, as a share of it.
        direction: Sum over these of the angle between directions, in degrees.
        shared: Values of paper both found and true.
        either: Values of paper found or true.
    """

    crops: float
    matched: float
    found: float
    true: float
    values: float
    height: float
    direction: float
    shared: float
    either: float


class PageFigures(NamedTuple):
    """Figures of a set of crops; nan where nothing tells them.

    Attributes:
        crops: Number of crops.
        cells: Number of true cells.
        precision: Share of the cells found that are true, 0 to 1.
        recall: Share of the true cells that were found.
        f1: Their harmonic mean.
        height: Mean error of the height of letters, as a share of it.
        direction: Mean angle between the found and the true direction, in degrees.
        paper: Intersection of found and true paper over their union.
    """

    crops: int
    cells: int
    precision: float
    recall: float
    f1: float
    height: float
    direction: float
    paper: float


def tally(maps: FinderMaps, truth: PageTruth) -> Tally:
    """Compare the maps of a crop with its truth."""
    true, ignored = (truth.marks & BAND) > 0, (truth.marks & IGNORED) > 0
    matched, found, cells = _match(maps.band > LIKELY, true, ignored)
    heights = np.exp(truth.heights[true].astype(np.float32))
    cosine = (maps.across * truth.across + maps.down * truth.down)[true] / DIRECTION
    paper, found_paper = (truth.marks & PAPER) > 0, maps.paper > LIKELY
    return Tally(
        1, matched, found, cells, float(true.sum()), float(np.abs(maps.height[true] / heights - 1).sum()),
        float(np.rad2deg(np.arccos(cosine.clip(-1, 1))).sum()), float((paper & found_paper).sum()),
        float((paper | found_paper).sum()),
    )  # fmt: skip


def _match(found: NDArray[np.bool_], true: NDArray[np.bool_], ignored: NDArray[np.bool_]) -> tuple[int, int, int]:
    """Return the numbers of cells found that are true, of cells found, and of true cells.

    Bands of which most is ignored don't count.
    """
    (count_found, labels_found), (count_true, labels_true) = map(_components, (found, true))
    pairs = np.bincount((labels_true * count_found + labels_found).ravel(), minlength=count_true * count_found)
    shared = pairs.reshape(count_true, count_found)[1:, 1:].astype(np.float64)
    own_found, own_true = (np.bincount(labels.ravel(), minlength=n)[1:] for labels, n in
                           ((labels_found, count_found), (labels_true, count_true)))  # fmt: skip
    hidden_found, hidden_true = (np.bincount(labels[ignored], minlength=n)[1:] for labels, n in
                                 ((labels_found, count_found), (labels_true, count_true)))  # fmt: skip
    counted_found = (own_found >= _SMALLEST) & (hidden_found <= own_found / 2)
    counted_true = (own_true >= _SMALLEST) & (hidden_true <= own_true / 2)
    union = own_true[:, None] + own_found - shared
    same = shared > _SAME * union
    # A true cell that is most ignored makes neither a hit nor a fault of the band that finds it.
    counted_found &= ~same[~counted_true].any(0)
    hits = int(same[counted_true].any(1).sum())
    return hits, int(counted_found.sum()), int(counted_true.sum())


def _components(mask: NDArray[np.bool_]) -> tuple[int, NDArray[np.int64]]:
    """Return the number of components with the ground, and the component of each value; 0 is the ground."""
    count, labels = cv2.connectedComponents(mask.astype(np.uint8), connectivity=4)
    return count, labels.astype(np.int64)


def page_figures(tallies: Sequence[Tally | Counts]) -> PageFigures:
    """Return the figures of some crops."""
    sums = Tally(*np.array(tallies, np.float64).reshape(-1, len(Tally._fields)).sum(0).tolist())
    precision, recall = _share(sums.matched, sums.found), _share(sums.matched, sums.true)
    return PageFigures(
        round(sums.crops), round(sums.true), precision, recall, _share(2 * sums.matched, sums.found + sums.true),
        _share(sums.height, sums.values), _share(sums.direction, sums.values), _share(sums.shared, sums.either),
    )  # fmt: skip


def _share(part: float, whole: float) -> float:
    return part / whole if whole else float("nan")


class PageReader(KindReader):
    """Finds text on held-out crops; see ``KindReader``."""

    counts = len(Tally._fields)

    def costs(self, examples: Sequence[PageExample]) -> list[int]:
        """Return the pixels of each crop."""
        return [example.image.size for example in examples]

    @staticmethod
    def inputs(example: PageExample) -> tuple[NDArray[np.generic], ...]:
        """Return a crop as a page."""
        return (example.image[None],)

    @staticmethod
    def tally(output: NDArray[np.float32], example: PageExample) -> Tally:
        """Count what is right of the maps of a crop."""
        return tally(FinderMaps(*output), example.truth)

    @staticmethod
    def figures(results: Sequence[Counts]) -> PageFigures:
        """Return the figures of a held-out set."""
        return page_figures(results)
