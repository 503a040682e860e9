"""A hand that holds the paper."""

from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

from receiptgen import Receipts
from receiptgen.core.dice import Dice
from receiptgen.effects import EFFECTS, Effect, apply_effects
from receiptgen.imaging.page import Page


def make(name: str, **fields: Any) -> Effect:
    made: Effect = EFFECTS.get(name).model_validate(fields)
    return made


@pytest.fixture(scope="module")
def page() -> Page:
    """Return a receipt in colour on a ground."""
    drawn = Receipts("cafe", profile="clean", seed=6, items=3, color=True).draw(0).page
    return apply_effects([make("ground", margin=0.6, scenes="plastic")], drawn, Dice(1))[0]


@pytest.mark.parametrize("side", ["left", "right", "top", "bottom"])
def test_what_is_under_the_thumb_is_hidden(side: str, page: Page) -> None:
    held, records = apply_effects([make("grip", side=side, at=0.5, reach=220, fingers=2)], page, Dice(2))
    assert held.cover is not None
    changed = np.abs(held.image.astype(int) - page.image).max(axis=2)
    assert (changed[held.cover == 255] > 0).mean() > 0.95
    assert [mark.kind for mark in held.regions.marks][-1] == "hand"
    assert records[0]["effect"] == "grip"
    # Texts that it hides are those on which it lies.
    for quad, share in zip(held.regions.char_quads, held.regions.split(held.hidden()).chars, strict=True):
        x, y = quad.mean(axis=0).astype(int)
        if share > 0.99:
            assert held.cover[y, x] > 200
        if share == 0:
            assert held.cover[y, x] == 0


def test_texts_are_where_they_were_and_some_are_hidden(page: Page) -> None:
    held, _ = apply_effects([make("grip", side="left", at=0.4, reach=300)], page, Dice(5))
    assert np.array_equal(held.regions.char_quads, page.regions.char_quads)
    shares = held.regions.split(held.hidden())
    assert 0 < np.mean(shares.chars > 0.9) < 0.5


def test_a_thumb_reaches_as_far_as_it_is_told(page: Page) -> None:
    left = float(page.regions.page_quad[:, 0].min())
    for reach in (60, 160, 260):
        held, _ = apply_effects([make("grip", side="left", at=0.5, reach=reach, degrees=0, fingers=0)], page, Dice(3))
        assert held.cover is not None
        assert np.flatnonzero(held.cover.max(axis=0) > 127)[-1] == pytest.approx(left + reach, abs=14)


def test_fingers_are_behind_the_paper(page: Page) -> None:
    keys = {"side": "right", "at": 0.4, "reach": 80, "degrees": 0}
    none, three = (apply_effects([make("grip", **keys, fingers=count)], page, Dice(3))[0] for count in (0, 3))
    assert none.cover is not None
    assert three.cover is not None
    quad = page.regions.page_quad
    paper = np.s_[int(quad[0, 1]) + 3 : int(quad[2, 1]) - 3, int(quad[0, 0]) + 3 : int(quad[2, 0]) - 3]
    assert np.array_equal(three.cover[paper], none.cover[paper])
    assert three.cover.sum() > none.cover.sum()


def test_a_hand_has_its_skin_and_grey_pages_its_grey(page: Page) -> None:
    effect = make("grip", side="left", at=0.5, reach=200, skins="#5c3e2e")
    held, (record,) = apply_effects([effect], page, Dice(3))
    assert record["skin"] == "#5c3e2e"
    assert held.cover is not None
    skin = held.image[held.cover == 255].astype(float).mean(axis=0)
    assert skin[0] > skin[1] > skin[2]
    assert np.abs(skin - [0x5C, 0x3E, 0x2E]).max() < 40
    plain = page.with_image(np.ascontiguousarray(page.image[..., 1]))
    twin, _ = apply_effects([effect], plain, Dice(3))
    assert twin.image.ndim == 2
    assert np.array_equal(twin.cover, held.cover)


def test_paper_without_a_ground_is_held_too() -> None:
    page = Receipts("cafe", profile="clean", seed=6, items=3).draw(0).page
    held, _ = apply_effects([make("grip")], page, Dice(1))
    assert held.size == page.size


@pytest.mark.parametrize("fields", [{"side": "behind"}, {"fingers": 4}, {"reach": 5}, {"skins": "#12"}])
def test_what_no_hand_does_is_refused(fields: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        make("grip", **fields)
