"""Words with the probabilities of their roles: the likeliest sequences, and groups."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from receiptgen.extraction.labelling.roles import MONEY_ROLES, ROLE_NUMBERS, ROLES
from receiptgen.extraction.labelling.scored_words import _likeliest
from tests.support.scored_pages import placed_words, scored, scored_page, shares_of

# Probabilities of three roles for each of some words.
WORDS = st.lists(st.lists(st.floats(0.01, 1), min_size=3, max_size=3), min_size=1, max_size=5)


def _worth(path: tuple[int, ...], scores: np.ndarray, costs: list[float]) -> float:
    changes = sum(cost for cost, one, other in zip(costs, path, path[1:], strict=False) if one != other)
    return float(sum(scores[index, role] for index, role in enumerate(path))) - changes


@pytest.mark.smoke
@given(shares=WORDS, costs=st.lists(st.floats(0, 6), min_size=4, max_size=4))
def test_the_likeliest_roles_are_those_of_all_sequences(shares: list[list[float]], costs: list[float]) -> None:
    scores = np.log(np.array(shares))
    costs = costs[: len(shares) - 1]
    found = tuple(_likeliest(scores, costs))
    best = max(_worth(path, scores, costs) for path in product(range(3), repeat=len(shares)))
    assert _worth(found, scores, costs) == pytest.approx(best)


def _two(first: str, second: str, doubt: float, row: str) -> list[str]:
    """Return the roles of two words, the second of which is a little likelier to have another role."""
    shares = shares_of([first, second])
    shares[1] = 0
    shares[1, [ROLE_NUMBERS[first], ROLE_NUMBERS[second]]] = doubt, 1 - doubt
    return scored(placed_words(row), shares).roles


def test_words_of_a_cell_rather_have_one_role_than_words_of_two() -> None:
    assert _two("merchant.name", "items.name", 0.3, "Corner Shop") == ["merchant.name"] * 2
    assert _two("merchant.name", "items.name", 0.3, "Corner  Shop") == ["merchant.name", "items.name"]
    assert _two("merchant.name", "items.name", 0.0, "Corner Shop") == ["merchant.name", "items.name"]


def test_amounts_have_roles_of_their_own() -> None:
    assert _two("label", "total", 0.3, "Total 2.50") == ["label", "total"]
    assert _two("label", "taxes.percent", 0.3, "VAT 7%") == ["label", "taxes.percent"]


def test_words_that_say_no_number_are_no_amounts() -> None:
    page = scored_page("twelve~total 12.50~total")
    assert page.share(0, "total") == 0
    assert page.shares[0].sum() == pytest.approx(1)
    assert page.roles[1] == "total"
    assert not page.shares[0, [ROLE_NUMBERS[role] for role in MONEY_ROLES]].any()


@settings(max_examples=30)
@given(shares=st.lists(st.lists(st.floats(0, 1), min_size=len(ROLES), max_size=len(ROLES)), min_size=3, max_size=3))
def test_shares_add_up_whatever_a_network_says(shares: list[list[float]]) -> None:
    page = scored(placed_words("Total  2.50  EUR"), np.array(shares))
    assert np.isfinite(page.shares).all()
    assert ((page.shares.sum(1) < 1 + 1e-6) & (page.shares >= 0).all(1)).all()
    assert len(page.roles) == 3


def test_words_of_a_role_form_groups_by_their_rows() -> None:
    page = scored_page(
        "Corner~merchant.name Shop~merchant.name", "South~merchant.name", "and", "Thanks", "Corner~merchant.name"
    )
    assert page.groups("merchant.name") == [[0, 1, 2], [5]]
    assert page.groups("merchant.name", rows=0) == [[0, 1], [2], [5]]
    assert page.groups("merchant.name", rows=3) == [[0, 1, 2, 5]]
    assert page.groups("date") == []


def test_labels_are_those_before_a_word_in_its_row() -> None:
    page = scored_page("Cash~label", "Sub~label Total~label RM 12.50~total Tax~label 0.50~tax")
    assert page.text(page.labels_before(4)) == "Sub Total"
    assert page.text(page.labels_before(6)) == "Tax"
    assert page.labels_before(0) == []


def test_a_field_is_as_sure_as_its_words() -> None:
    page = scored_page("Corner~merchant.name Shop~merchant.name", share=0.8)
    sure = page.field([0, 1], "merchant.name")
    assert (sure.value, sure.text, sure.words) == ("Corner Shop", "Corner Shop", (0, 1))
    assert sure.confidence == pytest.approx(page.share(0, "merchant.name"))
    assert page.field([0, 1], "merchant.name", certainty=0.5).confidence == pytest.approx(sure.confidence / 2)
    assert page.field([0], "merchant.name", "THE CORNER").value == "THE CORNER"
    words = [word._replace(confidence=0.5) for word in page.words]
    assert scored(words, page.shares.copy()).field([0, 1], "merchant.name").confidence < sure.confidence / 2


@given(share=st.floats(0.02, 1), confidence=st.floats(0, 1))
def test_confidences_are_probabilities(share: float, confidence: float) -> None:
    words = [word._replace(confidence=confidence) for word in placed_words("Total  2.50  EUR")]
    page = scored(words, shares_of(["label", "total", "label"], share))
    assert 0 <= page.field([0, 1, 2], "total").confidence <= 1
    assert page.field([1], "total").confidence <= confidence + 1e-9
