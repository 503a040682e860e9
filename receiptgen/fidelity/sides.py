"""What is compared, line crops or pages, and the two sides of a comparison."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from receiptgen.fidelity.classifiers import Floats
from receiptgen.fidelity.measures import MEASURES, Measure
from receiptgen.fidelity.page_measures import FRAME_MEASURES, PAGE_MEASURES
from receiptgen.imaging.geometry import Pixels


class Example(Protocol):
    """A line crop or a page."""

    @property
    def image(self) -> Pixels:
        """What is shown of it: uint8 (H, W), or RGB (H, W, 3)."""

    @property
    def group(self) -> str:
        """Name of its receipt, relative to the folder."""

    @property
    def name(self) -> str:
        """Its file, relative to the folder."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What is compared.

    Attributes:
        title: Its name, as ``line crops``.
        noun: A short one, as ``crops``.
        measures: Descriptions of its measures.
        labelled: Names of measures that only examples with labels have. Classifiers get them if nearly all examples
            of both sides have labels, or else labels alone would tell the sides apart.
        classifiers: What the classifiers are trained on.
        columns: Columns of sheets of examples; 1 for lines below each other.
    """

    title: str
    noun: str
    measures: Mapping[str, Measure]
    labelled: frozenset[str]
    classifiers: Mapping[str, str]
    columns: int


LINES = Subject(
    "line crops",
    "crops",
    MEASURES,
    frozenset({"pitch"}),
    {
        "measures": "gradient-boosted trees on the measures of a crop",
        "pixels": "gradient-boosted trees on a window of 32 x 96 pixels: gradients, levels, differences of pixels",
    },
    columns=1,
)
PAGES = Subject(
    "pages",
    "pages",
    PAGE_MEASURES,
    frozenset(PAGE_MEASURES.keys() - FRAME_MEASURES.keys()),
    {
        "measures": "gradient-boosted trees on the measures of a page",
        "pixels": "gradient-boosted trees on windows of lines, tiles of the page, and the page as a whole: "
        "gradients, levels, differences of pixels, colours",
    },
    columns=5,
)


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a comparison.

    Attributes:
        examples: The crops or pages, ordered by name.
        table: Their measures, float64 (N, M), columns as in ``Subject.measures``.
        labels: Number of examples with labels.
        found: Number of crops or pages in the folder.
        unreadable: Files that can't be read as images, relative to the folder.
        small: Number of those that were left out since a side has too few pixels.
    """

    examples: tuple[Example, ...]
    table: Floats
    labels: int
    found: int
    unreadable: tuple[str, ...]
    small: int
