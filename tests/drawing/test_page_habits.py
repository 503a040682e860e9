"""Habits of cash registers: they change how a page looks, and neither what it says nor that its truth is exact."""

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from statistics import median

import numpy as np
import pytest
from profile_files import write

from receiptgen.core.dice import Dice
from receiptgen.core.errors import ConfigError
from receiptgen.drawing.page_habits import PageHabits
from receiptgen.drawing.profile import profile
from receiptgen.drawing.receipts import Receipts
from receiptgen.imaging.geometry import boxes_of_quads
from receiptgen.imaging.sample import Sample
from receiptgen.typography.blocks import Graphic, Row, Run
from receiptgen.typography.print_settings import PrintSettings
from receiptgen.typography.typeface import face
from receiptgen.writers._truth import truth

TEMPLATES = ("bakery_gst", "cafe", "hotel", "restaurant", "supermarket", "taxi")
COUNT = 12
EVERYTHING = """\
  leading: 0.84..1.2
  clear: 0..2
  leaders: 0.7
  framed: 0.5
  plaque: 0.3
  emblem: 0.5
  styles:
    name: {tall+wide: 1, wide+spaced: 1, display+outline: 1, display+spaced: 1, inverse: 1}
    header: {kept: 1, small: 1, tall: 1}
    title: {spaced: 1, inverse: 1, wide: 1}
    items: {kept: 1, tall: 1}
    total: {wide+spaced: 1, tall+wide: 1}
    amount: {kept: 1, tall+wide: 1}
    footer: {small: 1, tall: 1}
    rest: {bold: 1, tall: 1, kept: 1}
"""


def drawn(folder: Path, habits: str, count: int = COUNT) -> list[Sample]:
    path = write(folder / "habits.yaml", f"about: x\nextends: clean\nhabits:\n{habits}")
    receipts = Receipts(TEMPLATES, profile=path, seed=5)
    return [receipts.draw(index) for index in range(count)]


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> list[Sample]:
    return drawn(tmp_path_factory.mktemp("habits"), EVERYTHING)


@pytest.fixture(scope="module")
def plain_pages() -> list[Sample]:
    receipts = Receipts(TEMPLATES, profile="clean", seed=5)
    return [receipts.draw(index) for index in range(COUNT)]


def inked_boxes(sample: Sample) -> Iterator[list[int]]:
    """Yield the boxes of characters, and of marks but the frames that are only a stroke."""
    regions = sample.page.regions
    yield from boxes_of_quads(regions.char_quads).tolist()
    for mark, box in zip(regions.marks, boxes_of_quads(regions.mark_quads).tolist(), strict=True):
        if mark.kind != "frame":
            yield box


@pytest.mark.smoke
def test_all_ink_lies_in_the_boxes_of_characters_and_marks(pages: list[Sample]) -> None:
    for sample in pages:
        left = 255 - sample.page.image
        for mark, (x0, y0, x1, y1) in zip(
            sample.page.regions.marks, boxes_of_quads(sample.page.regions.mark_quads).tolist(), strict=True
        ):
            if mark.kind == "frame":
                for part in (left[y0 : y0 + 2, x0:x1], left[y1 - 2 : y1, x0:x1]):
                    part[:] = 0
                left[y0:y1, x0 : x0 + 2] = left[y0:y1, x1 - 2 : x1] = 0
        for x0, y0, x1, y1 in inked_boxes(sample):
            left[y0:y1, x0:x1] = 0
        assert not left.any(), sample.name


def test_each_character_has_ink_to_all_sides_of_its_box(pages: list[Sample]) -> None:
    for sample in pages:
        ink = 255 - sample.page.image
        marks = zip(sample.page.regions.marks, boxes_of_quads(sample.page.regions.mark_quads).tolist(), strict=True)
        for x0, y0, x1, y1 in (box for mark, box in marks if mark.kind == "inverse"):
            ink[y0:y1, x0:x1] = 255 - ink[y0:y1, x0:x1]
        for x0, y0, x1, y1 in boxes_of_quads(sample.page.regions.char_quads).tolist():
            part = ink[y0:y1, x0:x1]
            assert all(edge.any() for edge in (part[0], part[-1], part[:, 0], part[:, -1])), (sample.name, x0, y0)


def test_the_page_says_what_it_says_without_habits(pages: list[Sample], plain_pages: list[Sample]) -> None:
    for sample, plain in zip(pages, plain_pages, strict=True):
        assert sample.values == plain.values
        words = [(word.text, word.role) for word in sample.page.regions.words]
        said = sorted("".join(text for text, role in words if role == each) for each in {role for _, role in words})
        words = [(word.text, word.role) for word in plain.page.regions.words]
        assert said == sorted("".join(text for text, role in words if role == each) for each in {r for _, r in words})
        assert not np.array_equal(sample.page.image, plain.page.image)


def test_lines_touch_at_most(pages: list[Sample]) -> None:
    gaps = []
    for sample in pages:
        boxes = boxes_of_quads(sample.page.regions.line_quads)
        gaps += [after[1] - before[3] for before, after in pairwise(boxes.tolist())]
    assert min(gaps) >= 0
    assert sum(gap <= 3 for gap in gaps) > len(gaps) / 8


def test_the_same_seed_has_the_same_habits(tmp_path: Path) -> None:
    first, again = (drawn(tmp_path, EVERYTHING, 3) for _ in range(2))
    assert [truth(sample, "x") for sample in first] == [truth(sample, "x") for sample in again]
    assert all(np.array_equal(one.page.image, two.page.image) for one, two in zip(first, again, strict=True))


def test_a_boxed_title_and_a_name_on_black_are_framed_by_marks(tmp_path: Path) -> None:
    boxes = {"inverse": 0, "emblem": 0, "rule": 0}
    for sample in drawn(tmp_path, "  {framed: 1, plaque: 1, emblem: 1}\n"):
        regions = sample.page.regions
        kinds = [mark.kind for mark in regions.marks]
        for kind in boxes:
            boxes[kind] += kinds.count(kind)
        names = [line for line in regions.each("lines") if line.role == "merchant.name"]
        blocks = [
            box
            for mark, box in zip(regions.marks, boxes_of_quads(regions.mark_quads), strict=True)
            if mark.kind == "inverse"
        ]
        for name in names:
            x0, y0, x1, y1 = boxes_of_quads(name.quad[None])[0]
            assert any(a <= x0 and b < y0 and x1 <= c and y1 < d for a, b, c, d in blocks), sample.name
    assert min(boxes.values()) >= 4


def test_endings_come_after_all_else_and_a_slip_only_with_a_card(tmp_path: Path) -> None:
    slips = 0
    for sample in drawn(tmp_path, "  endings: [card_slip, {kind: framed, of: [{kind: text, say: [survey]}]}]\n"):
        roles = [line.role for line in sample.page.regions.lines]
        assert roles[-1] == "footer.survey"
        paid_by_card = any(role.startswith("tender.card") for role in roles)
        assert ("card.merchant.label" in roles) == paid_by_card
        slips += paid_by_card
    assert 0 < slips < COUNT


def test_less_leading_makes_a_shorter_page(tmp_path: Path) -> None:
    loose, tight = (drawn(tmp_path, f"  leading: {leading}\n", 4) for leading in (1.5, 0.9))
    assert all(one.page.size[0] > two.page.size[0] for one, two in zip(loose, tight, strict=True))


def test_leaders_stand_between_a_label_and_its_amount_and_are_no_text(tmp_path: Path) -> None:
    found = 0
    for sample in drawn(tmp_path, "  leaders: 1\n"):
        regions = sample.page.regions
        lines = boxes_of_quads(regions.line_quads)
        words = boxes_of_quads(regions.word_quads)
        for mark, (x0, y0, x1, y1) in zip(regions.marks, boxes_of_quads(regions.mark_quads), strict=True):
            if mark.kind == "leader":
                found += 1
                assert (
                    (lines[:, 0] < x0) & (lines[:, 2] > x1) & (lines[:, 1] < y1) & (lines[:, 3] >= y1 - 2)
                ).sum() == 1
                meets = (words[:, 0] < x1) & (words[:, 2] > x0) & (words[:, 1] < y1) & (words[:, 3] > y0)
                assert not meets.any(), sample.name
    assert found > 10


def test_a_row_that_would_not_fit_is_left_as_it_was(tmp_path: Path, plain_pages: list[Sample]) -> None:
    for sample, plain in zip(drawn(tmp_path, "  styles: {rest: tall+wide+spaced}\n"), plain_pages, strict=True):
        totals = [
            [line.text for line in page.page.regions.lines if line.role == "subtotal.label"] for page in (sample, plain)
        ]
        assert totals[0] == totals[1], sample.name


def test_what_stands_out_is_no_lower_than_the_rest(tmp_path: Path) -> None:
    for sample in drawn(tmp_path, "  styles: {rest: tall, total: wide}\n"):
        regions = sample.page.regions
        heights: dict[str, float] = {}
        for line, (_, top, _, bottom) in zip(regions.lines, boxes_of_quads(regions.line_quads).tolist(), strict=True):
            heights[line.role] = max(heights.get(line.role, 0), bottom - top)
        assert heights["total.label"] > 0.75 * median(heights.values()), sample.name


@pytest.mark.parametrize(
    ("habits", "fault"),
    [
        ("  styles: {name: {tal: 1}}\n", "unknown style 'tal'; styles are plain, kept, wide"),
        ("  styles: {nam: {tall: 1}}\n", "nam"),
        ("  leading: 0.1\n", "0.5"),
    ],
)
def test_wrong_habits_are_told_with_their_place(habits: str, fault: str, tmp_path: Path) -> None:
    path = write(tmp_path / "wrong.yaml", f"about: x\nhabits:\n{habits}")
    with pytest.raises(ConfigError) as told:
        profile(str(path))
    assert len(told.value.faults) == 1
    assert fault in told.value.faults[0]
    assert "wrong.yaml:" in told.value.faults[0]


def test_no_mark_stands_between_a_logo_and_the_name() -> None:
    habits, font = PageHabits(emblem=1).draw(Dice(1)), face("terminus")
    settings = PrintSettings(384, 16, "dots", font, 24, 12, 28, font, 2.0)
    name = Row((Run("TEEHAUS", "merchant.name"),))
    logo = Graphic("image", "", np.zeros((20, 20), np.bool_))
    assert len(habits.with_emblem([name], settings)) == 2
    assert habits.with_emblem([logo, name], settings) == [logo, name]
