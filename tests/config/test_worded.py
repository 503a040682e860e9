"""Texts of a form are told in words."""

from typing import Annotated

import pytest
from pydantic import BaseModel, ValidationError

from receiptgen.config.diagnostics import describe
from receiptgen.config.worded import TextLike

pytestmark = pytest.mark.smoke

LANGUAGE = TextLike("^[a-z]{2,3}$", "a language of two or three small letters such as en")
CODE = TextLike("^[A-Z]{3}$", "three capital letters such as EUR")


class Prices(BaseModel):
    currency: Annotated[str, CODE] = "EUR"
    names: dict[Annotated[str, LANGUAGE], str] = {}


@pytest.mark.parametrize("text", ["euro", "EU", "EUR\n", ""])
def test_what_has_another_form_is_told_in_words_and_never_by_an_expression(text: str) -> None:
    with pytest.raises(ValidationError) as caught:
        Prices.model_validate({"currency": text})
    (detail,) = caught.value.errors()
    assert describe(detail) == f"expected three capital letters such as EUR, got {text!r}"


def test_what_has_the_form_is_taken_also_as_a_key() -> None:
    assert Prices.model_validate({"currency": "USD", "names": {"en": "dollar"}}).currency == "USD"
    with pytest.raises(ValidationError, match="small letters such as en, got 'English'"):
        Prices.model_validate({"names": {"English": "dollar"}})


def test_the_schema_has_the_expression() -> None:
    properties = Prices.model_json_schema()["properties"]
    assert properties["currency"]["pattern"] == CODE.pattern
    assert list(properties["names"]["patternProperties"]) == [LANGUAGE.pattern]
