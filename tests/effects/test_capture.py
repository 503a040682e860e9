"""What scanners and phones do to a page."""

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from pydantic import ValidationError
from warps import centroid, dotted_page

from receiptgen.core.dice import Dice
from receiptgen.drawing.receipts import Receipts
from receiptgen.drawing.template import receipt_template
from receiptgen.effects import EFFECTS, apply_effects
from receiptgen.effects.capture._levels import ink_and_paper
from receiptgen.effects.capture._outline import outline
from receiptgen.imaging.geometry import boxes_of_quads, quads_of_boxes
from receiptgen.imaging.page import Page
from receiptgen.imaging.regions import Regions
from receiptgen.imaging.sample import Sample

NAMES = (
    "resample", "levels", "threshold", "sensor", "jpeg", "sharpen", "gamma", "specks", "motion", "shade", "slip",
    "curl", "perspective", "ground", "sheet", "corners", "fax", "screenshot", "glare",
    "part", "exposure", "shadow", "focus", "denoise", "messenger", "enhance", "frame",
)  # fmt: skip
STILL = (
    "levels", "threshold", "sensor", "jpeg", "sharpen", "gamma", "specks", "motion", "shade", "corners", "fax", "glare",
    "exposure", "shadow", "focus", "denoise", "enhance",
)  # fmt: skip


def after(page: Page, *effects: tuple[str, dict[str, Any]], seed: int = 1) -> Page:
    """Return a page after effects with some settings."""
    return apply_effects([EFFECTS.get(name).model_validate(keys) for name, keys in effects], page, Dice(seed))[0]


def plain(height: int = 40, width: int = 220, level: int = 255) -> Page:
    quads = quads_of_boxes(np.array([[0, 0, width, height]]))
    return Page(np.full((height, width), level, np.uint8), Regions((), (), (), (), quads))


def half(height: int = 200, width: int = 200) -> Page:
    """Return a page that is ink on its left half and paper on its right."""
    page = plain(height, width)
    page.image[:, : width // 2] = 0
    return page


def outside_ink(page: Page) -> NDArray[np.bool_]:
    mask = np.ones(page.image.shape, bool)
    for x0, y0, x1, y1 in boxes_of_quads(np.concatenate([page.regions.word_quads, page.regions.mark_quads])):
        mask[int(y0) : int(np.ceil(y1)), int(x0) : int(np.ceil(x1))] = False
    return mask


MOVES: dict[str, list[tuple[str, dict[str, Any]]]] = {
    "smaller": [("resample", {"dpi": "150..200"})],
    "larger and wider": [("resample", {"dpi": "210..400", "stretch": 1.05})],
    "through a lower resolution": [("resample", {"dpi": 203, "via": "150..190"})],
    "slip": [("slip", {"bow": "-12..12", "wave": 6, "stretch": 0.06, "degrees": "-3..3", "length": 90})],
    "perspective": [("perspective", {"yaw": "-20..20", "pitch": "-20..20", "roll": "-9..9"})],
    "curl along": [("curl", {"axis": "rows", "bend": "-25..25", "end": 15, "ripple": 3, "shade": 0})],
    "curl across": [("curl", {"axis": "columns", "bend": "-25..25", "shade": 0})],
    "ground": [("ground", {})],
    "sheet": [("sheet", {"whole": 0})],
    "screenshot": [("screenshot", {"width": 400})],
    "photograph": [
        ("curl", {"bend": 15, "shade": 0}), ("ground", {"margin": "0.1..0.3", "shadow": 0}), ("perspective", {}),
        ("resample", {"dpi": 240}),
    ],
}  # fmt: skip


@pytest.mark.parametrize("chain", MOVES)
@pytest.mark.parametrize("seed", range(3))
def test_quads_move_with_the_dots_under(chain: str, seed: int) -> None:
    page = after(dotted_page(seed), *MOVES[chain], seed=seed)
    for quad in page.regions.char_quads:
        middle = quad.mean(axis=0)
        assert np.abs(centroid(255.0 - page.image, middle) - middle).max() < 0.3


@pytest.mark.parametrize("chain", MOVES)
def test_the_way_back_leads_to_the_page_as_drawn(chain: str) -> None:
    before = dotted_page(5)
    page = after(before, *MOVES[chain], seed=5)
    assert np.abs(page.rectifier().points(page.regions.char_quads) - before.regions.char_quads).max() < 0.02


@pytest.mark.parametrize("name", ["slip", "curl", "perspective", "ground", "sheet", "screenshot"])
def test_no_word_leaves_the_image_under(name: str) -> None:
    for seed in range(8):
        page = after(dotted_page(seed), (name, {}), seed=seed)
        high, wide = page.image.shape
        quads = page.regions.quads[1:]
        assert quads.min() >= -0.01
        assert quads[..., 0].max() <= wide + 0.01
        assert quads[..., 1].max() <= high + 0.01


@pytest.mark.parametrize("name", STILL)
def test_nothing_moves_under(name: str) -> None:
    before = dotted_page(2)
    page = after(before, (name, {}))
    assert page.image.shape == before.image.shape
    assert page.regions is before.regions
    assert page.maps == ()


@pytest.mark.parametrize("name", NAMES)
def test_the_page_given_is_left_as_it_was(name: str) -> None:
    before = dotted_page(3)
    kept = before.image.copy()
    before.image.setflags(write=False)
    for seed in range(6):
        after(before, (name, {}), seed=seed)
    assert np.array_equal(before.image, kept)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("size", [(8, 8), (8, 300), (300, 12), (41, 33)])
def test_any_size_will_do(name: str, size: tuple[int, int]) -> None:
    for level in (0, 255):
        for seed in range(6):
            page = after(plain(*size, level), (name, {}), seed=seed)
            assert page.image.ndim == 2
            assert min(page.image.shape) > 0
            assert np.isfinite(page.regions.quads).all()


@pytest.mark.parametrize(
    ("name", "keys"),
    [
        ("resample", {"dpi": 30}), ("resample", {"grow": "lanczos"}), ("levels", {"paper": 256}),
        ("threshold", {"level": 1.5}), ("sensor", {"read": -1}), ("jpeg", {"quality": 0}), ("jpeg", {"times": "1..3"}),
        ("sharpen", {"sigma": 0}), ("gamma", {"gamma": 0}), ("specks", {"dark": 0.5}), ("motion", {"length": -1}),
        ("shade", {"shadow": 1}), ("slip", {"stretch": 0.5}), ("curl", {"bend": 80}), ("perspective", {"yaw": 89}),
        ("ground", {"texture": "photo"}), ("ground", {"edge": "wood"}), ("sheet", {"x": 2}), ("corners", {"size": 0.9}),
        ("fax", {"lost": 0.9}), ("screenshot", {"width": 10}), ("glare", {"strength": 1}),
        ("exposure", {"stops": 3}), ("shadow", {"kinds": "cloud"}), ("shadow", {"softness": 0}),
        ("focus", {"sigma": 40}), ("denoise", {"sigma": 0}), ("messenger", {"times": "1..9"}),
        ("messenger", {"longest": 10}), ("enhance", {"mode": "sepia"}), ("curl", {"yaw": 45}),
        ("curl", {"axis": "diagonal"}), ("resample", {"letters": 2}),
        ("frame", {"aspect": "16:1"}), ("frame", {"fill": 0}),
        ("part", {"top": 0.5, "bottom": 0.5}), ("part", {"top": "0..0.6", "bottom": "0.5..1"}), ("part", {"top": -1}),
    ],
)  # fmt: skip
def test_what_is_out_of_bounds_is_refused(name: str, keys: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        EFFECTS.get(name).model_validate(keys)


def test_resample_scales_by_its_resolution() -> None:
    assert after(plain(100, 400), ("resample", {"dpi": 406})).image.shape == (200, 800)
    assert after(plain(100, 400), ("resample", {"dpi": 101.5, "stretch": 1.2})).image.shape == (50, 240)


def test_resample_leaves_eight_rows_and_a_column() -> None:
    assert after(plain(9, 3), ("resample", {"dpi": 40})).image.shape == (8, 1)


def test_a_lower_resolution_on_the_way_blurs() -> None:
    edge = after(half(), ("resample", {"dpi": 203, "via": 60})).image[100]
    assert ((edge > 10) & (edge < 245)).sum() >= 2


def test_levels_of_black_and_white_are_those_drawn() -> None:
    image = after(half(), ("levels", {"paper": 240, "ink": 90})).image
    assert (image[0, 0], image[0, -1]) == (90, 240)
    image = after(half(), ("levels", {"paper": 240, "contrast": 60})).image
    assert (image[0, 0], image[0, -1]) == (180, 240)


@pytest.mark.parametrize("keys", [{"paper": 100, "ink": 200}, {"paper": 0, "ink": 0}, {"paper": 250, "contrast": 0}])
def test_levels_stay_twelve_apart(keys: dict[str, Any]) -> None:
    image = after(half(), ("levels", keys)).image
    assert int(image[0, -1]) - int(image[0, 0]) >= 12


def test_a_hard_threshold_leaves_black_and_white_only() -> None:
    grey = after(half(), ("blur", {"sigma": 3}), ("levels", {"paper": 230, "ink": 120}))
    image = after(grey, ("threshold", {"softness": 0, "noise": 20})).image
    assert ((image > 0) & (image < 255)).mean() < 0.01
    soft = after(grey, ("threshold", {"softness": 120, "noise": 0})).image
    assert ((soft > 0) & (soft < 255)).mean() > 0.01


def test_a_higher_threshold_is_bolder() -> None:
    grey = after(dotted_page(1), ("blur", {"sigma": 1}))
    thin, bold = (after(grey, ("threshold", {"level": level, "noise": 0})).image for level in (0.3, 0.8))
    assert (bold < 128).sum() > 1.5 * (thin < 128).sum() > 0


def test_ink_and_paper_are_found_on_a_dark_ground(receipts: tuple[Sample, ...]) -> None:
    pale = after(receipts[0].page, ("levels", {"paper": 235, "ink": 130}))
    ink, paper = ink_and_paper(after(pale, ("ground", {"texture": "black", "margin": 0.5, "edge": "straight"})))
    assert abs(ink - 130) < 15
    assert abs(paper - 235) < 3


def test_noise_is_as_strong_as_drawn_whatever_its_size() -> None:
    for size in (0, 0.5, 1.5):
        noise = after(plain(400, 400, 128), ("sensor", {"read": 8, "shot": 0, "size": size})).image
        assert abs(noise.std() - 8) < 1


def test_shot_noise_is_in_the_light() -> None:
    grey = after(half(), ("levels", {"paper": 200, "ink": 40}))
    image = after(grey, ("sensor", {"read": 0, "shot": 12, "size": 0})).image
    assert image[:, 100:].std() > 1.8 * image[:, :100].std() > 0


def test_jpeg_loses_more_at_lower_quality(receipts: tuple[Sample, ...]) -> None:
    page = receipts[0].page
    losses = [np.abs(after(page, ("jpeg", {"quality": q})).image - page.image.astype(int)).mean() for q in (95, 60, 20)]
    assert 0 < losses[0] < losses[1] < losses[2]


def test_sharpening_leaves_halos() -> None:
    grey = after(half(), ("blur", {"sigma": 1.5}), ("levels", {"paper": 200, "ink": 60}))
    image = after(grey, ("sharpen", {"amount": 3, "sigma": 1.5})).image
    assert image.max() > 210
    assert image.min() < 50


def test_gamma_keeps_black_and_white() -> None:
    image = np.tile(np.arange(256, dtype=np.uint8), (8, 1))
    page = plain(8, 256).with_image(image)
    for gamma, sign in ((0.5, 1), (2.0, -1)):
        bent = after(page, ("gamma", {"gamma": gamma})).image.astype(int)
        assert (bent[0, 0], bent[0, -1]) == (0, 255)
        assert sign * (bent[0, 128] - 128) > 30


@pytest.mark.parametrize("size", [1, 2, 3])
def test_specks_are_as_many_as_drawn(size: int) -> None:
    page = plain(600, 600)
    page.image[:300] = 0
    image = after(page, ("specks", {"dark": 0.01, "light": 0.02, "size": size, "depth": 255})).image
    assert 0.006 < (image[300:] == 0).mean() < 0.014
    assert 0.012 < (image[:300] == 255).mean() < 0.028


@pytest.mark.parametrize(
    "left", [{"bands": 0.3, "shadow": 0}, {"bands": 0, "shadow": 0.6, "softness": 1}], ids=["bands", "shadow"]
)
def test_light_without_a_slope_is_that_of_the_least_slope(left: dict[str, float]) -> None:
    even, sloping = (
        after(plain(60, 220, 200), ("shade", {"gradient": slope, "vignette": 0, **left})).image.astype(int)
        for slope in (0, 0.00002)
    )
    assert even.min() < 195
    assert abs(even - sloping).max() <= 1


def test_shade_takes_light_and_gives_none() -> None:
    for seed in range(5):
        image = after(plain(300, 200, 200), ("shade", {"shadow": 0.4, "gradient": 0.2}), seed=seed).image
        assert image.max() <= 200
        assert image.min() < 170


def test_slip_bows_the_middle_of_lines_upward() -> None:
    page = plain(60, 300)
    page.image[30] = 0
    still = {"wave": 0, "stretch": 0, "degrees": 0}
    image = after(page, ("slip", {"bow": 9, **still})).image
    rows = [int(image[:, x].argmin()) for x in (2, 150, 297)]
    assert rows[0] - rows[1] == pytest.approx(9, abs=1)
    assert rows[2] == pytest.approx(rows[0], abs=1)


def test_a_tear_stays_clear_of_ink() -> None:
    page = dotted_page(4)
    top, bottom = page.regions.quads[1:, :, 1].min(), page.regions.quads[1:, :, 1].max()
    for edge in ("zigzag", "torn"):
        for seed in range(20):
            y = outline(page, edge, 60, Dice(seed))[:, 1]
            assert not ((y > top) & (y < bottom)).any()


def test_ground_shows_between_the_teeth_and_paper_elsewhere() -> None:
    before = dotted_page(1)
    keys = {"texture": "black", "edge": "zigzag", "margin": 0.1, "depth": 8, "shadow": 0}
    image = after(before, ("ground", keys)).image
    assert (image[:22] < 100).all()
    assert 0.1 < (image[22:30, 22:-22] < 100).mean() < 0.9
    assert np.array_equal(image[42:-42, 22:-22], before.image[20:-20])


def test_bent_paper_lies_on_the_ground_in_its_own_outline() -> None:
    bent = after(dotted_page(1), ("slip", {"bow": 20, "wave": 0, "stretch": 0, "degrees": 0}))
    image = after(bent, ("ground", {"texture": "black", "margin": 0.1, "shadow": 0})).image
    high, wide = image.shape
    # The bow's corners are ground, its middle is paper.
    assert image[22 + 3, 30] < 100 < image[22 + 3, wide // 2]
    assert image[high - 22 - 3, wide // 2] < 100 < image[high - 22 - 3, 30]


def test_a_whole_sheet_is_a4() -> None:
    assert after(dotted_page(1), ("sheet", {"whole": 1})).image.shape == (2374, 1678)
    assert after(plain(3000, 500), ("sheet", {"whole": 1})).image.shape == (3000, 1678)


def test_corners_are_dark_and_spare_the_ink(receipts: tuple[Sample, ...]) -> None:
    darkened = 0
    for seed, sample in enumerate(receipts[:40:5]):
        page = after(sample.page, ("corners", {"share": 1, "edges": 1, "size": 0.3, "width": 30}), seed=seed)
        changed = page.image != sample.page.image
        assert not (changed & ~outside_ink(page)).any()
        darkened += bool(changed[0, 0])
    assert darkened > 4


def test_a_fax_is_black_and_white_in_pairs_of_rows(receipts: tuple[Sample, ...]) -> None:
    image = after(receipts[0].page, ("fax", {"fine": 0, "lost": 0})).image
    assert ((image > 0) & (image < 255)).mean() < 1e-4
    even = len(image) // 2 * 2
    assert np.array_equal(image[:even:2], image[1:even:2])


def test_a_screenshots_bars_are_marks_outside_the_page() -> None:
    page = after(dotted_page(1), ("screenshot", {}))
    assert [mark.kind for mark in page.regions.marks] == ["screen", "screen"]
    assert ":" in page.regions.marks[0].text
    upper, lower = boxes_of_quads(page.regions.mark_quads)
    _, top, _, bottom = boxes_of_quads(page.regions.page_quad[None])[0]
    assert upper[3] <= top < bottom <= lower[1]
    assert lower[3] == page.image.shape[0]


def test_glare_lightens_ink_and_leaves_some() -> None:
    image = after(plain(200, 200, 0), ("glare", {"strength": 0.9, "x": 0.5, "y": 0.5, "size": 0.2})).image
    assert 200 < image[100, 100] < 240
    assert image[0, 0] < 20


def test_motion_blurs_along_its_direction_only() -> None:
    page = plain(41, 41)
    page.image[20, 20] = 0
    rows, columns = np.nonzero(after(page, ("motion", {"length": 7, "degrees": 0})).image < 255)
    assert np.ptp(columns) + 1 in (7, 9)
    assert set(rows) == {20}


def test_pale_small_print_outlives_a_threshold_beside_black_headings() -> None:
    page = dotted_page(6, (600, 400))
    boxes = boxes_of_quads(page.regions.word_quads)
    for x0, y0, x1, y1 in boxes[: len(boxes) // 2].tolist():
        page.image[y0:y1, x0:x1] = 150
    image = after(page, ("threshold", {"level": 0.5, "noise": 0})).image
    assert all(image[y0:y1, x0:x1].max() < 128 for x0, y0, x1, y1 in boxes.tolist())


def test_what_hides_the_print_moves_with_it() -> None:
    page = dotted_page(1)
    cover = np.zeros(page.image.shape, np.uint8)
    cover[page.image == 0] = 255
    page = Page(page.image, page.regions, page.maps, cover)
    for name in ("resample", "slip", "curl", "perspective", "ground"):
        moved = after(page, (name, {}))
        assert moved.cover is not None
        assert moved.cover.shape == moved.image.shape
        for quad in moved.regions.char_quads:
            middle = quad.mean(axis=0)
            assert np.abs(centroid(moved.cover, middle) - middle).max() < 0.3, name


def test_two_parts_overlap_where_they_say_and_say_what_is_on_them() -> None:
    template = receipt_template("parking").value
    pages = []
    for keys in ({"top": 0, "bottom": 0.6}, {"top": 0.4, "bottom": 1}):
        effects = (EFFECTS.get("part").model_validate(keys),)
        pages.append(Receipts([template.model_copy(update={"effects": effects})], seed=2, profile="clean").draw(0))
    upper, lower = pages
    whole = Receipts([template], seed=2, profile="clean").draw(0)
    height = len(whole.image)
    assert np.array_equal(upper.image, whole.image[: round(0.6 * height)])
    assert np.array_equal(lower.image, whole.image[round(0.4 * height) :])
    assert "total" in lower.values
    assert "total" not in upper.values
    assert "name" in upper.values["merchant"]
    assert "name" not in lower.values["merchant"]
    assert upper.unprinted["total"] == lower.values["total"]
