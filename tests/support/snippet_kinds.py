"""Snippet kinds made by name, and their texts."""

from hypothesis import strategies as st

from receiptgen.commerce.countries.locales import locale
from receiptgen.core.dice import Dice, key_of
from receiptgen.snippets import SNIPPETS, Snippet

KEYS = st.integers(0, 2**64 - 1)


def dice(key: int | str = 0) -> Dice:
    return Dice(key_of(key))


def say(snippet: Snippet, key: int | str = 0, country: str = "en_US") -> str:
    return snippet.text(dice(key), locale(country))


def make(kind: str, **fields: object) -> Snippet:
    return SNIPPETS.get(kind).model_validate(fields)  # type: ignore[attr-defined]


def draws(kind: str, count: int = 400, country: str = "en_US", **fields: object) -> list[str]:
    snippet = make(kind, **fields)
    return [say(snippet, f"{kind}/{index}", country) for index in range(count)]


def assert_clean(text: str, country: str = "") -> None:
    assert text, country
    assert text == " ".join(text.split()), (country, text)
