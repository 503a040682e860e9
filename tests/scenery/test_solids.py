"""Solid things in the light of a lamp."""

import numpy as np
import pytest

from receiptgen.scenery.solids import Lamp, Solid, cover, dome, grid, lay, overlap, rounded, shaded, shadow, turn


def bump(height: float = 10) -> Solid:
    x, y = grid(40, 40)
    half = np.full_like(x, 20)
    colors = np.full((40, 40, 3), 128, np.uint8)
    return Solid(colors, np.ones((40, 40), np.float32), dome(half, y, height / 20), gloss=0)


def test_the_side_towards_the_lamp_is_lighter() -> None:
    lit = shaded(bump(), Lamp(0, -0.6, 0.8, 0.5)).astype(int)
    assert lit[6, 20, 0] > lit[20, 20, 0] > lit[33, 20, 0]


def test_a_shadow_falls_away_from_the_lamp() -> None:
    dark, pad = shadow(bump(), Lamp(0.6, 0, 0.8, 0.0))
    assert dark.shape == (40 + 2 * pad, 40 + 2 * pad)
    assert dark[:, :pad].sum() > 2 * dark[:, -pad:].sum()
    assert 0 <= dark.min() <= dark.max() < 1


def test_a_thing_beyond_the_edge_leaves_the_image() -> None:
    image = np.full((50, 50, 3), 200, np.uint8)
    lay(image, bump(), (400, 400), 30, Lamp(0, -0.6, 0.8, 0.5))
    assert (image == 200).all()


def test_a_turned_thing_has_the_area_that_it_had() -> None:
    x, y = grid(60, 20)
    alpha = cover(rounded(x, y, 60, 20, 3))
    thing = Solid(np.zeros((20, 60, 3), np.uint8), alpha, np.zeros((20, 60), np.float32))
    for degrees in (0, 33, 90, 215):
        assert turn(thing, degrees).alpha.sum() == pytest.approx(alpha.sum(), rel=0.03)


def test_overlap_names_the_same_pixels_twice() -> None:
    image, patch = np.zeros((10, 20)), np.ones((6, 6))
    for corner in ((-3, -2), (17, 7), (5, 5)):
        inside = overlap(image, patch, corner)
        assert inside is not None
        there, here = inside
        assert image[there].shape == patch[here].shape
        assert (there[0].start - here[0].start, there[1].start - here[1].start) == corner[::-1]
    assert overlap(image, patch, (20, 0)) is None
