"""Noise by the slice: a function of its offset alone, as deep and as smooth as it says."""

import subprocess
import sys
from collections.abc import Callable
from hashlib import sha256
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from receiptgen.imaging.noise import GRAIN_SIGMA, OFFSETS, chance, curve, field, grain

Shape = tuple[int, int]
# Each kind of noise at some shape and offset.
KINDS: dict[str, Callable[[Shape, int], NDArray[Any]]] = {
    "grain": grain,
    "chance": lambda shape, offset: chance(shape, offset, 0.3),
    "curve": lambda shape, offset: curve(shape[0] * shape[1], 7.5, offset),
    "field": lambda shape, offset: field(shape, 7.5, offset),
}
# 576 dots by six metres of paper are more than a bank of two million.
LARGE = (4800, 576)
SEEN = [0, 1, 2**16, 123_456_789, OFFSETS - 1, OFFSETS]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("offset", SEEN)
def test_the_same_offset_gives_the_same_noise(kind: str, offset: int) -> None:
    drawn = KINDS[kind]((23, 41), offset)
    assert np.array_equal(drawn, KINDS[kind]((23, 41), offset))


@pytest.mark.parametrize("kind", KINDS)
def test_other_places_give_other_noise(kind: str) -> None:
    dice = np.random.Generator(np.random.PCG64(1))
    offsets = dice.integers(0, OFFSETS, 40, endpoint=True).tolist()
    assert len({KINDS[kind]((23, 41), offset).tobytes() for offset in offsets}) == 40


@pytest.mark.parametrize("kind", KINDS)
def test_what_was_drawn_before_does_not_matter(kind: str) -> None:
    first = KINDS[kind]((30, 30), 77).copy()
    for offset in range(9):
        KINDS[kind]((17 + offset, 300), offset)
    assert np.array_equal(KINDS[kind]((30, 30), 77), first)


CODE = """
import sys
from hashlib import sha256
from receiptgen.imaging.noise import chance, curve, field, grain
drawn = [grain((40, 60), 12345), chance((40, 60), 12345, 0.3), curve(500, 9.5, 12345), field((40, 60), 9.5, 12345)]
print(sha256(b"".join(part.tobytes() for part in drawn)).hexdigest())
"""


def test_two_processes_draw_the_same_banks() -> None:
    said = [
        subprocess.run([sys.executable, "-c", CODE], check=True, capture_output=True, text=True).stdout
        for _ in range(2)
    ]
    drawn = [grain((40, 60), 12345), chance((40, 60), 12345, 0.3), curve(500, 9.5, 12345), field((40, 60), 9.5, 12345)]
    assert said == [f"{sha256(b''.join(part.tobytes() for part in drawn)).hexdigest()}\n"] * 2


@pytest.mark.parametrize(("kind", "dtype"), [("grain", np.int8), ("chance", np.bool_), ("field", np.float32)])
@pytest.mark.parametrize("shape", [(1, 1), (1, 900), (33, 500), LARGE])
@pytest.mark.parametrize("offset", [0, 987_654_321, OFFSETS])
def test_noise_has_the_shape_and_type_it_says(kind: str, dtype: type, shape: Shape, offset: int) -> None:
    drawn = KINDS[kind](shape, offset)
    assert drawn.shape == shape
    assert drawn.dtype == dtype


@pytest.mark.parametrize("length", [1, 2, 577, 20_000])
@pytest.mark.parametrize("scale", [1, 1.5, 60, 5000])
def test_a_curve_is_as_long_as_asked(length: int, scale: float) -> None:
    for offset in SEEN:
        drawn = curve(length, scale, offset)
        assert drawn.shape == (length,)
        assert drawn.dtype == np.float32
        assert np.isfinite(drawn).all()


@given(st.integers(1, 700), st.integers(1, 900), st.floats(1, 900), st.integers(0, OFFSETS))
@settings(max_examples=60, deadline=None, derandomize=True)
def test_a_field_is_as_large_as_asked(height: int, width: int, scale: float, offset: int) -> None:
    drawn = field((height, width), scale, offset)
    assert drawn.shape == (height, width)
    assert np.isfinite(drawn).all()
    assert np.abs(drawn).max() <= 3


def test_a_page_larger_than_the_bank_never_repeats_a_row_below_itself() -> None:
    drawn = grain(LARGE, 5)
    rows = {row.tobytes() for row in drawn}
    assert len(rows) == LARGE[0]
    # The part within the bank is the same that begins at that offset.
    assert np.array_equal(drawn[:50], grain((50, LARGE[1]), 5))


def test_grain_may_not_be_spoilt_for_others() -> None:
    drawn = grain((10, 10), 3)
    with pytest.raises(ValueError, match="read-only"):
        drawn[:] = 0


@pytest.mark.parametrize("offset", SEEN)
def test_grain_has_the_deviation_it_says_and_no_mean(offset: int) -> None:
    drawn = grain((400, 500), offset).astype(float)
    # Of 200,000 draws the mean strays by 0.07 and the deviation by 0.05: five of each, and the cut at four.
    assert abs(drawn.mean()) < 0.4
    assert abs(drawn.std() - GRAIN_SIGMA) < 0.3
    assert np.abs(drawn).max() > 3 * GRAIN_SIGMA


def test_grain_is_normal_and_each_pixel_by_itself() -> None:
    drawn = grain((400, 500), 99).astype(float)
    within = [(np.abs(drawn) < sigma * GRAIN_SIGMA).mean() for sigma in (1, 2, 3)]
    assert np.allclose(within, [0.6827, 0.9545, 0.9973], atol=0.012)
    for one, other in ((drawn[1:], drawn[:-1]), (drawn[:, 1:], drawn[:, :-1])):
        # Of 200,000 pairs the correlation strays by 0.0022: five of them.
        assert abs(np.corrcoef(one.ravel(), other.ravel())[0, 1]) < 0.012


@pytest.mark.parametrize("share", [0.001, 0.05, 0.5, 0.97])
def test_chance_is_met_as_often_as_it_says(share: float) -> None:
    met = [chance((400, 500), offset, share).mean() for offset in SEEN]
    # Five standard deviations of 200,000 draws, and the rounding of a share to 1 / 65536.
    assert np.abs(np.array(met) - share).max() < 5 * np.sqrt(share * (1 - share) / 200_000) + 1 / 65536


def test_chance_of_none_and_of_all_is_certain() -> None:
    for offset in SEEN:
        assert not chance((200, 300), offset, 0).any()
        assert chance((200, 300), offset, 1).all()


def test_a_greater_chance_holds_all_of_a_smaller_one() -> None:
    few, many = chance((90, 90), 12, 0.1), chance((90, 90), 12, 0.4)
    assert (few <= many).all()
    assert few.sum() < many.sum()


@pytest.mark.parametrize("scale", [4, 30, 300])
def test_a_curve_is_smooth_and_wanders(scale: float) -> None:
    for offset in (7, 10**6, 10**9):
        drawn = curve(int(40 * scale), scale, offset)
        # Between two values of -3 to 3 a line takes ``scale`` pixels.
        assert np.abs(np.diff(drawn)).max() <= 6.01 / scale
        assert drawn.std() > 0.4
        assert abs(drawn.mean()) < 0.8


@pytest.mark.parametrize("scale", [4, 30, 100])
def test_a_field_is_smooth_and_wanders_both_ways(scale: float) -> None:
    for offset in (7, 10**6, 10**9):
        drawn = field((int(15 * scale), int(20 * scale)), scale, offset)
        assert max(np.abs(np.diff(drawn, axis=axis)).max() for axis in (0, 1)) <= 6.01 / scale
        assert drawn.std(axis=0).mean() > 0.3
        assert drawn.std(axis=1).mean() > 0.3
        assert abs(drawn.mean()) < 0.3


def test_a_curve_and_a_field_have_the_deviation_they_say() -> None:
    dice = np.random.Generator(np.random.PCG64(1))
    offsets = dice.integers(0, OFFSETS, 40).tolist()
    curves = np.concatenate([curve(4000, 20, offset) for offset in offsets])
    fields = np.concatenate([field((300, 300), 20, offset).ravel() for offset in offsets])
    assert 0.75 < curves.std() < 0.87
    assert 0.55 < fields.std() < 0.72
    assert max(abs(curves.mean()), abs(fields.mean())) < 0.06


def test_a_field_at_the_edge_of_its_bank_goes_on_at_the_other() -> None:
    # The last row and column of a bank of 512: what follows is smooth, too.
    drawn = field((400, 400), 20, 511 | 511 << 9)
    assert max(np.abs(np.diff(drawn, axis=axis)).max() for axis in (0, 1)) <= 6.01 / 20
