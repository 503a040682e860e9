"""Figures of held-out words, by hand."""

import numpy as np
import pytest
from word_pages import FakeSource, page_of

from receiptgen.core.errors import TrainingError
from receiptgen.extraction.labelling.network import OUTPUTS, STARTS
from receiptgen.extraction.labelling.roles import ROLE_NUMBERS
from receiptgen.train.data.words.batches import WordTruth
from receiptgen.train.data.words.labelled_words import UNKNOWN
from receiptgen.train.evaluation.words import hold_words_out, role_figures, tally_words, word_figures

NAMES = ("other", "label", "merchant.name", "items.name", "items.amount", "total")
OTHER, LABEL, NAME, ITEM, AMOUNT, TOTAL = (ROLE_NUMBERS[name] for name in NAMES)


def scores(told: list[int], starts: list[int]) -> np.ndarray:
    made = np.zeros((len(told), OUTPUTS), np.float32)
    made[np.arange(len(told)), told] = 5
    made[:, STARTS] = np.array(starts) - 0.5
    return made


def truth(roles: list[int], starts: list[int]) -> WordTruth:
    return WordTruth(np.array(roles, np.int16), np.array(starts, np.int8), np.full(len(roles), UNKNOWN, np.int8))


def test_figures_are_those_of_the_words() -> None:
    none = UNKNOWN
    of = truth([OTHER, OTHER, LABEL, NAME, ITEM, AMOUNT, TOTAL, UNKNOWN], [none, none, none, none, 1, 0, none, none])
    said = scores([OTHER, NAME, LABEL, NAME, ITEM, TOTAL, TOTAL, TOTAL], [0, 1, 0, 0, 1, 1, 0, 0])
    found = word_figures([tally_words(said, of)])
    assert (found.pages, found.words, found.whole) == (1, 7, 0)
    assert found.accuracy == pytest.approx(4 / 6)
    assert found.f1 == pytest.approx(2 * 3 / (5 + 4))
    assert found.money == pytest.approx(2 * 1 / (2 + 2))
    assert found.starts == pytest.approx(2 * 1 / (2 + 1))
    by_role = {each.role: each for each in role_figures([tally_words(said, of)])}
    assert by_role["total"][1:] == (0.5, 1, 1)
    assert by_role["items.amount"].recall == 0
    assert np.isnan(by_role["items.amount"].precision)
    assert "tax" not in by_role


def test_pages_add_up_and_a_page_without_a_fault_is_whole() -> None:
    of = truth([NAME, TOTAL], [UNKNOWN, UNKNOWN])
    tallies = [tally_words(scores(told, [0, 0]), of) for told in ([NAME, TOTAL], [NAME, OTHER])]
    found = word_figures(tallies)
    assert (found.pages, found.words, found.whole) == (2, 4, 0.5)
    assert np.isnan(found.starts)


def test_held_out_pages_are_every_other_one_that_can_be_drawn() -> None:
    held = hold_words_out("own", FakeSource(broken=(2,)), 4, 3)
    assert [example.name for example in held.examples] == ["page 0", "page 4", "page 6", "page 8"]
    assert [flaw.name for flaw in held.flaws] == ["page 2"]
    assert len(set(held.content)) == 4
    assert len(held.examples[0].words) == len(page_of(1).words)
    with pytest.raises(TrainingError, match=r"held_out.own: 16 of 16 pages can't be drawn; does not fit"):
        hold_words_out("own", FakeSource(broken=(0, 1, 2, 3, 4)), 4, 3)
