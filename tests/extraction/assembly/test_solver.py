"""Which words are the sums of a receipt: the likeliest, and of those alike the ones that add up."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from receiptgen.extraction.assembly.identities import SINGLES, Terms
from receiptgen.extraction.assembly.item_rows import items_of
from receiptgen.extraction.assembly.solver import Solution, solve
from receiptgen.extraction.assembly.terms import terms_of
from receiptgen.extraction.fields import ReceiptFields
from receiptgen.extraction.labelling.roles import ROLE_NUMBERS, ROLES
from receiptgen.extraction.labelling.scored_words import ScoredWords
from tests.support.scored_pages import placed_words, scored, scored_page

GOODS = ("^Bread~items.name 2.50~items.amount", "^Tea~items.name 3.10~items.amount")


def _solved(page: ScoredWords) -> Solution:
    return solve(page, lambda used: terms_of(ReceiptFields(items=items_of(page))))


def _texts(page: ScoredWords) -> dict[str, str]:
    return {name: page.words[index].text for name, index in _solved(page).words.items()}


def _doubtful(page: ScoredWords, text: str, **shares: float) -> ScoredWords:
    """Return a page of which one word may have several roles."""
    index = next(index for index, word in enumerate(page.words) if word.text == text)
    changed = page.shares.copy()
    changed[index] = 0
    for role, share in shares.items():
        changed[index, ROLE_NUMBERS[role]] = share
    return ScoredWords(page.words, changed, page.starts, page.month_first)


@pytest.mark.smoke
def test_of_words_that_may_be_the_total_the_one_that_adds_up_is() -> None:
    page = scored_page(*GOODS, "Total 5.60~total", "Points 9.40~total")
    page = _doubtful(page, "5.60", total=0.4, other=0.6)
    page = _doubtful(page, "9.40", total=0.6, other=0.4)
    assert _texts(page) == {"total": "5.60"}
    assert [identity.holds for identity in _solved(page).identities] == [True]


def test_without_sums_the_likeliest_word_is_taken() -> None:
    page = scored_page("Total 5.60~total", "Points 9.40~total")
    page = _doubtful(page, "5.60", total=0.4, other=0.6)
    page = _doubtful(page, "9.40", total=0.6, other=0.4)
    assert _texts(page) == {"total": "9.40"}
    assert _solved(page).identities == ()


def test_a_sure_total_that_does_not_add_up_is_told_and_not_left_out() -> None:
    page = scored_page(*GOODS, "Total 9.60~total")
    assert _texts(page) == {"total": "9.60"}
    assert [identity.holds for identity in _solved(page).identities] == [False]


def test_no_word_has_two_roles_and_none_is_taken_that_is_unlikely() -> None:
    page = _doubtful(scored_page(*GOODS, "Total 5.60~total"), "5.60", subtotal=0.5, total=0.5)
    assert _texts(page) == {"total": "5.60"}
    assert _texts(scored_page(*GOODS)) == {}
    assert _texts(scored_page("Once upon a time")) == {}


def test_what_is_called_otherwise_may_be_the_total() -> None:
    page = _doubtful(scored_page(*GOODS, "Total 5.60~total"), "5.60", payable=0.55, total=0.2, other=0.25)
    assert "5.60" in _texts(page).values()


def test_the_sum_of_a_total_and_the_tip_below_it_is_what_is_paid() -> None:
    page = scored_page(*GOODS, "Total 5.60~gross", "Tip 1.40~tip.amount", "Sum 7.00", "Points 9.40")
    assert _texts(page)["total"] == "7.00"
    # Above the tip it is another thing, and without one no sum is sought.
    page = scored_page(*GOODS, "Points 7.00", "Total 5.60~gross", "Tip 1.40~tip.amount")
    assert "7.00" not in _texts(page).values()
    page = scored_page(*GOODS, "Total 5.60~gross", "Points 1.40", "Sum 7.00")
    assert "7.00" not in _texts(page).values()


def test_what_is_payable_differs_from_the_total_by_the_rounding_that_is_printed() -> None:
    rows = (*GOODS, "Total 5.60~total", "Rounding {}~rounding", "Cash 6.00~payable")
    for printed, payable in (("0.00", None), ("0.40", "6.00")):
        page = scored_page(*(row.format(printed) for row in rows))
        assert _texts(page).get("payable") == payable
    assert _texts(scored_page(*GOODS, "Total 5.60~total", "Payable 6.00~payable"))["payable"] == "6.00"


def test_words_that_are_sums_are_no_terms() -> None:
    page = scored_page(*GOODS, "Total 5.60~total", "Tax 0.40~tax")
    asked: set[frozenset[int]] = set()

    def terms(used: frozenset[int]) -> Terms:
        asked.add(used)
        return Terms(None)

    solution = solve(page, terms)
    assert frozenset(solution.words.values()) in asked
    assert all(len(used) <= len(SINGLES) for used in asked)


@settings(max_examples=40)
@given(
    shares=st.lists(
        st.lists(st.floats(0, 1), min_size=len(SINGLES) + 1, max_size=len(SINGLES) + 1), min_size=12, max_size=12
    ),
    sharp=st.sampled_from([1, 4, 16]),
)
def test_whatever_a_network_says_there_is_an_answer(shares: list[list[float]], sharp: int) -> None:
    table = np.zeros((12, len(ROLES)))
    table[:, [ROLE_NUMBERS[name] for name in (*SINGLES, "other")]] = (np.array(shares) + 0.01) ** sharp
    words = placed_words(*(f"{number}.{number}0" for number in range(1, 5) for _ in range(3)))
    words = [word._replace(text=f"{number + 1}.50") for number, word in enumerate(words)]
    solution = solve(scored(words, table), lambda used: Terms(None))
    found = list(solution.words.values())
    assert len(found) == len(set(found))
    assert set(solution.words) <= set(SINGLES)


def test_of_likely_totals_one_that_names_no_rate_is_preferred() -> None:
    rows = ("Total 0%~label 39.10~total", "Total 6%~label 12.70~total", "Payable 20.20~total")
    page = scored_page(*rows)
    assert _texts(page) == {"total": "20.20"}
    # Where all name one, or there is no other, a rate says nothing.
    assert _texts(scored_page(*rows[:2])) == {"total": "39.10"}
    assert _texts(_doubtful(page, "20.20", change=0.99))["total"] == "39.10"
