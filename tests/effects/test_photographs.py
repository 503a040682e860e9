"""What a phone, its light and its programs do to a page; test_capture.py has what holds for every effect."""

from typing import Any

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from warps import BENT, centroid, dotted_page, ink_between, lookalikes, scales, small_receipt, steps_of

from receiptgen.core.dice import Dice
from receiptgen.effects import EFFECTS, apply_effects
from receiptgen.effects.handling._blank_paper import body_height
from receiptgen.imaging.channels import in_color
from receiptgen.imaging.geometry import Chain
from receiptgen.imaging.page import Page


def after(page: Page, name: str, seed: int = 1, **keys: Any) -> Page:
    """Return a page after one effect with some settings."""
    model: Any = EFFECTS.get(name)
    return apply_effects([model.model_validate(keys)], page, Dice(seed))[0]


def paper(level: int = 200, shape: tuple[int, int] = (400, 300)) -> Page:
    """Return blank paper of one level."""
    page = dotted_page(0, shape)
    return page.with_image(np.full_like(page.image, level))


def sharpness(image: NDArray[np.uint8]) -> float:
    return float(cv2.Laplacian(image, cv2.CV_64F).var())


@pytest.mark.smoke
@pytest.mark.parametrize("seed", range(6))
def test_words_stay_in_their_quads_on_curled_paper_that_is_seen_from_aside(seed: int) -> None:
    before = dotted_page(seed, dot=5)
    page, blank = lookalikes(steps_of("curl from aside", seed), before)
    ink = ink_between(page, blank)
    ink[ink < 12] = 0
    for quad, side in zip(page.regions.char_quads, scales(page, 24), strict=True):
        assert np.abs(centroid(ink, quad.mean(axis=0), 8 * side / 5) - quad.mean(axis=0)).max() < 0.5
    assert BENT["curl from aside"]


def test_lines_of_text_bow_only_for_a_camera_that_stands_aside() -> None:
    keys: dict[str, Any] = {"axis": "columns", "bend": 20, "end": 0, "ripple": 0, "shade": 0, "distance": 4}
    row = np.stack([np.linspace(5, 215, 21), np.full(21, 150.0)], axis=1)

    def bow(**more: Any) -> float:
        y = Chain(after(dotted_page(1), "curl", **keys, **more).maps).points(row)[:, 1]
        return float(np.ptp(y))

    assert bow() < 0.6
    assert bow(pitch=28) > 5 * bow()


def test_paper_that_is_turned_by_half_curls_at_its_head_instead_of_its_foot() -> None:
    keys: dict[str, Any] = {"axis": "rows", "bend": 0, "end": 30, "ripple": 0, "shade": 1, "light": 50}
    foot, head = (after(paper(), "curl", turn=turn, **keys).image.astype(int) for turn in (0, 180))
    assert np.abs(foot[10:50].mean() - foot[150:200].mean()) < 4 < np.abs(foot[-20:-5].mean() - foot[150:200].mean())
    assert np.abs(head[-50:-10].mean() - head[200:250].mean()) < 4 < np.abs(head[5:20].mean() - head[200:250].mean())


def test_resample_brings_letters_to_a_height_whatever_the_print_is() -> None:
    for dpi in (120, 203, 300):
        page = after(after(small_receipt().page, "resample", dpi=dpi), "resample", letters=16)
        assert body_height(page) == pytest.approx(16, abs=0.3)


def test_letters_have_their_height_along_their_own_sides() -> None:
    page = small_receipt().page
    assert body_height(after(page, "rotate", degrees=40)) == pytest.approx(body_height(page), rel=0.02)


def test_no_picture_is_larger_than_phones_send_them_for_the_sake_of_its_letters() -> None:
    assert max(after(small_receipt().page, "resample", letters=120).size) == 4000


def test_exposure_doubles_and_halves_light_and_keeps_black() -> None:
    page = paper(100)
    light = [float((after(page, "exposure", stops=stops, contrast=0).image[0, 0] / 255) ** 2.2) for stops in (-1, 0, 1)]
    assert light[1] / light[0] == pytest.approx(2, rel=0.06)
    assert light[2] / light[1] == pytest.approx(2, rel=0.06)
    assert after(paper(0), "exposure", stops=2).image.max() == 0
    assert after(paper(220), "exposure", stops=2, contrast=0).image.min() == 255


def test_contrast_pushes_middle_greys_apart_and_keeps_their_order() -> None:
    ramp = np.arange(256, dtype=np.uint8)[None].repeat(16, axis=0)
    page = Page(ramp, dotted_page(0).regions)
    levels = after(page, "exposure", stops=0, contrast=1).image[0].astype(int)
    assert levels[[0, 255]].tolist() == [0, 255]
    assert levels[60] < 60
    assert levels[200] > 200
    assert (np.diff(levels) >= 0).all()


@pytest.mark.parametrize("kind", ["edge", "body", "phone", "hand", "window"])
def test_a_shadow_takes_its_share_of_light_inside_and_none_outside(kind: str) -> None:
    keys: dict[str, Any] = {
        "kinds": kind,
        "depth": 0.5,
        "x": 0.5,
        "y": 0.5,
        "size": 0.6,
        "degrees": 70,
        "softness": 0.002,
    }
    image = after(paper(), "shadow", **keys).image
    assert image.min() == pytest.approx(100, abs=1)
    assert image.max() == 200
    # With a hard edge, hardly anything is between.
    between = (image > 105) & (image < 195)
    assert between.mean() < 0.06
    assert 0.03 < (image < 110).mean() < 0.97


def test_a_soft_shadow_ends_gradually() -> None:
    keys: dict[str, Any] = {"kinds": "edge", "depth": 0.5, "x": 0.5, "y": 0.5, "degrees": 0}
    hard, soft = (after(paper(), "shadow", softness=softness, **keys).image for softness in (0.002, 0.3))
    assert np.abs(np.diff(soft[200].astype(int))).max() < 4 < np.abs(np.diff(hard[200].astype(int))).max()


def test_a_shadow_under_the_sky_is_bluer_and_its_green_is_as_grey_pages_have_it() -> None:
    keys: dict[str, Any] = {"kinds": "edge", "depth": 0.6, "x": 0.5, "y": 0.5, "degrees": 0, "cold": 0.2}
    page = paper()
    colored = after(page.with_image(in_color(page.image)), "shadow", **keys).image
    red, green, blue = colored[200, 2].tolist()
    assert red < green < blue
    assert np.array_equal(colored[..., 1], after(page, "shadow", **keys).image)


def test_focus_is_sharp_at_its_line_and_soft_far_from_it() -> None:
    page = dotted_page(3, (600, 400))
    image = after(page, "focus", sigma=1, degrees=90, at=1).image
    assert np.array_equal(image[:40], page.image[:40])
    assert sharpness(image[450:]) < 0.1 * sharpness(page.image[450:])


def test_denoising_takes_out_noise_and_leaves_bold_print() -> None:
    page = small_receipt().page
    noisy = after(after(page, "levels", paper=220, ink=20), "sensor", read=6, shot=0, size=0)
    clean = after(noisy, "denoise", levels=16, sigma=1.2)
    blank = cv2.erode((page.image == 255).astype(np.uint8), np.ones((15, 15), np.uint8)) > 0
    assert clean.image[blank].std() < 0.5 * noisy.image[blank].std()
    ink = page.image < 30
    assert clean.image[ink].mean() == pytest.approx(noisy.image[ink].mean(), abs=5)


def test_denoising_of_nothing_changes_nothing() -> None:
    page = dotted_page(1)
    assert np.array_equal(after(page, "denoise", levels=0).image, page.image)


def test_a_messenger_makes_pictures_smaller_and_their_truth_with_them() -> None:
    before = small_receipt().page
    page = after(before, "messenger", longest=700, quality=70, times=2, shrink=0.9)
    scale = max(page.size) / max(before.size)
    assert max(page.size) == 630
    assert np.allclose(page.regions.word_quads, before.regions.word_quads * scale, atol=0.6)


def test_a_messenger_leaves_small_pictures_their_size_and_words_that_can_be_read() -> None:
    page = dotted_page(1)
    assert after(page, "messenger", longest=1280, shrink=1).size == page.size
    assert body_height(after(small_receipt().page, "messenger", longest=240, times=3)) > 4.8


@pytest.mark.parametrize("mode", ["bw", "grey", "color"])
def test_scanner_apps_make_unevenly_lit_paper_white_and_keep_ink_dark(mode: str) -> None:
    page = small_receipt().page
    uneven = after(after(page, "levels", paper=210, ink=30), "shade", gradient=0.5, bands=0, vignette=0, shadow=0)
    image = after(uneven, "enhance", mode=mode, even=1, reach=2, gain=1.3, level=0.75).image
    blank = cv2.erode((page.image == 255).astype(np.uint8), np.ones((9, 9), np.uint8)) > 0
    assert uneven.image[blank].std() > 15
    assert (image[blank] > 245).mean() > 0.97
    assert np.median(image[page.image < 30]) < 110
    if mode == "bw":
        assert set(np.unique(image)) == {0, 255}


def test_scanner_apps_keep_colours_only_in_color() -> None:
    page = paper()
    tinted = page.with_image(np.dstack([page.image, page.image, page.image // 2]))
    assert np.ptp(after(tinted, "enhance", mode="grey").image.astype(int), axis=2).max() == 0
    assert np.ptp(after(tinted, "enhance", mode="color", even=0.3).image.astype(int), axis=2).min() > 20


def test_facets_throw_shadows_away_from_the_lamp_only_where_asked() -> None:
    keys: dict[str, Any] = {"size": 60, "shift": 0, "shade": 0, "soft": 0, "degrees": 90}
    page = paper(200)
    assert np.array_equal(after(page, "crumple", shadow=0, **keys).image, page.image)
    shaded = after(page, "crumple", shadow=0.5, **keys).image
    assert 0.02 < (shaded < 190).mean() < 0.6
    assert shaded.min() >= 99
    waves = after(page, "crumple", shadow=0.5, **keys | {"soft": 1}).image
    assert np.array_equal(waves, page.image)


def test_round_facets_have_no_sharp_edges() -> None:
    keys: dict[str, Any] = {"size": 60, "shift": 0, "shade": 0.1, "shadow": 0, "degrees": 30}
    flat, wave = (after(paper(), "crumple", soft=soft, **keys).image.astype(int) for soft in (0, 1))
    assert np.abs(np.diff(wave, 2)).max() < 0.5 * np.abs(np.diff(flat, 2)).max()
    assert 0.5 < wave.std() / flat.std() < 1.6


@pytest.mark.parametrize(("aspect", "ratio"), [("3:4", 4 / 3), ("1:1", 1.0), ("4:3", 0.75)])
def test_a_frame_has_its_shape_and_what_it_cuts_off_is_not_printed(aspect: str, ratio: float) -> None:
    before = after(small_receipt().page, "ground", margin=0.2)
    page = after(before, "frame", aspect=aspect, fill=0.9, x=0.5, y=0, cut=1)
    assert page.size[0] / page.size[1] == pytest.approx(ratio, rel=0.01)
    middles = page.regions.char_quads.mean(axis=1)
    inside = ((middles >= 0) & (middles <= page.size[::-1])).all(axis=1)
    assert page.gone is not None
    assert np.array_equal(page.gone, ~inside)
    assert 0 < page.gone.sum() < len(page.gone)


@pytest.mark.parametrize("seed", range(4))
def test_a_frame_that_cuts_no_print_grows_with_it(seed: int) -> None:
    before = after(after(small_receipt().page, "ground", margin=1.5), "perspective", seed=seed, room=0.3)
    page = after(before, "frame", seed=seed, fill=1.1, cut=0)
    quads = page.regions.content_quads
    assert quads.min() >= 0
    assert (quads.reshape(-1, 2).max(axis=0) <= page.size[::-1]).all()
    assert page.gone is not None
    assert not page.gone.any()


def test_a_frame_keeps_its_shape_where_the_page_is_smaller_unless_it_would_cut_print_off() -> None:
    before = after(small_receipt().page, "ground", margin=0.05)
    small = after(before, "frame", aspect="1:1", fill=0.3, cut=1)
    assert small.size[0] == pytest.approx(small.size[1], abs=1)
    whole = after(before, "frame", aspect="9:16", fill=0.3, cut=0)
    assert whole.gone is not None
    assert not whole.gone.any()


@pytest.mark.parametrize("seed", range(4))
def test_a_frame_that_cuts_print_off_does_so_above_or_below(seed: int) -> None:
    before = after(small_receipt().page, "ground", margin=0.05)
    page = after(before, "frame", seed=seed, aspect="9:16", fill=0.9, cut=1)
    quads = page.regions.content_quads.reshape(-1, 2)
    assert quads[:, 0].min() >= -1
    assert quads[:, 0].max() <= page.size[1] + 1


def test_a_frame_that_cuts_no_print_keeps_paper_around_it() -> None:
    before = after(small_receipt().page, "ground", margin=1)
    page = after(before, "frame", aspect="3:4", fill=1.3, cut=0, beside=0.1)
    quads = page.regions.content_quads.reshape(-1, 2)
    beside = 0.1 * np.ptp(quads[:, 0]) - 2
    assert quads.min() >= beside
    assert (quads.max(axis=0) <= np.array(page.size[::-1]) - beside).all()


def test_a_frame_is_at_the_head_or_the_foot_of_the_paper() -> None:
    before = after(small_receipt().page, "ground", margin=0.2)
    head, foot = (after(before, "frame", aspect="4:3", y=y, cut=1).gone for y in (0, 1))
    assert head is not None
    assert foot is not None
    assert not head[0]
    assert not foot[-1]
    assert head[-1]
    assert foot[0]


@pytest.mark.parametrize(
    "name", ["exposure", "shadow", "focus", "denoise", "messenger", "enhance", "curl", "crumple", "frame"]
)
def test_the_same_dice_draw_the_same_picture(name: str) -> None:
    first, second = (after(small_receipt().page, name, seed=5) for _ in range(2))
    assert np.array_equal(first.image, second.image)
    assert np.array_equal(first.regions.quads, second.regions.quads)
