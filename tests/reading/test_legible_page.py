"""Pages are read as they are most legible, and no more of them than that takes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pytest

from receiptgen.finding.found_page import Cell, CellImage, FoundCell, FoundPage
from receiptgen.imaging.geometry import Pixels, Projective
from receiptgen.reading.cell_reader import Spelling
from receiptgen.reading.legible_page import LegiblePages

# The first pixel of strips as they lie, upside down, and of a page that is taken to lie on its side; the same where
# light and dark are exchanged.
UPRIGHT, UPSIDE_DOWN, BESIDE, BESIDE_DOWN = 1, 2, 3, 4
INVERTED = 255 - UPRIGHT
LIGHT, DARK = np.full((100, 80), 230, np.uint8), np.full((100, 80), 30, np.uint8)
# Probabilities of the letters of text as it should be, of text upside down, and of noise.
CLEAR, HALF, NOISE = 0.99, 0.75, 0.3


def page(count: int, first: int = UPRIGHT, last: int = UPSIDE_DOWN) -> FoundPage:
    """Return a page of cells, the widest first."""
    cells = []
    for number in range(count):
        image = np.full((8, 10 + count - number), 99, np.uint8)
        image[0, 0], image[-1, -1] = first, last
        strip = CellImage(image, np.zeros_like(image), (0, 8), Projective(np.eye(3)))
        cells.append(FoundCell(Cell(0, 20 * number, 10, 20 * number + 8), strip))
    return FoundPage(cells, lambda read: 0.0, finds_light=True)


@dataclass
class FakeFinder:
    """Finds the same page on each image."""

    found: FoundPage
    images: list[Pixels] = field(default_factory=list)

    def find(self, image: Pixels) -> FoundPage:
        self.images.append(image)
        return self.found


@dataclass
class CountingReader:
    """Reads a word of each strip, and counts.

    Attributes:
        probs: Probability of its letters by the first pixel of the strip; that of noise for others.
        rules: Number of the widest cells that are rules.
        reads_light: Whether it reads light text like dark text.
        calls: Numbers and first pixels of what was read, call by call.
    """

    probs: Mapping[int, float]
    rules: int = 0
    reads_light: bool = False
    calls: list[tuple[Sequence[int], int]] = field(default_factory=list)

    def check_amount(self, cells: Sequence[CellImage]) -> None:
        """Take any amount."""

    def read(self, cells: Sequence[CellImage], chosen: Sequence[int]) -> list[Spelling]:
        first = int(cells[0].image[0, 0]) if cells else 0
        self.calls.append((chosen, first))
        word = Spelling("TOTAL", (self.probs.get(first, NOISE),) * 5, (0.5,) * 5)
        rule = Spelling("-----", (CLEAR,) * 5, (0.5,) * 5)
        return [rule if number < self.rules else word for number in chosen]

    @property
    def count(self) -> int:
        """The number of cells that were read."""
        return sum(len(chosen) for chosen, _ in self.calls)


def legible(found: FoundPage, reader: CountingReader) -> LegiblePages:
    return LegiblePages(FakeFinder(found), reader, "lines")  # type: ignore[arg-type]  # it reads as a cell reader does


@pytest.mark.smoke
def test_of_noise_a_sample_is_read_and_nothing_is_said() -> None:
    reader = CountingReader({})
    found = legible(page(300), reader).read(LIGHT)
    assert (found.cells, found.texts) == ((), [])
    # The widest, some others, and the widest once more as light on dark; none upside down.
    assert reader.count <= 12 + 24 + 12
    assert {first for _, first in reader.calls} == {UPRIGHT, INVERTED}
    sampled = {number for chosen, _ in reader.calls for number in chosen}
    assert sampled >= set(range(12))
    assert max(sampled) > 280


def test_cells_of_upright_text_are_read_once() -> None:
    reader = CountingReader({UPRIGHT: CLEAR})
    found = legible(page(300), reader).read(LIGHT)
    assert [cell.number for cell in found.cells] == list(range(300))
    assert len(found.texts) == reader.count == 300


def test_all_cells_of_a_page_that_stands_on_its_head_are_read_in_that_direction_alone() -> None:
    reader = CountingReader({UPRIGHT: HALF, UPSIDE_DOWN: CLEAR})
    found = legible(page(50), reader).read(LIGHT)
    assert len(found.texts) == 50
    assert all(cell.cell.strip.image[0, 0] == UPSIDE_DOWN for cell in found.cells)
    assert reader.count == 12 + 50


def test_text_whose_widest_cells_are_rules_is_read() -> None:
    assert len(legible(page(120), CountingReader({UPRIGHT: CLEAR}, rules=60)).read(LIGHT).texts) == 60


def test_a_few_illegible_cells_are_looked_at_every_way_and_told() -> None:
    reader = CountingReader({UPSIDE_DOWN: 0.55})
    assert len(legible(page(5), reader).read(LIGHT).texts) == 5


def test_noise_may_be_text_on_its_side() -> None:
    found = replace(page(40), sideways=lambda: page(30, BESIDE, BESIDE_DOWN))
    reader = CountingReader({BESIDE: HALF, BESIDE_DOWN: CLEAR})
    assert len(legible(found, reader).read(LIGHT).texts) == 30
    assert UPSIDE_DOWN not in {first for _, first in reader.calls}


def test_a_page_is_not_laid_on_its_side_where_it_is_clear_or_a_texture() -> None:
    def refuse() -> FoundPage:
        raise AssertionError("it was laid on its side")

    clear = replace(page(40), sideways=refuse)
    assert len(legible(clear, CountingReader({UPRIGHT: CLEAR})).read(LIGHT).texts) == 40
    texture = legible(replace(page(700), sideways=refuse), CountingReader({})).read(LIGHT)
    assert texture.is_texture
    assert texture.texts == []


@pytest.mark.parametrize("finds_light", [True, False])
def test_light_on_dark_is_found_again_where_it_is_clearer_so(finds_light: bool) -> None:
    reader = CountingReader({UPRIGHT: HALF, INVERTED: CLEAR})
    finder = FakeFinder(replace(page(40), finds_light=finds_light))
    LegiblePages(finder, reader, "lines").read(DARK)  # type: ignore[arg-type]  # as above
    assert [int(image[0, 0]) for image in finder.images] == [30, 225]


def test_light_on_dark_that_is_found_and_read_like_any_text_is_not_looked_at_again() -> None:
    reader = CountingReader({UPRIGHT: HALF, INVERTED: CLEAR}, reads_light=True)
    finder = FakeFinder(page(40))
    LegiblePages(finder, reader, "lines").read(DARK)  # type: ignore[arg-type]  # as above
    assert len(finder.images) == 1
    assert INVERTED not in {first for _, first in reader.calls}


def test_noise_is_not_found_again_as_light_on_dark_by_a_finder_that_finds_both() -> None:
    finder = FakeFinder(page(40))
    LegiblePages(finder, CountingReader({}), "lines").read(DARK)  # type: ignore[arg-type]  # as above
    assert len(finder.images) == 1
