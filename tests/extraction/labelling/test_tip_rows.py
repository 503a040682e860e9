"""Rows that are named a tip, and what stands in them."""

import numpy as np
import pytest

from receiptgen.extraction.labelling.network import OUTPUTS
from receiptgen.extraction.labelling.roles import ROLE_NUMBERS
from receiptgen.extraction.labelling.scored_words import ScoredWords
from receiptgen.extraction.labelling.tip_rows import TipRow, tip_rows
from receiptgen.extraction.values.amounts import parse_amount
from tests.support.scored_pages import placed_words

GOODS = ("Soup  9.50", "Bread  3.10", "Total  12.60")


def _found(*rows: str) -> list[TipRow]:
    words = placed_words(*rows)
    return tip_rows(words, [parse_amount(word.text) for word in words])


@pytest.mark.smoke
@pytest.mark.parametrize(
    ("row", "found"),
    [
        ("Tip:  3.00", TipRow("Tip", 7, False)),
        ("PROPINA : € 3,00", TipRow("PROPINA", 9, False)),
        ("Gratuity ______", TipRow("Gratuity", None, True)),
        ("Pourboire :", TipRow("Pourboire", None, True)),
        ("Tip  8OO#", TipRow("Tip", None, True)),
        ("Tip  222", TipRow("Tip", None, True)),
        ("Tip  3.00  4.00", TipRow("Tip", None, False)),
        ("Tip 15%  3.00", None),
        ("Gratuity not included", None),
        ("Add tip  3.00", None),
        ("Tipsy Cake  3.00", None),
    ],
)
def test_a_row_is_a_tip_by_its_name_alone(row: str, found: TipRow | None) -> None:
    assert _found(*GOODS, row) == ([found] if found else [])


def test_where_sums_have_no_cents_a_tip_has_none() -> None:
    assert _found("Soup  950", "Bread  310", "Tip  300") == [TipRow("Tip", 5, False)]


def test_an_amount_named_a_tip_is_one_where_the_network_says_nothing_surely() -> None:
    words = placed_words("Soup  9.50", "Tip  3.00", "Dessert  3.00")
    scores = np.zeros((len(words), OUTPUTS), np.float32)
    scores[:, ROLE_NUMBERS["other"]] = 6.0
    tips = ScoredWords.of(words, scores).shares[:, ROLE_NUMBERS["tip.amount"]]
    assert np.flatnonzero(tips > 0.5).tolist() == [3]
