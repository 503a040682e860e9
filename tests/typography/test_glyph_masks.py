"""Masks of characters: as Pillow draws them, kept for all print styles, and let go where there are too many."""

from collections.abc import Sequence

import numpy as np
import pytest
from independent import pillow_font, pillow_glyph
from PIL import ImageFont

from receiptgen.typography.glyph_masks import MaskCache
from receiptgen.typography.typeface import face


def ink_of(cache: MaskCache, name: str, size: int, chars: Sequence[str]) -> int:
    """Return how much ink some characters have."""
    return sum(int(cache.masks(face(name), size, "L", chars)[char].ink.sum()) for char in chars)


@pytest.mark.parametrize(("mode", "ink"), [("1", "dots"), ("L", "smooth")])
def test_masks_are_what_pillow_draws(mode: str, ink: str) -> None:
    found = MaskCache().masks(face("arimo"), 24, mode, "Ag .j")  # type: ignore[arg-type]  # of parameters
    for char in "Ag.j":
        mask, theirs = found[char], pillow_glyph("arimo", 24, ink, char)
        rows, columns = np.flatnonzero(mask.ink.any(axis=1)), np.flatnonzero(mask.ink.any(axis=0))
        assert np.array_equal(mask.ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1], theirs.ink)
        assert (mask.x + columns[0], mask.y + rows[0]) == (theirs.x, theirs.y)
        assert mask.advance == pillow_font("arimo", 24).getlength(char)
    assert not found[" "].ink.size
    assert found[" "].advance == pillow_font("arimo", 24).getlength(" ")


def test_a_character_is_drawn_once_while_it_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[str] = []
    original = ImageFont.FreeTypeFont.getmask2

    def counted(font: ImageFont.FreeTypeFont, text: str, *rest: object, **more: object) -> object:
        drawn.append(text)
        return original(font, text, *rest, **more)  # type: ignore[arg-type]  # handed on

    monkeypatch.setattr(ImageFont.FreeTypeFont, "getmask2", counted)
    cache = MaskCache()
    first = ink_of(cache, "cousine", 20, "abcab")
    assert ink_of(cache, "cousine", 20, "cabab") == first
    assert drawn == ["a", "b", "c"]
    cache.clear()
    assert ink_of(cache, "cousine", 20, "abcab") == first
    assert drawn == ["a", "b", "c"] * 2


def test_fonts_and_sizes_last_used_stay_where_there_are_too_many() -> None:
    cache = MaskCache(most=3 * 100 * 800)
    kept = cache.masks(face("cousine"), 20, "L", [*map(chr, range(0x21, 0x7F))])
    for size in range(21, 60):
        cache.masks(face("cousine"), size, "L", [*map(chr, range(0x21, 0x7F))])
        assert cache.masks(face("cousine"), 20, "L", "A") is kept
    assert len(cache) <= 3


def test_one_font_may_have_more_than_is_kept() -> None:
    cache = MaskCache(most=1)
    assert set(cache.masks(face("cousine"), 20, "L", "ab")) == {"a", "b"}
    assert set(cache.masks(face("cousine"), 21, "L", "c")) == {"c"}
    assert len(cache) == 1
