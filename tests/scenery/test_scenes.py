"""Scenes: grounds of a photo in colour."""

import numpy as np
import pytest

from receiptgen.scenery.scenes import SCENES, draw_scene


@pytest.mark.smoke
@pytest.mark.parametrize("name", SCENES)
def test_a_scene_is_a_function_of_its_seed(name: str) -> None:
    first, again, other = (draw_scene(name, (240, 200), seed) for seed in (3, 3, 4))
    assert first.dtype == np.uint8
    assert first.shape == (120, 100, 3)
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


@pytest.mark.parametrize("name", SCENES)
def test_a_scene_is_neither_one_level_nor_all_black_or_white(name: str) -> None:
    for seed in range(6):
        image = draw_scene(name, (300, 260), seed)
        assert image.std() > 0.5
        assert 6 < image.mean() < 250


@pytest.mark.parametrize("name", SCENES)
@pytest.mark.parametrize("size", [(1, 1), (8, 700), (900, 12)])
def test_a_scene_has_any_size(name: str, size: tuple[int, int]) -> None:
    assert draw_scene(name, size, 1).shape == (max(8, round(size[0] / 2)), max(8, round(size[1] / 2)), 3)


def test_a_large_scene_is_drawn_with_fewer_pixels_a_dot() -> None:
    image = draw_scene("plastic", (4000, 3000), 1)
    assert image.shape[0] * image.shape[1] <= 501_000
    assert image.shape[0] / image.shape[1] == pytest.approx(4 / 3, rel=0.01)


def test_scenes_have_colours() -> None:
    for name in ("wood", "checked", "denim"):
        images = [draw_scene(name, (200, 200), seed).astype(int) for seed in range(8)]
        assert max(np.abs(image[..., 0] - image[..., 2]).mean() for image in images) > 25
