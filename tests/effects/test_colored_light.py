"""What cameras do to colours: white balance, saturation, coloured noise, sampled colours of JPEG."""

from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

from receiptgen import Receipts, Snippets
from receiptgen.core.dice import Dice
from receiptgen.effects import EFFECTS, Effect, apply_effects
from receiptgen.effects.capture.white_balance import WhiteBalance, WhiteBalanceDrawn
from receiptgen.imaging.channels import grey
from receiptgen.imaging.page import Page
from receiptgen.imaging.regions import Regions

NAMES = ("white_balance", "saturation", "chroma")


def make(name: str, **fields: Any) -> Effect:
    made: Effect = EFFECTS.get(name).model_validate(fields)
    return made


def plain(color: tuple[int, int, int] = (200, 200, 200), size: tuple[int, int] = (120, 160)) -> Page:
    image = np.empty((*size, 3), np.uint8)
    image[:] = color
    return Page(image, Regions.blank(size[1], size[0]))


def after(page: Page, name: str, seed: int = 1, **fields: Any) -> np.ndarray[Any, np.dtype[np.uint8]]:
    return apply_effects([make(name, **fields)], page, Dice(seed))[0].image


@pytest.mark.parametrize("name", NAMES)
def test_grey_pages_stay_as_they_are_and_say_nothing(name: str) -> None:
    page = Page(np.full((40, 60), 130, np.uint8), Regions.blank(60, 40))
    dice, untouched = Dice(1), Dice(1)
    same, records = apply_effects([make(name)], page, dice)
    assert same.image is page.image
    assert records == ()
    assert dice.random() == untouched.random()


@pytest.mark.parametrize("name", NAMES)
def test_records_are_floats_and_offsets(name: str) -> None:
    _, (record,) = apply_effects([make(name)], plain(), Dice(3))
    numbers = {key: value for key, value in record.items() if key not in {"effect", "light", "offset"}}
    assert all(isinstance(value, float) for value in numbers.values())


def balance(light: str, **fields: Any) -> np.ndarray[Any, np.dtype[np.float64]]:
    return after(plain(), "white_balance", light=light, mixed=0, tint=0, **fields).reshape(-1, 3).mean(axis=0)


def test_lights_have_their_colours() -> None:
    lamp, shade, tube, day = (balance(name, adapted=0) for name in ("lamp", "shade", "fluorescent", "daylight"))
    assert lamp[0] > lamp[1] > lamp[2] + 40
    assert shade[2] > shade[0] + 10
    assert tube[1] > 200
    assert np.abs(day - 200).max() < 20


def test_a_camera_that_makes_up_for_the_light_shows_white() -> None:
    for light in ("lamp", "shade", "fluorescent"):
        assert np.abs(balance(light, adapted=1) - 200).max() <= 1
        assert np.ptp(balance(light, adapted=0.5)) < np.ptp(balance(light, adapted=0))


def test_a_camera_may_lean_towards_green_or_purple() -> None:
    green, purple = (
        after(plain(), "white_balance", adapted=1, mixed=0, tint=tint)[0, 0].astype(int) for tint in (0.1, -0.1)
    )
    assert green[1] > green[0] + 10
    assert purple[1] < purple[2] - 10


def test_grey_stays_as_light_as_it_was() -> None:
    for seed in range(20):
        image = after(plain((120, 120, 120)), "white_balance", seed, mixed=0, adapted="0..1.2")
        assert abs(int(grey(image)[0, 0]) - 120) <= 3


def test_mixed_light_is_another_from_side_to_side() -> None:
    effect = WhiteBalance()
    drawn = WhiteBalanceDrawn("daylight", 6500.0, 0.0, 1.0, 0.0, 2700.0, 0.0)
    image = effect.apply(plain(), drawn).image.astype(int)
    warmth = (image[..., 0] - image[..., 2]).mean(axis=0)
    assert abs(warmth[0]) < 5
    assert warmth[-1] > 25
    assert (np.diff(warmth) >= -1).all()


def test_saturation_is_a_distance_from_grey() -> None:
    page = plain((150, 100, 80))
    level = int(grey(page.image)[0, 0])
    assert np.abs(after(page, "saturation", saturation=0)[0, 0].astype(int) - level).max() <= 1
    assert np.array_equal(after(page, "saturation", saturation=1), page.image)
    more = after(page, "saturation", saturation=1.5)
    assert abs(int(more[0, 0, 0]) - (level + 1.5 * (150 - level))) <= 1
    assert abs(int(grey(more)[0, 0]) - level) <= 1


def test_coloured_noise_leaves_the_grey_and_is_stronger_in_the_dark() -> None:
    strengths = []
    for level in (40, 220):
        page = plain((level, level, level), (200, 200))
        image = after(page, "chroma", strength=8, size=3).astype(float)
        strengths.append(image[..., 0].std())
        assert np.abs(grey(image.astype(np.uint8)).astype(int) - level).mean() < 1
        assert np.corrcoef(image[..., 0].ravel(), image[..., 2].ravel())[0, 1] < 0.1
    assert strengths[0] > 1.7 * strengths[1] > 0.5


def test_blotches_are_as_large_as_they_are_said() -> None:
    def likeness(size: float) -> float:
        red = after(plain((60, 60, 60), (240, 240)), "chroma", strength=12, size=size)[..., 0].astype(float)
        return float(np.corrcoef(red[:, 3:].ravel(), red[:, :-3].ravel())[0, 1])

    assert likeness(8) > likeness(2) + 0.3


def test_jpeg_smears_colours_that_are_sampled() -> None:
    page = plain((240, 240, 240), (64, 64))
    page.image[:, 31::2] = (250, 30, 30)

    def error(subsampling: str) -> float:
        image = after(page, "jpeg", quality=95, subsampling=subsampling).astype(int)
        return float(np.abs(image - page.image).mean())

    assert min(error("4:2:0"), error("4:2:2")) > 4 * error("4:4:4")


def test_jpeg_of_a_grey_page_says_nothing_of_colours() -> None:
    page = Page(np.full((40, 60), 130, np.uint8), Regions.blank(60, 40))
    assert "subsampling" not in apply_effects([make("jpeg")], page, Dice(1))[1][0]
    assert apply_effects([make("jpeg")], plain(), Dice(1))[1][0]["subsampling"] in {"4:2:0", "4:2:2", "4:4:4"}


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("white_balance", {"light": "moon"}), ("white_balance", {"adapted": 2}), ("saturation", {"saturation": -1}),
        ("chroma", {"size": 0}), ("jpeg", {"subsampling": "4:1:1"}),
    ],
)  # fmt: skip
def test_what_is_out_of_bounds_is_refused(name: str, fields: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        make(name, **fields)


def test_phone_has_coloured_grounds_in_colour_and_its_twin_has_the_same_truth() -> None:
    one, other = (Receipts("cafe", profile="phone", seed=3, color=asked).draw(1) for asked in (False, True))
    assert np.array_equal(one.page.regions.quads, other.page.regions.quads)
    assert one.text == other.text
    assert other.image.shape == (*one.image.shape, 3)
    assert {"white_balance", "chroma", "saturation"} <= {record["effect"] for record in other.effects}
    assert not {"white_balance", "chroma", "saturation"} & {record["effect"] for record in one.effects}


def test_phone_color_is_in_colour_by_itself() -> None:
    assert Receipts("cafe", profile="phone_color", seed=3).draw(0).image.ndim == 3
    assert Snippets("word", profile="phone_color", seed=3).draw(0).image.ndim == 3
