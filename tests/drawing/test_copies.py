"""Copies of a sample: the same text in the same print, worn by itself."""

import numpy as np
import pytest

from receiptgen.drawing.cuts import CUTS
from receiptgen.drawing.overrides import Overrides
from receiptgen.drawing.sources import CopiedSource, open_source
from receiptgen.imaging.sample import Sample

KINDS = ["price", "receipt_text", "pattern", "receipt_line", "receipt_word"]


def source(kind: str, profile: str = "real") -> CopiedSource:
    return open_source("standard", kind, 5, profile)


def says(sample: Sample) -> tuple[object, ...]:
    return sample.text, sample.index, sample.group, sample.profile, sample.locale, sample.face, sample.size


@pytest.mark.parametrize("kind", KINDS)
def test_a_copy_says_the_same_in_the_same_print_and_is_worn_by_itself(kind: str) -> None:
    drawn = source(kind)
    sample, *copies = [drawn.draw(7, copy) for copy in range(3)]
    assert [says(copy) for copy in copies] == [says(sample)] * 2
    images = {copy.page.image.tobytes() for copy in (sample, *copies)}
    records = {str(copy.effects) for copy in (sample, *copies)}
    assert len(images) == len(records) == 3


@pytest.mark.smoke
@pytest.mark.parametrize("kind", KINDS)
def test_a_copy_is_the_same_whatever_was_drawn_before(kind: str) -> None:
    drawn, alone = source(kind), source(kind)
    for index, copy in [(3, 0), (3, 1), (4, 0), (4, 1), (3, 1), (4, 0)]:
        kept = drawn.draw(index, copy)
        fresh = alone.draw(index, copy) if copy == 0 else source(kind).draw(index, copy)
        assert kept.effects == fresh.effects
        np.testing.assert_array_equal(kept.page.image, fresh.page.image)
        np.testing.assert_array_equal(kept.page.regions.quads, fresh.page.regions.quads)


def test_copies_of_a_colour_page_have_its_colours() -> None:
    drawn = open_source("standard", "price", 5, "phone_color", Overrides.read({"color": True}))
    first, second = drawn.draw(2), drawn.draw(2, 1)
    assert first.colors == second.colors != {}
    assert first.effects != second.effects


def test_a_copy_is_brought_to_the_size_of_its_set() -> None:
    drawn = open_source("standard", "price", 5, "real", Overrides.read({"height": 32, "width": 200}))
    assert [drawn.draw(1, copy).page.size for copy in range(2)] == [(32, 200)] * 2


def test_copies_of_a_receipts_cuts_are_of_one_page_each() -> None:
    drawn = source("receipt_line")
    effects = [{str(drawn.draw(index, copy).effects) for index in range(CUTS)} for copy in range(2)]
    assert [len(each) for each in effects] == [1, 1]
    assert effects[0] != effects[1]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("profile", ["clean", "real", "phone_color"])
def test_a_line_is_image_and_text_of_its_sample(kind: str, profile: str) -> None:
    drawn = source(kind, profile)
    for index, copy in [(0, 0), (5, 0), (5, 2)]:
        line, sample = drawn.draw_line(index, copy), drawn.draw(index, copy)
        assert line.text == sample.text
        np.testing.assert_array_equal(line.image, sample.page.image)


def test_a_line_is_brought_to_the_size_of_its_set() -> None:
    drawn = open_source("standard", "receipt_line", 5, "real", Overrides.read({"height": 32, "width": 200}))
    np.testing.assert_array_equal(drawn.draw_line(3).image, drawn.draw(3).page.image)
