"""What a hand does to a line of writing: truth follows the ink, and pages that are not one line stay as they are."""

from typing import Any

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from warps import small_receipt

from receiptgen.core.dice import Dice
from receiptgen.core.distributions import Spread
from receiptgen.effects import EFFECTS, apply_effects, apply_steps, draw_steps
from receiptgen.effects.writing.spacing import Spacing
from receiptgen.imaging.geometry import Chain, boxes_of_quads
from receiptgen.imaging.page import Page
from receiptgen.typography.blocks import Run
from receiptgen.typography.glyph_atlas import Atlas, atlas
from receiptgen.typography.raster import draw_text
from receiptgen.typography.typeface import face

WRITING = tuple(name for name in EFFECTS.names if EFFECTS.folder_of(name) == "writing")
# A hand that strays as far as its settings let it.
WILD = {"slant": 0.5, "lean": 0.15, "size": 0.15, "width": 0.2, "wander": 0.2, "rise": 0.1, "tremble": 0.04}


def make(name: str, **settings: Any) -> Any:
    return EFFECTS.get(name).model_validate(settings)  # type: ignore[attr-defined]


def applied(name: str, page: Page, seed: int = 3, **settings: Any) -> Page:
    return apply_effects([make(name, **settings)], page, Dice(seed))[0]


def written(text: str = "lunch for two 12.50", font: str = "coming-soon", size: int = 40) -> Page:
    """Return a text as a snippet draws it, before any effect."""
    return draw_text(Run(text), Atlas(face(font), size), (5, 5, 5, 5))


def alone(page: Page, index: int) -> Page:
    """Return the page with the ink of one character."""
    x0, y0, x1, y1 = boxes_of_quads(page.regions.char_quads)[index].tolist()
    image = np.full_like(page.image, 255)
    image[y0:y1, x0:x1] = page.image[y0:y1, x0:x1]
    return page.with_image(image)


def ink_box(image: NDArray[np.uint8]) -> NDArray[np.int_]:
    x, y, width, height = cv2.boundingRect((image < 128).astype(np.uint8))
    return np.array([x, y, x + width, y + height])


def outside(image: NDArray[np.uint8], quad: NDArray[Any]) -> float:
    """Return by how many pixels the farthest ink is outside a quad."""
    rows, columns = np.nonzero(image < 128)
    corners = np.float32(quad).reshape(-1, 1, 2)
    return max(-cv2.pointPolygonTest(corners, (x + 0.5, y + 0.5), True) for x, y in zip(columns, rows, strict=True))


@pytest.mark.parametrize("name", WRITING)
def test_a_page_of_several_lines_or_none_stays_as_it_was(name: str) -> None:
    receipt = small_receipt().page
    bare = Page(np.full((30, 90), 255, np.uint8), receipt.regions.blank(90, 30))
    if name == "pressure":  # swells strokes of whatever there is
        assert applied(name, bare).image.tolist() == bare.image.tolist()
        return
    for page in (receipt, bare):
        assert applied(name, page) is page


@pytest.mark.parametrize("name", WRITING)
def test_the_same_dice_write_the_same_and_leave_the_page_as_it_was(name: str) -> None:
    page = written()
    before = page.image.copy()
    for seed in range(4):
        first, second = applied(name, page, seed), applied(name, page, seed)
        assert np.array_equal(first.image, second.image)
        assert np.array_equal(first.regions.quads, second.regions.quads)
    assert np.array_equal(page.image, before)


@pytest.mark.parametrize("name", WRITING)
@pytest.mark.parametrize("text", ["i", "-", "I I", "W" * 60])
def test_any_text_can_be_written(name: str, text: str) -> None:
    page = applied(name, written(text))
    assert page.image.dtype == np.uint8
    assert page.regions.lines[0].text == text


@pytest.mark.parametrize("seed", range(6))
def test_the_ink_of_each_character_lies_in_its_quad(seed: int) -> None:
    page = written()
    steps = draw_steps([make("hand", **WILD)], Dice(seed))
    regions = apply_steps(steps, page)[0].regions
    for index, quad in enumerate(regions.char_quads):
        after, _ = apply_steps(steps, alone(page, index))
        assert outside(after.image, quad) < 0.8  # half a pixel of its centre, and what cubics blur


@pytest.mark.parametrize("seed", range(6))
def test_words_fields_and_lines_hold_their_characters_and_the_page_quad_holds_all(seed: int) -> None:
    after = applied("hand", written(), seed, **WILD)
    regions = after.regions
    chars = boxes_of_quads(regions.char_quads)
    for word, box in zip(regions.words, boxes_of_quads(regions.word_quads), strict=True):
        own = chars[word.start : word.stop]
        assert np.allclose(box, [*own[:, :2].min(axis=0), *own[:, 2:].max(axis=0)])
    x0, y0, x1, y1 = boxes_of_quads(regions.page_quad[None])[0]
    assert x0 <= chars[:, 0].min()
    assert y0 <= chars[:, 1].min()
    assert x1 >= chars[:, 2].max()
    assert y1 >= chars[:, 3].max()
    height, width = after.image.shape
    assert chars[:, :2].min() >= 0
    assert (chars[:, 2:] <= [width, height]).all()


@pytest.mark.parametrize("seed", range(6))
def test_letters_that_are_set_apart_keep_their_shape_and_their_boxes(seed: int) -> None:
    page = written("HUM 48")
    after = applied("spacing", page, seed, letters=0.3, words=1.2, uneven=0.1)
    was, now = boxes_of_quads(page.regions.char_quads), boxes_of_quads(after.regions.char_quads)
    assert np.array_equal(now[:, [1, 3]], was[:, [1, 3]])
    assert np.array_equal(now[:, 2] - now[:, 0], was[:, 2] - was[:, 0])
    for before, (x0, y0, x1, y1) in zip(was, now.astype(int), strict=True):
        a, b, c, d = before.tolist()
        assert np.array_equal(after.image[y0:y1, x0:x1], page.image[b:d, a:c])


def test_more_between_letters_and_words_makes_a_line_longer_and_less_shorter() -> None:
    page = written()
    widths = [applied("spacing", page, letters=letters, words=0, uneven=0).image.shape[1] for letters in (-0.2, 0, 0.4)]
    assert widths[0] < widths[1] < widths[2]
    assert widths[1] == page.image.shape[1]


def test_letters_never_come_so_close_that_they_touch() -> None:
    page = written("HUM 48")
    after = applied("spacing", page, letters=-0.2, words=-0.2, uneven=0.5)
    boxes = boxes_of_quads(after.regions.char_quads)
    assert (boxes[1:, 0] > boxes[:-1, 2]).all()


def test_the_map_of_spacing_leads_back() -> None:
    page = written()
    after = applied("spacing", page, letters=0.3, words=1, uneven=0.1)
    points = page.regions.char_quads.astype(float)
    assert np.allclose(Chain(after.maps).inverse().points(Chain(after.maps).points(points)), points)


def test_joins_make_one_stroke_of_small_letters_and_leave_capitals_and_digits_apart() -> None:
    def strokes(text: str, share: float) -> int:
        image = applied("joins", written(text), share=share, width=0.08, sag=0).image
        return cv2.connectedComponents((image < 128).astype(np.uint8))[0] - 1

    assert strokes("nun", 0) == 3
    assert strokes("nun", 1) == 1
    assert strokes("NUN 127", 1) == strokes("NUN 127", 0) == 6


def test_strokes_swell_and_thin_out_with_the_pressure() -> None:
    page = written()
    inks = [
        int((255 - applied("pressure", page, weight=w, uneven=0).image.astype(int)).sum()) for w in (-1, -0.3, 0, 1)
    ]
    assert inks == sorted(set(inks))
    uneven = applied("pressure", page, weight=0, uneven=0.8).image.astype(int)
    assert (uneven < page.image).any()
    assert (uneven > page.image).any()


@pytest.mark.parametrize("pattern", ["line", "dotted", "lines", "squares"])
def test_each_line_of_ruled_paper_is_a_mark_on_its_pixels_and_leaves_the_ink(pattern: str) -> None:
    page = written()
    after = applied("ruled", page, pattern=pattern, level=150, width=2, drop=0.1, distance=1.0)
    assert {mark.kind for mark in after.regions.marks} == {"rule"}
    for x0, y0, x1, y1 in boxes_of_quads(after.regions.mark_quads).astype(int):
        assert (after.image[y0:y1, x0:x1].min(axis=0) <= 150).mean() >= 0.5
    assert np.array_equal(after.image[page.image < 150], page.image[page.image < 150])
    assert len(after.regions.marks) == (1 if pattern in {"line", "dotted"} else len(after.regions.marks))


@pytest.mark.parametrize("text", ["שָׁלוֹם עולם 12", "ที่ดื่ม น้ำ"])
def test_letters_of_any_direction_move_apart_with_their_quads(text: str) -> None:
    name = "heebo" if text < "ก" else "sarabun"
    page = draw_text(Run(text), atlas(face(name), 40), (20, 20, 20, 20))
    effect = Spacing(letters=Spread(0.3), words=Spread(1), uneven=Spread(0))
    (step,) = effect.draw(Dice(1))
    moved = effect.apply(page, step.drawn)
    assert moved.image.shape[1] > page.image.shape[1]
    before, after = (boxes_of_quads(one.regions.char_quads) for one in (page, moved))
    assert np.argsort(before[:, 0], kind="stable").tolist() == np.argsort(after[:, 0], kind="stable").tolist()
    inside = np.ones(moved.image.shape, bool)
    for x0, y0, x1, y1 in after.round().astype(int).tolist():
        assert (moved.image[y0:y1, x0:x1] < 255).any()
        inside[y0:y1, x0:x1] = False
    assert (moved.image[inside] == 255).mean() > 0.99
