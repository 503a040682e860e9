"""Amounts whose thousands are parted by spaces, made one word."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from receiptgen.commerce.countries.locales import locale
from receiptgen.extraction.labelling.page_words import PageWord
from receiptgen.extraction.labelling.whole_numbers import joined, whole_words
from receiptgen.extraction.values.amounts import parse_amount
from tests.support.scored_pages import placed_words

CENTS = ("Tea 2,50", "Bread 3,10", "Milk 1,20")
WHOLE = ("Tea 250", "Bread 310")


def _texts(words: list[PageWord]) -> list[str]:
    return [word.text.replace("\u00a0", "_") for word in joined(words, whole_words(words))]


@pytest.mark.smoke
@pytest.mark.parametrize(
    ("rows", "row", "texts"),
    [
        (CENTS, "Total 1 430,58", ["Total", "1_430,58"]),
        (CENTS, "-1 430,58 EUR", ["-1_430,58", "EUR"]),
        (CENTS, "12 345 678,90\u20ac", ["12_345_678,90\u20ac"]),
        (CENTS, "2 Tea 430,58", ["2", "Tea", "430,58"]),
        # Cells of their own, groups that are none, a telephone.
        (CENTS, "1  430,58", ["1", "430,58"]),
        (CENTS, "1 43,58", ["1", "43,58"]),
        (CENTS, "(2 817,50)", ["(2", "817,50)"]),
        (CENTS, "0800 123 456", ["0800", "123", "456"]),
        # Without cents only where no amount has them.
        (CENTS, "Total 1 430", ["Total", "1", "430"]),
        (WHOLE, "Total 1 430 Ft", ["Total", "1_430", "Ft"]),
    ],
)
def test_groups_of_an_amount_are_one_word(rows: tuple[str, ...], row: str, texts: list[str]) -> None:
    words = placed_words(*rows, row)
    assert _texts(words)[-len(texts) :] == texts


@given(
    cents=st.integers(0, 10**8), name=st.sampled_from(["fr_FR", "sv_SE", "nb_NO", "fi_FI", "pl_PL", "cs_CZ", "en_ZA"])
)
def test_what_a_country_prints_is_one_number(cents: int, name: str) -> None:
    value = Decimal(cents) / 100
    words = placed_words(*CENTS, " ".join(locale(name).number(value, 2).split()))
    amount = parse_amount(joined(words, whole_words(words))[-1].text)
    assert amount is not None
    assert amount.value == value


def test_a_word_of_several_is_where_they_are_and_as_sure_as_the_least_sure() -> None:
    words = placed_words(*CENTS, "1 430,58")
    words[-1] = words[-1]._replace(confidence=0.5)
    whole = joined(words, whole_words(words))[-1]
    assert (whole.left, whole.right, whole.confidence) == (words[-2].left, words[-1].right, 0.5)
    assert whole_words(words)[-1] == (len(words) - 2, len(words) - 1)
