"""What handling does to a page: wear, paper, folds, and what is laid over the print."""

from typing import Any

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from pydantic import ValidationError
from warps import centroid, dotted_page

from receiptgen.core.dice import Dice
from receiptgen.core.distributions import Spread, Weights
from receiptgen.drawing.receipts import Receipts
from receiptgen.drawing.template import receipt_template
from receiptgen.effects import EFFECTS, Effect, apply_effects
from receiptgen.effects.handling.crumple import Crumple
from receiptgen.effects.handling.fold import Fold
from receiptgen.effects.handling.handwriting import Handwriting
from receiptgen.effects.handling.label import Label
from receiptgen.effects.handling.pen import Pen
from receiptgen.effects.handling.punch import Punch
from receiptgen.effects.handling.stamp import Stamp
from receiptgen.imaging.geometry import boxes_of_quads, quads_of_boxes
from receiptgen.imaging.page import Page
from receiptgen.imaging.regions import Regions, Span

HANDLING = ("wear", "aging", "crease", "fold", "crumple", "stain", "show_through", "pen", "handwriting", "stamp",
            "punch", "staple", "tape", "label", "marker", "preprint")  # fmt: skip
OVERLAYS = ("stain", "pen", "handwriting", "stamp", "punch", "staple", "tape", "label")
PHOTOMETRIC = ("wear", "aging", "crease", "show_through", "preprint")
SOLID = ("pen", "handwriting", "punch", "staple", "label")


def make(name: str, **fields: Any) -> Effect:
    made: Effect = EFFECTS.get(name).model_validate(fields)
    return made


def plain_page(height: int, width: int, level: int = 255) -> Page:
    quads = np.array([[[0, 0], [width, 0], [width, height], [0, height]]], np.int32)
    return Page(np.full((height, width), level, np.uint8), Regions((), (), (), (), quads))


def printed_page(height: int = 700, width: int = 500) -> Page:
    """Return a page of bars, each a word, field and line of its own; the last is a total."""
    page = plain_page(height, width)
    tops = range(height // 6, height - 40, 34)
    boxes = np.array([[60, top, width - 60, top + 18] for top in tops], np.int32)
    for x0, y0, x1, y1 in boxes.tolist():
        page.image[y0:y1, x0:x1:3] = 0
    count = len(boxes)
    spans = tuple(Span("x", "total" if i == count - 1 else "text", i, i + 1) for i in range(count))
    own = quads_of_boxes(boxes)
    return Page(page.image, Regions(spans, spans, spans, (), np.concatenate([page.regions.quads, *[own] * 4])))


def ink_of(page: Page) -> int:
    return int((255 - page.image.astype(int)).sum())


def new_marks(before: Page, after: Page) -> NDArray[Any]:
    return after.regions.mark_quads[len(before.regions.marks) :]


def inside(quads: NDArray[Any], shape: tuple[int, ...], slack: float) -> NDArray[np.bool_]:
    """Return where a pixel is within some pixels of a quad."""
    mask = np.zeros(shape, np.uint8)
    for quad in quads:
        cv2.fillConvexPoly(mask, np.round((quad - 0.5) * 16).astype(np.int32), 1, shift=4)
    return cv2.dilate(mask, np.ones((3, 3)), iterations=round(slack)).astype(bool)


@pytest.mark.parametrize("name", [*HANDLING, "tear"])
@pytest.mark.parametrize("size", [(8, 8), (9, 300), (300, 8), (40, 220), (700, 500)])
def test_any_page_can_be_handled(name: str, size: tuple[int, int]) -> None:
    for seed in range(4):
        before = plain_page(*size)
        after, _ = apply_effects([make(name)], before, Dice(seed))
        assert after.image.shape == size or name == "tear"
        assert after.image.dtype == np.uint8
        assert np.isfinite(after.regions.quads).all()
        assert (before.image == 255).all()


@pytest.mark.parametrize("name", PHOTOMETRIC)
def test_light_and_ink_change_where_no_region_moves(name: str) -> None:
    before = printed_page()
    after, _ = apply_effects([make(name)], before, Dice(4))
    assert not np.array_equal(before.image, after.image)
    assert after.regions is before.regions
    assert after.cover is None


def test_wear_leaves_white_paper_alone_and_takes_more_ink_where_more_is_worn() -> None:
    page = printed_page()
    left = [
        ink_of(apply_effects([make("wear", share=share, scratches=0)], page, Dice(3))[0])
        for share in (0, 0.1, 0.3, 0.6)
    ]
    assert left[0] == ink_of(page)
    assert left == sorted(left, reverse=True)
    assert left[3] < 0.8 * left[0]
    worn, _ = apply_effects([make("wear", share=0.5, scratches=5)], page, Dice(3))
    assert (worn.image >= page.image).all()


def test_wear_leaves_toned_paper_alone_too() -> None:
    aged, _ = apply_effects([make("aging", level=220, bands=8, blotches=8, edges=0)], plain_page(400, 300), Dice(1))
    worn, _ = apply_effects([make("wear", share=0.5, scratches=5)], aged, Dice(3))
    assert np.array_equal(worn.image, aged.image)


def test_about_the_share_that_is_asked_for_wears_off() -> None:
    page = plain_page(600, 600, 255)
    page.image[:, :200] = 0
    worn, _ = apply_effects([make("wear", share=0.3, depth=1, size=20, scratches=0)], page, Dice(5))
    assert (worn.image[:, :200] > 127).mean() == pytest.approx(0.3, abs=0.1)


def test_scratches_take_ink_off_in_thin_lines() -> None:
    page = plain_page(300, 900, 255)
    page.image[:, :300] = 0
    worn, _ = apply_effects([make("wear", share=0, depth=1, scratches=4)], page, Dice(5))
    assert 0.002 < (worn.image[:, :300] > 100).mean() < 0.2


def test_aged_paper_has_the_level_that_was_drawn() -> None:
    aged, records = apply_effects([make("aging", bands=0, blotches=0, edges=0)], printed_page(), Dice(1))
    assert abs(int(aged.image[0, 0]) - records[0]["level"]) <= 1
    assert aged.image.min() == 0


def test_aged_edges_are_darker_than_the_middle() -> None:
    aged, _ = apply_effects(
        [make("aging", level=240, bands=0, blotches=0, edges=80, rim=0.05)], plain_page(600, 400), Dice(1)
    )
    assert aged.image[:4].mean() < aged.image[280:320, 180:220].mean() - 40


def test_ink_stays_darker_than_aged_paper() -> None:
    page = printed_page()
    aged, _ = apply_effects([make("aging", level=200, bands=40, blotches=40, edges=100)], page, Dice(2))
    assert aged.image[page.image == 0].max() == 0
    assert aged.image[page.image == 255].min() > 0


@pytest.mark.parametrize("name", OVERLAYS)
def test_cover_and_quad_enclose_what_was_laid(name: str) -> None:
    changes = 0
    for seed in range(12):
        before = printed_page()
        after, _ = apply_effects([make(name)], before, Dice(seed))
        changed = after.image != before.image
        if after.cover is None:
            assert not changed.any()
            continue
        changes += 1
        quads = new_marks(before, after)
        assert not (changed & (after.cover == 0)).any()
        assert not ((after.cover > 0) & ~inside(quads, changed.shape, 2)).any()
        # Tight: nothing that was laid ends far from the quad's upright box.
        rows, columns = np.nonzero(after.cover)
        boxes = np.clip(boxes_of_quads(quads), 0, [500, 700, 500, 700])
        ends = [columns.min(), rows.min(), columns.max() + 1, rows.max() + 1]
        whole = [*boxes[:, :2].min(axis=0), *boxes[:, 2:].max(axis=0)]
        if name not in {"tape", "stamp", "handwriting", "staple"}:
            assert ends == pytest.approx(whole, abs=2)
    assert changes >= 8


@pytest.mark.parametrize("name", SOLID)
def test_what_is_solid_hides_what_is_under_it_wholly(name: str) -> None:
    covers = [apply_effects([make(name)], printed_page(), Dice(seed))[0].cover for seed in range(8)]
    assert max(int(cover.max()) for cover in covers if cover is not None) == 255


@pytest.mark.parametrize(
    ("kind", "mark"),
    [("tick", "tick"), ("circle", "circle"), ("underline", "line"), ("cross_out", "line"), ("signature", "signature")],
)
def test_a_pen_draws_marks_of_its_kind_at_the_total(kind: str, mark: str) -> None:
    before = printed_page()
    after, _ = apply_effects([Pen(kinds=Weights({kind: 1.0}), sums=Spread(1))], before, Dice(6))
    assert {found.kind for found in after.regions.marks} == {mark}
    total = before.regions.field_quads[-1]
    for box in boxes_of_quads(new_marks(before, after)):
        assert box[1] - 80 < total[:, 1].mean() < box[3] + 80


def test_a_pen_may_cross_a_snippet() -> None:
    marked = [apply_effects([make("pen")], printed_page(60, 220), Dice(seed))[0].regions.marks for seed in range(8)]
    assert any(marked)


def test_notes_and_labels_say_what_was_written() -> None:
    for effect in (Handwriting(), Label()):
        for seed in range(6):
            after, records = apply_effects([effect], printed_page(), Dice(seed))
            assert {mark.text for mark in after.regions.marks} <= {records[0]["text"]}
            assert records[0]["text"]


def test_labels_keep_off_the_print() -> None:
    for seed in range(8):
        after, _ = apply_effects([make("label")], printed_page(), Dice(seed))
        assert after.hidden()[1 : 1 + 3 * len(after.regions.lines)].max() == 0


@pytest.mark.parametrize("name", ["handwriting", "label", "punch"])
def test_a_snippet_stays_free_of_what_would_hide_all_of_it(name: str) -> None:
    before = plain_page(40, 220)
    assert apply_effects([make(name)], before, Dice(1))[0] is before


def test_a_stamp_hides_no_more_than_its_opacity_and_lies_as_it_was_turned() -> None:
    for seed in range(5):
        before = plain_page(700, 500)
        after, records = apply_effects([Stamp(degrees=Spread(15), opacity=Spread(0.5))], before, Dice(seed))
        assert after.cover is not None
        assert 40 < after.cover.max() <= round(255 * 0.5 * 1.15)
        edge = new_marks(before, after)[0]
        assert np.rad2deg(np.arctan2(edge[0, 1] - edge[1, 1], edge[1, 0] - edge[0, 0])) == pytest.approx(15, abs=0.01)
        said = after.regions.marks[0].text
        assert records[0]["text"] in said
        assert records[0]["date"] in said


@pytest.mark.parametrize(("total", "foot", "top", "bottom"), [(1, 0, 600, 680), (0, 1, 490, 700), (0, 0, 0, 700)])
def test_a_stamp_lies_where_it_is_aimed(total: float, foot: float, top: float, bottom: float) -> None:
    # The total is the last bar, at 626 to 644.
    stamp = Stamp(total=Spread(total), foot=Spread(foot), size=Spread(1), frames=Weights(none=1.0), degrees=Spread(0))
    before = printed_page()
    stamped = [apply_effects([stamp], before, Dice(seed))[0] for seed in range(20)]
    middles = [float(new_marks(before, page)[0].mean(axis=0)[1]) for page in stamped]
    assert top <= min(middles) < max(middles) <= bottom
    assert (min(middles) < 490) is (total == foot == 0)


def test_the_middle_of_a_hole_shows_what_lies_behind() -> None:
    before = printed_page()
    after, _ = apply_effects([Punch(level=Spread(37), count="1", inset=Spread(90))], before, Dice(2))
    x, y = new_marks(before, after)[0].mean(axis=0).astype(int)
    assert after.image[y, x] == 37
    assert after.cover is not None
    assert after.cover[y, x] == 255


def test_two_holes_are_eighty_millimetres_apart() -> None:
    before = plain_page(1600, 500)
    after, _ = apply_effects([Punch(edges="left", count="2")], before, Dice(2))
    centres = new_marks(before, after).mean(axis=1)
    assert np.linalg.norm(centres[1] - centres[0]) == pytest.approx(640, abs=1.5)


def test_a_tape_lets_the_print_be_seen() -> None:
    before = printed_page()
    after, _ = apply_effects([make("tape", length=2, degrees=0)], before, Dice(3))
    assert after.cover is not None
    assert 0 < np.median(after.cover[after.cover > 0]) < 80
    taped = after.cover > 0
    assert after.image[taped & (before.image == 0)].mean() + 60 < after.image[taped & (before.image == 255)].mean()


def test_a_crease_changes_pixels_along_one_line_only() -> None:
    before = printed_page()
    after, _ = apply_effects([make("crease", count=1, along=0, degrees=0, width=1)], before, Dice(3))
    rows = np.flatnonzero((after.image != before.image).any(axis=1))
    assert 0 < len(rows) <= 14


def test_a_crease_takes_ink_off() -> None:
    page = plain_page(300, 300, 0)
    after, _ = apply_effects([make("crease", count=1, lost=1, depth=0)], page, Dice(3))
    assert after.image.max() > 200


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize(
    "effect",
    [
        Fold(shade=Spread(0), lost=Spread(0), shift=Spread(3), reach=Spread(40)),
        Fold(shade=Spread(0), lost=Spread(0), shift=Spread(3), along=Spread(1)),
        Crumple(shade=Spread(0), shadow=Spread(0), shift=Spread(3), size=Spread(90)),
        Crumple(shade=Spread(0), shadow=Spread(0), shift=Spread(20), size=Spread(40)),
    ],
)
def test_folds_and_crumples_move_quads_with_the_pixels(effect: Effect, seed: int) -> None:
    before = dotted_page(seed)
    after, _ = apply_effects([effect], before, Dice(seed))
    ink = 255.0 - after.image
    middles = after.regions.word_quads.mean(axis=1)
    assert np.abs(middles - before.regions.word_quads.mean(axis=1)).max() > 0.3
    for middle in middles:
        assert centroid(ink, middle) == pytest.approx(middle, abs=0.3)


def test_a_fold_has_a_light_and_a_dark_side() -> None:
    page = plain_page(400, 300, 200)
    drawn = make("fold", along=0, at=0.5, degrees=0, shade=0.2, reach=30, shift=0, lost=0)
    folded = apply_effects([drawn], page, Dice(1))[0].image.astype(float)
    assert folded[192:197].mean() > 215
    assert folded[204:209].mean() < 185
    assert abs(folded[20].mean() - 200) < 2


def test_light_on_crumpled_paper_turns_with_its_source() -> None:
    page = plain_page(300, 300, 180)
    one, other = (
        apply_effects([make("crumple", size=80, shift=0, shade=0.1, degrees=degrees)], page, Dice(1))[0].image.astype(
            float
        )
        - 180
        for degrees in (30, 210)
    )
    assert np.corrcoef(one.ravel(), other.ravel())[0, 1] < -0.95


def test_the_back_shines_through_mirrored() -> None:
    page = plain_page(200, 300)
    page.image[20:40, 30:60] = 0
    after, _ = apply_effects([make("show_through", contrast=0.2, blur=0, shift=0, upside_down=0)], page, Dice(1))
    assert after.image[30, 300 - 45] == pytest.approx(255 * 0.8, abs=2)
    assert after.image[30, 45] == 0
    assert after.image[100, 150] == 255
    assert after.regions.marks == ()


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("wear", {"share": 1.5}), ("aging", {"level": 300}), ("pen", {"kinds": "brush"}), ("pen", {"count": "1..90"}),
        ("pen", {"sums": 2}), ("handwriting", {"texts": "poem"}), ("label", {"size": 50}), ("stamp", {"opacity": 2}),
        ("stamp", {"frames": "star"}), ("crease", {"lost": -1}), ("fold", {"shade": 0.9}), ("crumple", {"shift": 90}),
        ("stain", {"kinds": "soup"}), ("show_through", {"contrast": 1}), ("punch", {"count": 0}),
        ("staple", {"length": 0}), ("tape", {"haze": 1}), ("crease", {"count": "0.5..2"}),
    ],
)  # fmt: skip
def test_values_out_of_bounds_are_refused(name: str, fields: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        make(name, **fields)


@pytest.mark.parametrize("sides", ["foot", "head"])
@pytest.mark.parametrize("degrees", [0, -12, 50])
def test_what_is_torn_off_is_gone_and_the_rest_stays(sides: str, degrees: float) -> None:
    before = printed_page()
    ink = before.image.copy()
    after, _ = apply_effects([make("tear", sides=sides, left=0.6, degrees=degrees, level=255)], before, Dice(4))
    assert np.array_equal(before.image, ink)
    height = len(before.image)
    assert after.gone is not None
    assert 0 < after.gone.sum() < len(after.gone)
    assert degrees or 0.55 * height < len(after.image) < 0.75 * height
    for before_quad, quad, gone, whole in zip(
        before.regions.char_quads, after.regions.char_quads, after.gone, after.whole_fields(), strict=True
    ):
        assert whole == (not gone)
        x0, y0, x1, y1 = boxes_of_quads(quad[None])[0].astype(int).tolist()
        x2, y2, x3, y3 = boxes_of_quads(before_quad[None])[0].tolist()
        part = after.image[max(0, y0) : max(0, y1), x0:x1]
        if part.shape == (18, x1 - x0) and not after.cover[y0 - 8 : y1 + 8, x0:x1].any():  # type: ignore[index]
            assert np.array_equal(part, ink[y2:y3, x2:x3])
    if not degrees:  # straight across, lines are torn off from its side on
        ends = after.gone if sides == "foot" else after.gone[::-1]
        assert list(ends) == sorted(ends)


def test_what_the_torn_paper_said_is_not_printed() -> None:
    template = receipt_template("parking").value
    torn = template.model_copy(update={"effects": (make("tear", sides="foot", left=0.5, degrees=25),)})
    whole, rest = (Receipts([each], seed=3, profile="phone").draw(0) for each in (template, torn))
    assert "total" in whole.values
    assert "total" not in rest.values
    assert rest.unprinted["total"] == whole.values["total"]
    assert rest.values["merchant"]
    hidden = rest.page.hidden()[rest.page.regions.slices.fields]
    assert 0 < (hidden > 0.9).sum() < len(hidden)


@pytest.mark.parametrize("kind", ["emblem", "emblems", "bands", "stripe"])
def test_print_of_the_roll_darkens_part_of_the_page_by_its_contrast_at_most(kind: str) -> None:
    before = printed_page()
    for seed in range(5):
        after, (record,) = apply_effects([make("preprint", kinds=kind, contrast=0.2, level=0)], before, Dice(seed))
        changed = after.image != before.image
        assert record["kind"] == kind
        assert changed.any()
        assert (after.image <= before.image).all()
        assert after.image[before.image == 255].min() == pytest.approx(0.8 * 255, abs=1)
        assert after.regions is before.regions


def test_print_of_the_roll_has_a_colour_on_a_page_in_colour() -> None:
    before = printed_page()
    before = before.with_image(np.stack([before.image] * 3, axis=2))
    after, (record,) = apply_effects([make("preprint", kinds="bands", contrast=0.5, colors="red")], before, Dice(2))
    assert record["color"]
    darkest = after.image[(before.image == 255).all(axis=2)].min(axis=0)
    assert darkest[0] > darkest[1] + 20
