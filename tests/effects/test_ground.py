"""Grounds of pages in colour, and own backgrounds."""

from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from PIL import Image
from pydantic import ValidationError
from warps import centroid, dotted_page

from receiptgen import Receipts
from receiptgen.core.dice import Dice
from receiptgen.core.errors import ConfigError
from receiptgen.drawing.profile import profile
from receiptgen.effects import EFFECTS, Effect, apply_effects
from receiptgen.imaging.channels import grey, in_color
from receiptgen.imaging.page import Page
from receiptgen.scenery.scenes import SCENES


def make(name: str, **fields: Any) -> Effect:
    made: Effect = EFFECTS.get(name).model_validate(fields)
    return made


def colored(page: Page) -> Page:
    return page.with_image(in_color(page.image))


def texture_of(page: Page, seed: int = 1, **fields: Any) -> str:
    return str(apply_effects([make("ground", **fields)], page, Dice(seed))[1][0]["texture"])


@pytest.mark.parametrize("scene", SCENES)
def test_paper_on_a_scene_is_the_paper_that_lies_on_plain_ground(scene: str) -> None:
    before = colored(dotted_page(2))
    effects = [make("curl", bend="5..15"), make("ground", scenes=scene, margin=0.3), make("perspective", roll=6)]
    plain = [effects[0], make("ground", texture="white", margin=0.3), effects[2]]
    page, other = (apply_effects(chain, before, Dice(4))[0] for chain in (effects, plain))
    assert np.array_equal(page.regions.quads, other.regions.quads)
    inside = np.zeros(page.size, np.uint8)
    cv2.fillConvexPoly(inside, np.rint(page.regions.page_quad).astype(np.int32), 1)
    # The paper may reach beyond the image, and its edge be near there.
    inside = cv2.erode(inside, np.ones((31, 31), np.uint8), borderType=cv2.BORDER_CONSTANT, borderValue=(0,))
    assert inside.sum() > 10_000
    # Where paper is, nothing of the ground is seen; beside it the two differ.
    assert np.array_equal(page.image[inside > 0], other.image[inside > 0])
    assert not np.array_equal(page.image, other.image)
    for quad in page.regions.char_quads:
        middle = quad.mean(axis=0)
        assert np.abs(centroid(255.0 - grey(page.image), middle) - middle).max() < 0.3


def test_scenes_are_for_pages_in_colour_alone() -> None:
    page = dotted_page(1)
    assert texture_of(page, texture="wood", scenes="granite") == "wood"
    assert texture_of(colored(page), texture="wood", scenes="granite") == "granite"
    keys = {"texture": "cloth", "margin": 0.3}
    one, other = (
        apply_effects([make("ground", **keys, **more)], page, Dice(3))[0] for more in ({}, {"scenes": "wood"})
    )
    assert np.array_equal(one.image, other.image)


def test_without_scenes_a_page_in_colour_lies_on_what_is_most_like_its_twins_ground() -> None:
    page = colored(dotted_page(1))
    assert texture_of(page, texture="wood") == "wood"
    assert {texture_of(page, seed, texture="cloth") for seed in range(20)} == {"linen", "checked", "denim"}
    assert texture_of(page, texture="black") == "black"
    image = apply_effects([make("ground", texture="black", margin=0.5, shadow=0)], page, Dice(1))[0].image
    assert image[:20].mean() < 60


def test_a_scene_can_be_the_texture_of_a_grey_page() -> None:
    page = dotted_page(1)
    keys = {"texture": "checked", "margin": 0.4, "shadow": 0, "edge": "straight"}
    plain, color = (apply_effects([make("ground", **keys)], each, Dice(2))[0] for each in (page, colored(page)))
    assert plain.image.ndim == 2
    assert np.abs(grey(color.image)[:30].astype(int) - plain.image[:30]).max() <= 2


def test_paper_that_throws_no_shadow_leaves_its_ground_as_it_is() -> None:
    page = colored(dotted_page(1))
    bare, shaded = (
        apply_effects([make("ground", scenes="plastic", margin=0.4, shadow=shadow)], page, Dice(6))[0].image.astype(int)
        for shadow in (0, 0.6)
    )
    rim = (bare - shaded).max(axis=2)
    assert rim.max() > 25
    assert (bare >= shaded - 1).all()


@pytest.mark.parametrize(("least", "margin", "wide"), [(0, 0.1, 1.2), (0.5, 0.1, 2.1), (0.2, 0.1, 1.2)])
def test_long_paper_has_as_much_ground_at_its_sides_as_asked(least: float, margin: float, wide: float) -> None:
    page = dotted_page(1)
    page = page.part((0, 0, 50, 200))
    laid = apply_effects([make("ground", margin=margin, least_width=least)], page, Dice(1))[0]
    assert laid.size[0] == 200 + 2 * round(50 * margin)
    assert laid.size[1] == pytest.approx(50 * wide, abs=1)
    left, right = laid.regions.page_quad[:, 0].min(), laid.size[1] - laid.regions.page_quad[:, 0].max()
    assert left == pytest.approx(right, abs=1)


@pytest.mark.parametrize("fields", [{"texture": "sand"}, {"scenes": "table"}, {"scenes": {"wood": -1}}])
def test_unknown_grounds_are_refused(fields: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        make("ground", **fields)


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """Return a folder of a red and a blue image."""
    for name, color in (("red.png", (220, 30, 30)), ("blue.jpg", (30, 30, 220))):
        Image.new("RGB", (400, 300), color).save(tmp_path / name, quality=95)
    return tmp_path


def test_paper_lies_on_own_images(own: Path) -> None:
    effect, page = make("ground", images=own, margin=0.4, shadow=0), dotted_page(3)
    seen = {}
    for seed in range(12):
        after, (record,) = apply_effects([effect], colored(page), Dice(seed))
        twin, (same,) = apply_effects([effect], page, Dice(seed))
        assert {key: value for key, value in record.items() if key != "color"} == same
        assert np.array_equal(after.regions.quads, twin.regions.quads)
        assert np.abs(grey(after.image)[:10].astype(int) - twin.image[:10]).max() <= 1
        seen[record["texture"]] = after.image[2, 2]
    assert set(seen) == {"red.png", "blue.jpg"}
    assert seen["red.png"][0] > 200 > 60 > seen["red.png"][2]
    assert seen["blue.jpg"][2] > 200 > 60 > seen["blue.jpg"][0]


def test_a_broken_background_is_told_by_its_file(own: Path) -> None:
    (own / "zebra.jpg").write_bytes((own / "blue.jpg").read_bytes()[:600])
    with pytest.raises(ValidationError, match=r"zebra\.jpg' is no background: "):
        make("ground", images=own)


def written(own: Path) -> str:
    """Write a profile beside a folder of images, and return its path."""
    file = own.parent / f"{own.name}.yaml"
    file.write_text(f"about: own\nplacing:\n  - {{kind: ground, images: {own.name}}}\n", encoding="utf-8")
    return str(file)


def test_own_images_are_part_of_what_a_data_set_is_drawn_from(own: Path) -> None:
    (named,) = profile(written(own)).inputs
    assert named.path == own
    assert named.current_digest() == named.digest
    Image.new("RGB", (400, 300), (30, 220, 30)).save(own / "green.png")
    assert named.current_digest() != named.digest


def test_images_that_come_later_are_seen(own: Path) -> None:
    file = written(own)
    assert len(Receipts("cafe", profile=file, seed=1).draw(0).page.maps) > 0
    for name in ("red.png", "blue.jpg"):
        (own / name).unlink()
    Image.new("RGB", (400, 300), (30, 220, 30)).save(own / "green.png")
    effects = Receipts("cafe", profile=file, seed=1).draw(0).effects
    assert [record["texture"] for record in effects if record["effect"] == "ground"] == ["green.png"]


def test_a_folder_that_is_not_there_is_told_at_its_place(own: Path) -> None:
    file = Path(written(own))
    file.write_text("about: own\nplacing:\n  - {kind: ground, images: nowhere}\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=rf"{file.name}:3:28: placing\[0\]\.images: '.*nowhere' is not there$"):
        profile(str(file))
