"""Noise, cells, palettes and light of which scenes are made."""

import numpy as np
import pytest

from receiptgen.core.dice import Dice
from receiptgen.scenery._patterns import cells, fine_grain, lit, mixed, noise, painted, palette, varied


@pytest.mark.parametrize(("across", "down"), [(1, 1), (3, 40), (200, 2), (500, 500)])
def test_noise_wanders_round_nothing(across: float, down: float) -> None:
    drawn = np.concatenate([noise((90, 110), across, down, Dice(seed)).ravel() for seed in range(60)])
    assert abs(drawn.mean()) < 0.15
    assert 0.4 < drawn.std() < 1.1


def test_noise_is_smooth_over_its_steps() -> None:
    drawn = noise((60, 400), 100, 1, Dice(2))
    across, down = np.abs(np.diff(drawn, axis=1)).mean(), np.abs(np.diff(drawn, axis=0)).mean()
    assert across * 20 < down


def test_cells_are_apart_by_their_scale() -> None:
    names, far = cells((300, 300), 20, Dice(1))
    assert 150 < len(np.unique(names)) < 340
    assert far.min() >= 0
    assert far.max() < 1.6


def test_a_palette_has_its_colours_at_their_places() -> None:
    colors = palette((0, 10, 20), (100, 110, 120), (200, 210, 220))
    assert colors[0].tolist() == [0, 10, 20]
    assert colors[255].tolist() == [200, 210, 220]
    assert np.abs(colors[128].astype(int) - [100, 110, 120]).max() <= 1
    levels = np.array([[-3.0, 0.0, 1.0, 9.0]], np.float32)
    assert painted(levels, colors)[0].tolist() == [colors[0].tolist()] * 2 + [colors[255].tolist()] * 2


def test_what_is_laid_on_something_covers_its_share() -> None:
    under = np.full((1, 3, 3), 100, np.uint8)
    share = np.array([[0.0, 0.5, 1.0]], np.float32)
    assert mixed(under, (200, 0, 100), share)[0].tolist() == [[100, 100, 100], [150, 50, 100], [200, 0, 100]]
    assert np.array_equal(mixed(under, under + np.uint8(50), share)[0, :, 0], [100, 125, 150])


def test_light_makes_lighter_up_to_white() -> None:
    image = np.full((1, 2, 3), 200, np.uint8)
    assert lit(image, np.array([[0.5, 2.0]], np.float32))[0].tolist() == [[100] * 3, [255] * 3]


def test_a_varied_colour_stays_like_it() -> None:
    for seed in range(50):
        assert np.abs(np.array(varied((120, 80, 40), Dice(seed))) - [120, 80, 40]).max() <= 14


def test_grain_has_a_standard_deviation_of_one() -> None:
    assert fine_grain((200, 200), Dice(5)).std() == pytest.approx(1, abs=0.05)
