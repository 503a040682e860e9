"""Truth moves with the pixels: quads, maps, the grid that rectifies, and ink under every profile."""

from dataclasses import replace
from typing import Any

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from warps import (
    BENT,
    CHAINS,
    CURL,
    GROUND,
    MOVES,
    SLIP,
    centroid,
    dotted_page,
    ink_between,
    lookalikes,
    rectified,
    scales,
    small_receipt,
    steps_of,
)

from receiptgen.core.assets import packaged_names
from receiptgen.core.dice import Dice, key_of
from receiptgen.core.distributions import Spread
from receiptgen.drawing.profile import Profile, profile
from receiptgen.drawing.receipt_pages import draw_receipt
from receiptgen.drawing.template import receipt_template
from receiptgen.effects import Effect, apply_effects
from receiptgen.effects.capture import enhance, fax, threshold
from receiptgen.effects.capture._levels import ink_and_paper
from receiptgen.effects.capture.perspective import Perspective
from receiptgen.effects.capture.resample import Resample
from receiptgen.effects.capture.rotate import Rotate
from receiptgen.effects.capture.sheet import Sheet
from receiptgen.effects.capture.slip import Slip
from receiptgen.effects.handling.crumple import Crumple
from receiptgen.imaging.geometry import Chain, Quads
from receiptgen.imaging.page import Page
from receiptgen.imaging.sample import Sample
from receiptgen.typography.blocks import Run
from receiptgen.typography.glyph_atlas import atlas
from receiptgen.typography.raster import draw_text
from receiptgen.typography.typeface import face
from receiptgen.writers._truth import truth


@pytest.mark.parametrize("chain", CHAINS)
@pytest.mark.parametrize("seed", range(3))
def test_quads_move_with_the_pixels_under(chain: str, seed: int) -> None:
    before = dotted_page(seed)
    after, _ = apply_effects(CHAINS[chain], before, Dice(seed))
    ink = 255.0 - after.image
    for quad in after.regions.char_quads:
        assert np.abs(centroid(ink, quad.mean(axis=0)) - quad.mean(axis=0)).max() < 0.3
    assert after.regions.words == before.regions.words
    # Corners keep their order: the first is still where a reader of the text begins.
    assert np.allclose(after.regions.page_quad.mean(axis=0), np.array(after.image.shape)[::-1] / 2, atol=1)


@pytest.mark.parametrize("chain", BENT)
@pytest.mark.parametrize("seed", range(3))
def test_quads_move_with_the_pixels_under_bends_and_views(chain: str, seed: int) -> None:
    before = dotted_page(seed, dot=5)
    after, blank = lookalikes(steps_of(chain, seed), before)
    ink = ink_between(after, blank)
    # What is left of the dots is well above the light that the page throws on the ground and noise of rounding.
    ink[ink < 12] = 0
    for quad, side in zip(after.regions.char_quads, scales(after, 24), strict=True):
        centre = quad.mean(axis=0)
        # Dots are 16 apart or more, their edges 8.5 from the middle between two.
        found = centroid(ink, centre, 8 * side / 5)
        assert np.abs(found - centre).max() < 0.3 * max(1.0, side / 5), (found, centre, side)
    assert after.regions.words == before.regions.words


def lone_dot(page: Page, place: NDArray[np.float64]) -> Page:
    """Return a page's regions on white paper, with one soft round dot."""
    y, x = (axis + 0.5 for axis in np.indices(page.image.shape))
    far = np.hypot(x - place[0], y - place[1])
    return page.with_image(np.asarray(np.rint(255 * np.clip(far - 3, 0, 1)), np.uint8))


@given(st.sampled_from(sorted(MOVES)), st.integers(0, 10**6), st.floats(0.1, 0.9), st.floats(0.1, 0.9))
@settings(max_examples=100, deadline=None, derandomize=True)
def test_the_maps_of_a_page_tell_where_a_point_of_it_went(chain: str, seed: int, x: float, y: float) -> None:
    start = dotted_page(seed, (220, 160), 5)
    place = np.array([x * 160, y * 220])
    after, blank = lookalikes(steps_of(chain, seed), lone_dot(start, place))
    told = Chain(after.maps).points(place)
    ink = ink_between(after, blank)
    ink[ink < 12] = 0
    # How much larger the dot has become there.
    near = Chain(after.maps).points(place + np.array([[-3.0, 0], [3, 0], [0, -3], [0, 3]]))
    scale = float(max(np.linalg.norm(near[0] - near[1]), np.linalg.norm(near[2] - near[3]))) / 6
    assert np.abs(centroid(ink, told, 9 * scale + 2) - told).max() < 0.3 * max(1.0, scale)


@given(st.sampled_from(sorted(MOVES)), st.integers(0, 10**6))
@settings(max_examples=100, deadline=None, derandomize=True)
def test_the_rectifier_brings_points_back_to_the_drawn_page(chain: str, seed: int) -> None:
    page, _ = apply_effects(MOVES[chain], dotted_page(seed), Dice(seed))
    points = np.random.Generator(np.random.PCG64(seed)).uniform(0, [220, 300], (50, 2))
    assert np.abs(page.rectifier().points(Chain(page.maps).points(points)) - points).max() < 0.05


@pytest.mark.parametrize("chain", MOVES)
def test_quads_are_where_the_maps_of_the_page_put_them(chain: str) -> None:
    before = dotted_page(4)
    after, _ = apply_effects(MOVES[chain], before, Dice(4))
    moved = Chain(after.maps).points(before.regions.quads)
    count = len(before.regions.words)
    # Overlays, as the bars of a screen, add quads between words and characters.
    assert np.abs(after.regions.char_quads - moved[-count:]).max() < 1e-6
    assert np.abs(after.regions.word_quads - moved[-2 * count : -count]).max() < 1e-6
    assert np.abs(after.regions.page_quad - moved[0]).max() < 1e-6


@pytest.mark.smoke
@pytest.mark.parametrize("chain", MOVES)
def test_an_effect_leaves_its_page_as_it_was(chain: str) -> None:
    before = dotted_page(1)
    image, quads = before.image.copy(), before.regions.quads.copy()
    apply_effects(MOVES[chain], before, Dice(2))
    assert np.array_equal(before.image, image)
    assert np.array_equal(before.regions.quads, quads)


# What bends most, on paper as large as a receipt; the last two end on a ground.
WARPS: dict[str, tuple[Effect, ...]] = {
    "slip": (SLIP.model_copy(update={"length": Spread(150, 400)}),),
    "turn": (Rotate(degrees=Spread(3, 8)),),
    "curl": (CURL.model_copy(update={"shade": Spread(0)}),),
    "crumple": (Crumple(shade=Spread(0), shadow=Spread(0)),),
    "scan": (Slip(), Sheet(whole=Spread(0), paper=Spread(255)), Resample(dpi=Spread(280, 320))),
    "phone": (
        Crumple(shade=Spread(0), shadow=Spread(0)), CURL.model_copy(update={"shade": Spread(0)}), GROUND, Perspective(),
        Resample(dpi=Spread(230, 300)),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", WARPS)
def test_the_flat_grid_of_truth_rectifies_a_receipt_to_the_drawn_page(name: str) -> None:
    sample = small_receipt()
    page, _ = apply_effects(WARPS[name], sample.page, Dice(3))
    flat: Any = truth(replace(sample, page=page), "x")["rectify_grid"]
    back = rectified(page.image, flat)
    drawn = sample.page.image
    assert back.shape == drawn.shape
    # Interpolation softens strokes; a shift of a dot would not. So both are softened and then compared, as a share of
    # what they have in them: these leave 0.03 to 0.075, a shift of one dot makes 0.18.
    soft, sharp = (cv2.GaussianBlur(image, (0, 0), 1.5).astype(float) for image in (back, drawn))
    inner = (slice(4, -4), slice(4, -4))
    difference = np.abs(soft - sharp)[inner].mean() / (255 - sharp)[inner].mean()
    assert difference < 0.09, difference


@pytest.mark.parametrize("name", WARPS)
def test_the_flat_grid_is_where_the_maps_put_the_drawn_page(name: str) -> None:
    sample = small_receipt()
    page, _ = apply_effects(WARPS[name], sample.page, Dice(3))
    (height, width), points = page.grid(32)
    assert (height, width) == sample.page.image.shape
    rows, columns = points.shape[:2]
    assert (rows - 2) * 32 < height <= (rows - 1) * 32
    assert (columns - 2) * 32 < width <= (columns - 1) * 32
    places = np.stack(np.meshgrid(np.arange(columns) * 32.0, np.arange(rows) * 32.0), axis=-1)
    assert np.abs(points - Chain(page.maps).points(places)).max() < 1e-9
    flat: Any = truth(replace(sample, page=page), "x")["rectify_grid"]
    assert np.abs(np.reshape(flat["points"], points.shape) - points).max() < 0.0051


def test_truth_has_a_flat_grid_only_where_a_receipt_was_moved(snippets: tuple[Sample, ...]) -> None:
    sample = small_receipt()
    assert "rectify_grid" not in truth(sample, "x")
    turned, _ = apply_effects([Rotate(degrees=Spread(2))], sample.page, Dice(1))
    assert "rectify_grid" in truth(replace(sample, page=turned), "x")
    turned, _ = apply_effects([Rotate(degrees=Spread(2))], snippets[0].page, Dice(1))
    assert "rectify_grid" not in truth(replace(snippets[0], page=turned), "x")


# What hides the print.


@pytest.fixture
def same_levels(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let blank pages be thresholded as the printed ones are: both estimate ink, and blank paper has none."""
    found: list[tuple[float, float]] = []

    def levels(page: Page) -> tuple[float, float]:
        # ``lookalikes`` applies each effect to the page, then to a blank one.
        if found:
            return found.pop()
        found.append(ink_and_paper(page))
        return found[0]

    for module in (fax, threshold):
        monkeypatch.setattr(module, "ink_and_paper", levels)
    papers: list[NDArray[np.uint8]] = []
    paper_round = enhance._paper

    def paper(image: NDArray[np.uint8], letter: float, drawn: enhance.EnhanceDrawn) -> NDArray[np.uint8]:
        if papers:
            return papers.pop()
        papers.append(paper_round(image, letter, drawn))
        return papers[0]

    monkeypatch.setattr(enhance, "_paper", paper)


def grown(quads: Quads, shape: tuple[int, ...], reach: float) -> NDArray[np.bool_]:
    """Return which pixels are in quads or at most so far from them."""
    mask = np.zeros(shape, np.uint8)
    for quad in quads:
        cv2.fillConvexPoly(mask, np.round((quad - 0.5) * 16).astype(np.int32), 1, shift=4)
    wide = 2 * int(np.ceil(reach)) + 1
    return np.asarray(cv2.dilate(mask, np.ones((wide, wide))), bool)


def bent_marks(start: Page, page: Page) -> NDArray[np.bool_]:
    """Return where the marks of a page are after what moved it: long rules bow, and quads tell of corners alone."""
    mask = np.zeros(page.size, np.uint8)
    share = np.linspace(0, 1, 24, endpoint=False)[:, None]
    for quad in start.regions.mark_quads.astype(float):
        edges = np.concatenate([quad[n] + (quad[(n + 1) % 4] - quad[n]) * share for n in range(4)])
        moved = Chain(page.maps[len(start.maps) :]).points(edges)
        cv2.fillPoly(mask, [np.round((moved - 0.5) * 16).astype(np.int32)], 1, shift=4)
    return mask > 0


def stray_share(page: Page, blank: Page, start: Page, reach: float) -> float:
    """Return which share of the clear ink lies beyond quads of characters, and of the marks that were printed."""
    ink = ink_between(page, blank)
    assert ink.max() > 20, "nothing is printed"
    # A profile may leave ink that differs from paper by less than 64 levels altogether; JPEG and noise reduction change
    # the paper beside ink by a dozen.
    clear = ink >= np.clip(0.35 * ink.max(), 16, 64)
    wide = 2 * int(np.ceil(reach)) + 1
    marks = cv2.dilate(bent_marks(start, page).astype(np.uint8), np.ones((wide, wide))) > 0
    return float((clear & ~marks & ~grown(page.regions.char_quads, clear.shape, reach)).sum() / clear.sum())


# Heat spreads by a dot at most, pins by less, and so does a heavy stroke; blur of 1.1, unsharp masks and JPEG add a dot
# and a half where ink is half as dark as at its middle. It is for faint remains of these, and for the noise of sensors
# and specks where a threshold makes them black beside ink, that a share of 0.5 per cent is let off.
REACH, STRAYS = 2.5, 0.005
# Messengers of these compress print of seven pixels so much that blocks of 8 x 8 have rings round it.
RINGING = {"photo_hard": 0.03}


def growth(before: Page, after: Page) -> float:
    """Return how much larger characters are now, at least 1."""
    count = len(before.regions.char_quads)
    return max(1.0, float(np.median(scales(after, count) / scales(before, count))))


# A mix does nothing of its own: its profiles are all packaged.
SINGLE = [name for name in packaged_names("profiles") if profile(name).value.mix is None]


@pytest.mark.parametrize("name", SINGLE)
@pytest.mark.parametrize("template", ["parking", "cafe"])
@pytest.mark.usefixtures("same_levels")
def test_ink_lies_in_the_quads_under_every_profile(name: str, template: str) -> None:
    used, dice = profile(name).value, Dice(key_of(name, template))
    # The receipt by its printers alone, then all that happens to it.
    bare = Profile(about="prints", printers=used.printers)
    start = draw_receipt(receipt_template(template).value, dice, 0, bare).page
    steps = [step for effect in used.page_effects for step in effect.draw(dice)]
    page, blank = lookalikes(steps, start)
    stray = stray_share(page, blank, start, REACH * growth(start, page))
    assert stray < STRAYS, [drawn for _, drawn in steps]


@pytest.mark.parametrize("name", SINGLE)
@pytest.mark.usefixtures("same_levels")
def test_ink_of_snippets_lies_in_their_quads_under_every_profile(name: str) -> None:
    used = profile(name).value
    for seed, text in enumerate(("TOTAL: $12.34", "Qgjpy", "No. 8")):
        start = draw_text(Run(text, "price"), atlas(face("cousine"), 26, "dots"), (16, 16, 16, 16))
        dice = Dice(key_of(name, seed))
        steps = [step for effect in used.line_effects for step in effect.draw(dice)]
        page, blank = lookalikes(steps, start)
        stray = stray_share(page, blank, start, REACH * growth(start, page))
        assert stray < RINGING.get(name, STRAYS), [drawn for _, drawn in steps]
