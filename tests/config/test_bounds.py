"""No number of any YAML file is without bounds: a page, a word or a run would have none either."""

from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import BaseModel

from receiptgen.commerce.countries.locales import Locale
from receiptgen.commerce.countries.shelves import Catalogue
from receiptgen.commerce.given.given_receipt import GivenReceipt
from receiptgen.config.json_schema import schema
from receiptgen.drawing.profile import Profile
from receiptgen.drawing.template import ReceiptTemplate, SnippetSet
from receiptgen.train.recipes.recipe import Recipe

LOWEST, HIGHEST = {"minimum", "exclusiveMinimum"}, {"maximum", "exclusiveMaximum"}


def numbers(part: Any, path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield all numbers of a JSON Schema with their paths in it."""
    if isinstance(part, list):
        for index, item in enumerate(part):
            yield from numbers(item, f"{path}[{index}]")
    elif isinstance(part, dict):
        if part.get("type") in ("number", "integer"):
            yield path, part
        for key, value in part.items():
            yield from numbers(value, f"{path}.{key}")


@pytest.mark.parametrize(
    ("record", "least"),
    [
        (ReceiptTemplate, 800),
        (SnippetSet, 900),
        (Profile, 700),
        (Recipe, 600),
        (Locale, 9),
        (Catalogue, 1),
        (GivenReceipt, 20),
    ],
)
def test_every_number_has_a_smallest_and_a_largest_value(record: type[BaseModel], least: int) -> None:
    found = dict(numbers(schema(record)))
    assert len(found) >= least
    assert [path for path, number in found.items() if not (LOWEST & number.keys() and HIGHEST & number.keys())] == []
