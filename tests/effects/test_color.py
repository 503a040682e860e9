"""Effects on pages in colour: as on their grey twins, but for the colours."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

from receiptgen import Receipts
from receiptgen.core.dice import Dice
from receiptgen.effects import EFFECTS, Effect, apply_effects, draw_steps
from receiptgen.imaging.channels import grey
from receiptgen.imaging.colors import color_of, level_of
from receiptgen.imaging.page import Page

CHOICES = {"of": [{"kind": "rotate"}, {"kind": "pen"}]}
# What shines, and what turns levels into black and white, may stray from the grey twin; so may chroma that JPEG halves.
COLORED = ("pen", "marker", "handwriting", "stamp", "label", "tape", "stain", "aging", "preprint")
NEUTRAL = ("fax", "threshold")
# What does nothing to grey pages, what has colours without a field for them, and what records say of colour alone.
IN_COLOR_ALONE = ("white_balance", "chroma", "saturation")
TINTING = {"jpeg", "ground", "grip", "white_balance", "chroma", "shadow"}
OF_COLOR = {"ground": {"color", "texture"}, "jpeg": {"subsampling"}}


def make(name: str, **fields: Any) -> Effect:
    made: Effect = EFFECTS.get(name).model_validate({**(CHOICES if name in {"maybe", "one_of"} else {}), **fields})
    return made


@pytest.fixture(scope="module")
def twins() -> tuple[Page, Page]:
    """Return a page in grey and in colour."""
    one, other = (
        Receipts("cafe", profile="clean", seed=6, items=3, color=asked).draw(0).page for asked in (False, True)
    )
    return one, other


@pytest.mark.parametrize("name", EFFECTS.names)
def test_an_effect_moves_and_hides_the_same_in_color(name: str, twins: tuple[Page, Page]) -> None:
    effect = make(name)
    for seed in range(3):
        (plain, records), (color, colored) = (apply_effects([effect], page, Dice(seed)) for page in twins)
        assert color.image.dtype == np.uint8
        assert color.image.shape == (*plain.image.shape, 3)
        assert np.array_equal(color.regions.quads, plain.regions.quads)
        assert color.regions.marks == plain.regions.marks
        assert (color.cover is None) == (plain.cover is None)
        assert color.cover is None or np.array_equal(color.cover, plain.cover)
        assert [_shared(record) for record in colored if name not in IN_COLOR_ALONE] == [*map(_shared, records)]
        assert name not in IN_COLOR_ALONE or (len(colored), records) == (1, ())


def _shared(record: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the record of a page in colour has in common with that of its grey twin."""
    own = OF_COLOR.get(record["effect"], {"color"})
    return {key: value for key, value in record.items() if key not in own}


# Scenes are darker or lighter than grey grounds.
@pytest.mark.parametrize("name", [name for name in EFFECTS.names if name != "ground"])
def test_an_effect_leaves_a_page_in_color_about_as_light(name: str, twins: tuple[Page, Page]) -> None:
    plain, color = (apply_effects([make(name)], page, Dice(3))[0] for page in twins)
    assert abs(grey(color.image).mean() - plain.image.mean()) < 16


@pytest.mark.parametrize("name", EFFECTS.names)
def test_a_page_of_greys_stays_grey_unless_something_colored_comes_on_it(name: str, twins: tuple[Page, Page]) -> None:
    plain = twins[0]
    page = plain.with_image(np.repeat(plain.image[..., None], 3, axis=2))
    after, records = apply_effects([make(name)], page, Dice(5))
    if not any(record.get("color") for record in records) and name not in TINTING:
        assert (np.ptp(after.image.astype(int), axis=2) <= 1).all()


@pytest.mark.parametrize("name", COLORED)
def test_what_has_a_color_of_its_own_says_so_in_color_alone(name: str, twins: tuple[Page, Page]) -> None:
    for seed in range(3):
        _, plain = apply_effects([make(name)], twins[0], Dice(seed))
        _, colored = apply_effects([make(name)], twins[1], Dice(seed))
        assert not any("color" in record for record in plain)
        assert all(0 <= level_of(color_of(record["color"])) <= 255 for record in colored)


def test_all_marks_of_a_pen_have_one_color() -> None:
    steps = draw_steps([make("pen", count=6, colors="red"), make("pen", count=6)], Dice(3), color=True)
    colors = [step.drawn._asdict()["color"] for step in steps]
    assert len(set(colors[:6])) == len(set(colors[6:])) == 1
    assert len(set(colors)) == 2


def test_a_red_pen_is_red(twins: tuple[Page, Page]) -> None:
    page, _ = apply_effects([make("pen", colors="red", kinds="circle", count=1)], twins[1], Dice(2))
    changed = (page.image != twins[1].image).any(axis=2)
    strokes = page.image[changed].astype(int)
    assert (strokes[:, 0] > strokes[:, 2]).mean() > 0.95
    assert (strokes[:, 0] - strokes[:, 2]).max() > 90


@pytest.mark.parametrize("name", NEUTRAL)
def test_a_scan_in_black_and_white_has_no_color(name: str, twins: tuple[Page, Page]) -> None:
    page, _ = apply_effects([make(name)], twins[1], Dice(1))
    assert np.ptp(page.image.astype(int), axis=2).max() == 0


def test_ink_that_cracks_off_leaves_the_paper_as_it_is() -> None:
    sample = Receipts("cafe", profile="clean", seed=6, items=3, color=True).draw(0)
    yellow = np.array([255, 240, 158])
    page = sample.page.with_image(
        np.asarray(np.where(sample.image.mean(axis=2, keepdims=True) > 200, yellow, 20), np.uint8)
    )
    cracked, _ = apply_effects([make("crease", count=3, depth=0, lost=1)], page, Dice(4))
    assert (cracked.image <= yellow + 1).all()
