"""What printing effects do to ink, and leave alone: paper, regions, and what they say they leave."""

from typing import Any

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from pydantic import ValidationError

from receiptgen.core.dice import Dice
from receiptgen.core.distributions import Spread
from receiptgen.effects import EFFECTS, apply_effects
from receiptgen.imaging.geometry import boxes_of_quads, quads_of_boxes, union
from receiptgen.imaging.page import Page
from receiptgen.imaging.regions import Regions, Span
from receiptgen.imaging.sample import Sample

PRINTING = (
    "heat", "stroke", "weak_points", "pale_letters", "cut_tops", "row_gaps", "dead_dots", "fade", "fill", "hollow",
    "pins", "streaks", "toner",
)  # fmt: skip
# What only takes ink, with the settings under which it takes more and more.
TAKING: dict[str, tuple[dict[str, float], ...]] = {
    "heat": ({"strength": 0.9}, {"strength": 0.6}, {"strength": 0.3}),
    "stroke": ({"weight": -0.2}, {"weight": -0.6}, {"weight": -1}),
    "weak_points": tuple({"share": 1, "strength": strength} for strength in (0.8, 0.4, 0)),
    "pale_letters": tuple({"share": 0.5, "strength": strength} for strength in (0.7, 0.4, 0)),
    "cut_tops": tuple({"share": 1, "strength": 0.1, "depth": depth} for depth in (0.1, 0.3, 0.5)),
    "row_gaps": tuple({"period": 5, "share": 1, "depth": depth} for depth in (0.2, 0.6, 1)),
    "dead_dots": ({"count": 1}, {"count": 5}, {"count": 40}),
    "fade": tuple({"bands": 20, "height": 200, "depth": depth} for depth in (0.2, 0.5, 0.9)),
    "hollow": ({"strength": 0.9}, {"strength": 0.5}, {"strength": 0}),
}
# Dots by which ink may leave the boxes of characters, to the right if not on all sides, as docstrings have it.
BLOOM = {"stroke": 1, "fill": 0, "pins": 4, "streaks": 2, "toner": 8}


def make(name: str, **settings: Any) -> Any:
    return EFFECTS.get(name).model_validate(settings)  # type: ignore[attr-defined]


def applied(name: str, page: Page, seed: int = 3, **settings: Any) -> NDArray[np.uint8]:
    return apply_effects([make(name, **settings)], page, Dice(seed))[0].image


def lettered(text: str = "TOTAL: 12.34-M,W;8", height: int = 60) -> Page:
    """Return a page of one line of thick letters, each with its exact box."""
    image, boxes = np.full((height, 24 * len(text) + 20), 255, np.uint8), []
    words = text.split()
    for place, char in enumerate(text):
        if char == " ":
            continue
        drawn = np.full_like(image, 255)
        cv2.putText(drawn, char, (10 + 24 * place, 40), cv2.FONT_HERSHEY_SIMPLEX, 0.9, (0,), 4)
        x, y, w, h = cv2.boundingRect(255 - drawn)
        boxes.append((x, y, x + w, y + h))
        image = np.minimum(image, drawn)
    spans, start = [], 0
    for word in words:
        spans.append(Span(word, "text", start, start + len(word)))
        start += len(word)
    chars = np.array(boxes, np.int32)
    own = [union(chars[span.start : span.stop]) for span in spans]
    whole = [(0, 0, image.shape[1], height), union(chars), union(chars), *own]
    line = Span(" ".join(words), "text", 0, len(words))
    quads = quads_of_boxes(np.concatenate([np.array(whole, np.int32), chars]))
    return Page(image, Regions((line,), (line,), tuple(spans), (), quads))


def blank(height: int, width: int) -> Page:
    quads = quads_of_boxes(np.array([[0, 0, width, height]], np.int32))
    return Page(np.full((height, width), 255, np.uint8), Regions((), (), (), (), quads))


def ink_of(image: NDArray[np.uint8]) -> int:
    return int((255 - image.astype(np.int64)).sum())


def part(image: NDArray[np.uint8], page: Page, index: int) -> NDArray[np.uint8]:
    x0, y0, x1, y1 = boxes_of_quads(page.regions.char_quads)[index]
    return image[y0:y1, x0:x1]


@pytest.mark.parametrize("name", PRINTING)
@pytest.mark.parametrize("shape", [(8, 8), (9, 300), (700, 10), (41, 223)])
def test_blank_paper_stays_white(name: str, shape: tuple[int, int]) -> None:
    for seed in range(5):
        after = applied(name, blank(*shape), seed)
        assert after.shape == shape
        assert (after == 255).all()


@pytest.mark.parametrize("name", PRINTING)
def test_solid_ink_can_be_printed_at_any_size(name: str) -> None:
    for shape in ((8, 8), (1, 1), (2200, 1000)):
        page = blank(*shape)
        after = applied(name, page.with_image(np.zeros_like(page.image)))
        assert after.shape == shape
        assert after.dtype == np.uint8


@pytest.mark.parametrize("name", PRINTING)
def test_the_same_record_gives_the_same_pixels_and_leaves_the_page_and_its_regions(name: str) -> None:
    page, effect = lettered(), make(name)
    before = page.image.copy()
    for seed in range(6):
        (step,) = effect.draw(Dice(seed))
        after = effect.apply(page, step.drawn)
        assert np.array_equal(after.image, effect.apply(page, step.drawn).image)
        assert after.regions is page.regions
    assert np.array_equal(page.image, before)


@pytest.mark.parametrize("name", PRINTING)
def test_turned_quads_are_taken_as_their_upright_boxes(name: str) -> None:
    page = lettered()
    turned, _ = apply_effects([EFFECTS.get("rotate").model_validate({"degrees": 3})], page, Dice(1))  # type: ignore[attr-defined]
    assert applied(name, turned).shape == turned.image.shape


@pytest.mark.parametrize("name", TAKING)
def test_more_of_it_takes_more_ink_and_never_adds_any(name: str) -> None:
    page, left = lettered(), []
    for settings in TAKING[name]:
        after = applied(name, page, **settings)
        assert (after >= page.image).all()
        left.append(ink_of(after))
    assert ink_of(page.image) > left[0] > left[1] > left[2]


@pytest.mark.parametrize("name", BLOOM)
def test_ink_leaves_boxes_by_no_more_than_the_effect_says(name: str, snippets: tuple[Sample, ...]) -> None:
    for page in (lettered(), *[sample.page for sample in snippets[::23]]):
        allowed = np.zeros(page.image.shape, bool)
        inked = np.concatenate([page.regions.char_quads, page.regions.mark_quads])
        for x0, y0, x1, y1 in boxes_of_quads(inked).tolist():
            reach = BLOOM[name]
            allowed[max(0, y0 - reach) : y1 + reach, max(0, x0 - reach) : x1 + reach] = True
        for seed in range(4):
            assert (applied(name, page, seed)[~allowed] == 255).all()


def test_heat_scales_black_to_the_level_that_strength_says() -> None:
    page = lettered()
    for strength, level in ((1.0, 0), (0.65, 89), (0.3, 178)):
        after = applied("heat", page, strength=strength, rows=0, columns=0, grain=0)
        assert abs(int(after.min()) - level) <= 1


def test_heat_wanders_along_rows_columns_and_dots_each_by_itself() -> None:
    page = blank(200, 300)
    solid = page.with_image(np.zeros_like(page.image))
    still = {"strength": 0.6, "rows": 0, "columns": 0, "grain": 0}
    by_rows = applied("heat", solid, **{**still, "rows": 0.4})
    by_columns = applied("heat", solid, **{**still, "columns": 0.4})
    by_dots = applied("heat", solid, **{**still, "grain": 0.1, "clump": 1}).astype(float)
    assert (by_rows == by_rows[:, :1]).all()
    assert np.ptp(by_rows[:, 0]) > 8
    assert (by_columns == by_columns[:1]).all()
    assert np.ptp(by_columns[0]) > 8
    assert by_dots.std() == pytest.approx(0.1 * 255, rel=0.1)


def test_stroke_is_smooth_in_its_weight() -> None:
    page = lettered()
    inks = [ink_of(applied("stroke", page, weight=round(weight, 2))) for weight in np.linspace(-1, 1, 41)]
    steps = np.diff(inks)
    assert (steps > 0).all()
    assert steps.max() < 4 * np.median(steps)


def test_stroke_leaves_a_line_one_dot_wide_some_ink() -> None:
    page = blank(20, 40)
    page.image[5:15, 20] = 0
    assert applied("stroke", page, weight=-1)[10, 20] == pytest.approx(255 * 0.7, abs=1)


def test_weak_points_touch_points_alone() -> None:
    page = lettered()
    after = applied("weak_points", page, share=1, strength=0.2)
    for index, char in enumerate("".join(word.text for word in page.regions.words)):
        before, now = part(page.image, page, index), part(after, page, index)
        if char in ".,:;'-":
            assert now.min() == pytest.approx(255 * 0.8, abs=1)
        else:
            assert np.array_equal(before, now)


def test_pale_letters_spare_as_many_letters_as_their_share_says() -> None:
    page, pale, count = lettered("ABCDEFGHIJKLMNOPRSTU" * 2), 0, 0
    for seed in range(60):
        after = applied("pale_letters", page, seed, share=0.2, strength=0.1)
        changed = [not np.array_equal(part(after, page, i), part(page.image, page, i)) for i in range(40)]
        pale, count = pale + sum(changed), count + 40
    assert 0.12 < pale / count < 0.28


def test_cut_tops_take_the_top_and_leave_the_lower_half() -> None:
    page = lettered("TOTAL")
    _, y0, _, y1 = boxes_of_quads(page.regions.line_quads)[0].tolist()
    after = applied("cut_tops", page, share=1, depth=0.3, strength=0, stretch=0)
    middle = (y0 + y1) // 2
    assert np.array_equal(after[middle + 2 :], page.image[middle + 2 :])
    assert ink_of(after[y0 : y0 + 3]) < 0.05 * ink_of(page.image[y0 : y0 + 3])


def test_row_gaps_lie_a_period_apart_and_are_one_dot_high() -> None:
    page = blank(100, 50)
    solid = page.with_image(np.zeros_like(page.image))
    after = applied("row_gaps", solid, period=8, depth=0.5, share=1)
    gaps = np.flatnonzero(after[:, 0])
    assert (np.diff(gaps) == 8).all()
    assert (after == after[:, :1]).all()


def test_dead_dots_are_vertical_and_reach_through_all_rows() -> None:
    page = blank(120, 400)
    solid = page.with_image(np.zeros_like(page.image))
    after = applied("dead_dots", solid, count=3, dead=1)
    assert (after == after[:1]).all()
    assert 8 <= (after[0] == 255).sum() <= 24


def test_fade_meets_a_snippet_as_often_as_its_bands_are_long() -> None:
    page = blank(30, 40)
    solid = page.with_image(np.zeros_like(page.image))
    met = [applied("fade", solid, seed, bands=2, height=100, depth=0.6)[15, 0] > 70 for seed in range(400)]
    # Two bands of 100 dots in each 1000: a fifth of all places, less where two lie on each other.
    assert 0.12 < np.mean(met) < 0.28


def test_fade_of_one_side_takes_less_and_less_ink_towards_the_other() -> None:
    page = blank(30, 400)
    solid = page.with_image(np.zeros_like(page.image))
    paler = set()
    for seed in range(12):
        row = applied("fade", solid, seed, bands=0, side=0.8)[10].astype(int)
        if row[0] < row[-1]:
            row = row[::-1]
            paler.add("right")
        else:
            paler.add("left")
        assert (np.diff(row) <= 0).all()
        assert row[0] == pytest.approx(0.8 * 255, abs=1)
        assert row[-1] == 0
    assert paler == {"left", "right"}


def test_fill_closes_narrow_gaps_of_its_letters_alone() -> None:
    page = blank(30, 60)
    page.image[5:25, [10, 13, 30, 36]] = 0
    boxes = np.array([[0, 0, 60, 30], [10, 5, 37, 25], [10, 5, 37, 25], [10, 5, 37, 25], [10, 5, 14, 25],
                      [30, 5, 37, 25]], np.int32)  # fmt: skip
    line = Span("MM", "text", 0, 1)
    regions = Regions((line,), (line,), (Span("MM", "text", 0, 2),), (), quads_of_boxes(boxes))
    after = applied("fill", Page(page.image, regions), share=1, width=2, strength=1)
    assert (after[5:25, 10:14] == 0).all()
    assert np.array_equal(after[:, 14:], page.image[:, 14:])
    other = applied("fill", Page(page.image, regions), share=1, width=2, strength=1, chars="e")
    assert np.array_equal(other, page.image)


def test_hollow_leaves_edges_and_thin_strokes() -> None:
    page = blank(40, 60)
    page.image[5:35, 10:12] = 0
    page.image[5:35, 30:35] = 0
    after = applied("hollow", page, strength=0.2)
    assert np.array_equal(after[:, :31], page.image[:, :31])
    assert (after[6:34, 31:34] == 204).all()
    assert (after[5:35, [30, 34]] == 0).all()


def test_pins_make_a_stroke_of_separate_dots() -> None:
    page = blank(80, 80)
    page.image[8:72, 30:33] = 0
    after = applied("pins", page, pitch=4, strength=1, wear=0, uneven=0, jitter=0, double=0)
    profile = after.min(axis=1)[12:68].reshape(-1, 4)
    assert (profile == profile[0]).all()
    assert profile[0].min() == 0
    assert profile[0].max() > 40


def test_pins_leave_no_line_without_ink(snippets: tuple[Sample, ...]) -> None:
    for sample in snippets[::11]:
        after = applied("pins", sample.page)
        assert ink_of(after) > 0.25 * ink_of(sample.page.image)


def test_streaks_lie_a_period_apart() -> None:
    page = blank(300, 20)
    solid = page.with_image(np.zeros_like(page.image))
    after = applied("streaks", solid, period=50, depth=0.5, height=1, feather=0, satellites=0)
    rows = np.flatnonzero(after[:, 0] >= after.max() - 1)
    assert set(np.diff(rows).tolist()) <= {1, 49, 50}
    assert after.max() <= 128


def test_toner_scatters_specks_near_text_and_voids_within_it() -> None:
    page = lettered()
    specked = applied("toner", page, specks=0.05, voids=0, rough=0)
    voided = applied("toner", page, specks=0, voids=0.2, rough=0)
    assert (specked <= page.image).all()
    assert (voided >= page.image).all()
    assert 0.1 < (voided[page.image == 0] > 0).mean() < 0.3
    assert (specked[page.image == 255] < 255).sum() > 20


@pytest.mark.parametrize(
    ("name", "field", "value"),
    [
        ("heat", "strength", 0), ("heat", "grain", 0.5), ("stroke", "weight", 1.5), ("weak_points", "share", 2),
        ("pale_letters", "run", -1), ("cut_tops", "depth", 0.9), ("row_gaps", "period", 1), ("dead_dots", "count", -1),
        ("fade", "height", 0), ("fill", "chars", ""), ("hollow", "strength", -0.1), ("pins", "pitch", 9),
        ("streaks", "period", 5), ("toner", "specks", 1),
    ],
)  # fmt: skip
def test_what_no_printer_does_is_refused(name: str, field: str, value: Any) -> None:
    with pytest.raises(ValidationError):
        make(name, **{field: Spread(value) if not isinstance(value, str) else value})
