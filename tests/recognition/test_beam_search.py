"""Beam search, alone and with what scores its beams."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from log_probs import CHARSET, LogProbs, by_alignments, drawn, spelled, tiny

from receiptgen.recognition.beam_scorer import BeamScorer
from receiptgen.recognition.beam_search import beam_search
from receiptgen.recognition.character_model import CharacterModel
from receiptgen.recognition.charset_spec import ASCII
from receiptgen.recognition.ctc import best_path, log_likelihood
from receiptgen.recognition.lexicon import Lexicon

UNBOUNDED = 10**6


def read(log_probs: LogProbs, scorer: BeamScorer | None = None) -> str:
    return CHARSET.decode(beam_search(log_probs, scorer=scorer)[0].labels)


@given(tiny())
@settings(max_examples=60, deadline=None)
def test_an_unbounded_search_finds_every_labelling_with_its_probability(log_probs: LogProbs) -> None:
    wanted = by_alignments(log_probs)
    found = beam_search(log_probs, UNBOUNDED, tolerance=0)
    assert {candidate.labels: math.exp(candidate.score) for candidate in found} == pytest.approx(wanted, abs=1e-6)
    assert math.exp(found[0].score) == pytest.approx(max(wanted.values()), abs=1e-6)
    assert [candidate.score for candidate in found] == sorted((candidate.score for candidate in found), reverse=True)


@given(tiny(), st.sampled_from([0.01, 0.1, 0.5]))
@settings(max_examples=60, deadline=None)
def test_pruned_labels_take_no_more_than_the_tolerance_a_step(log_probs: LogProbs, tolerance: float) -> None:
    wanted = by_alignments(log_probs)
    for candidate in beam_search(log_probs, UNBOUNDED, tolerance=tolerance)[1:]:
        lost = wanted[candidate.labels] - math.exp(candidate.score)
        assert -1e-6 <= lost <= 2 * tolerance * len(log_probs) + 1e-6


@given(tiny(), st.integers(1, 4))
@settings(max_examples=100, deadline=None)
def test_a_narrow_search_is_never_worse_than_the_best_path(log_probs: LogProbs, width: int) -> None:
    wanted = by_alignments(log_probs)
    found = beam_search(log_probs, width)
    path = best_path(log_probs[None], np.array([len(log_probs)]))[0].labels
    assert 1 <= len(found) <= width
    assert len({candidate.labels for candidate in found}) == len(found)
    assert wanted[found[0].labels] >= wanted[path] - 1e-6
    assert all(math.exp(candidate.score) <= wanted[candidate.labels] + 1e-6 for candidate in found)


def test_the_best_path_is_kept_where_a_narrow_search_strays() -> None:
    for line in drawn(200, 6, 3, seed=0):
        path = best_path(line[None], np.array([6]))[0].labels
        assert log_likelihood(line, beam_search(line, 1)[0].labels) >= log_likelihood(line, path) - 1e-6


@pytest.mark.parametrize(("lines", "steps", "classes"), [(6, 100, 50), (1, 1500, 20)])
def test_long_doubtful_lines_neither_vanish_nor_lose_to_the_best_path(lines: int, steps: int, classes: int) -> None:
    for line in drawn(lines, steps, classes):
        found = beam_search(line, tolerance=0)
        path = best_path(line[None], np.array([steps]))[0].labels
        exact = log_likelihood(line, found[0].labels)
        assert math.isfinite(exact)
        assert all(candidate.score <= log_likelihood(line, candidate.labels) + 1e-3 for candidate in found)
        assert exact >= log_likelihood(line, path)


def test_a_prefix_that_comes_back_into_the_search_is_the_one_that_left() -> None:
    # Of width 4, the second step drops "a" but keeps "ab"; the third brings "a" back, the fourth adds "b" to it.
    probs = [[0.9, 0.1, 0, 0], [0.35, 0, 0.6, 0.05], [0, 0.4, 0.6, 0], [0.1, 0, 0.9, 0]]
    with np.errstate(divide="ignore"):
        found = beam_search(np.log(np.array(probs, np.float32)), 4)
    assert [candidate.labels for candidate in found] == [(2,), (2, 1, 2), (1, 2), (2, 1)]


def test_steps_that_are_surely_blank_are_skipped_without_another_result() -> None:
    line = drawn(1, 60, 8)[0]
    calm = np.concatenate([np.full((3, 1), -1e-7), np.full((3, 7), math.log(1e-8))], axis=1).astype(np.float32)
    spread = np.concatenate([calm, *(np.concatenate([part, calm]) for part in np.split(line, 20))])
    exact, skipped = beam_search(spread, tolerance=0), beam_search(spread)
    assert skipped[0].labels == exact[0].labels
    assert skipped[0].score == pytest.approx(exact[0].score, abs=60 * 1e-3)


def test_a_step_at_which_nothing_is_possible_is_left_out() -> None:
    line = drawn(1, 9, 4)[0]
    line[4] = -np.inf
    assert beam_search(line)[0].labels == beam_search(np.delete(line, 4, axis=0))[0].labels


@given(tiny(), st.floats(0, 2), st.floats(-1, 2))
@settings(max_examples=40, deadline=None)
def test_a_model_adds_its_weighted_log_probability_and_a_bonus(
    log_probs: LogProbs, weight: float, bonus: float
) -> None:
    model = CharacterModel.train(["ab", "bca", "aa"], order=3)
    scorer = BeamScorer("abc"[: log_probs.shape[1] - 1], model, weight=weight, length_bonus=bonus)
    wanted = by_alignments(log_probs)
    for labels, score in beam_search(log_probs, UNBOUNDED, scorer, tolerance=0):
        text = "".join("abc"[label - 1] for label in labels)
        added = weight * model.log_prob(text) + bonus * len(text)
        assert score - added == pytest.approx(math.log(wanted[labels]), abs=1e-3)


def test_a_model_reads_what_the_image_leaves_open() -> None:
    line = spelled("TOTAL 12.50", {1: "0", 4: "1"}, sure=0.6)
    model = CharacterModel.train(["TOTAL 3.20", "TOTAL 10.00", "CASH 20.00"])
    assert read(line) == "T0TA1 12.50"
    assert read(line, BeamScorer(ASCII, model, weight=0.5)) == "TOTAL 12.50"


def test_a_character_that_the_model_never_saw_can_be_read() -> None:
    model = CharacterModel.train(["TOTAL 3.20"])
    assert read(spelled("#TOTAL", {}), BeamScorer(ASCII, model, weight=0.5)) == "#TOTAL"


def test_a_lexicon_mends_words_in_either_case() -> None:
    scorer = BeamScorer(ASCII, lexicon=Lexicon(["milk", "bread"]))
    assert read(spelled("MILK Bread", {1: "I", 2: "I"}), scorer) == "MILK Bread"
    assert read(spelled("Milk,bread", {2: "i", 9: "c"}), scorer) == "Milk,bread"


@pytest.mark.parametrize("text", ["12.50", "500G", "MI12X9", "2 X 4.50 S", "#%!", "1kg milk", "MILK."])
def test_a_lexicon_that_bans_lets_figures_codes_and_single_letters_pass(text: str) -> None:
    scorer = BeamScorer(ASCII, lexicon=Lexicon(["milk", "bread"]), penalty=math.inf)
    assert read(spelled(text, {}), scorer) == text


def test_an_unknown_word_costs_its_penalty_once() -> None:
    line = spelled("QQQQ milk ZZ MILKS MIL", {})
    (free, *_), (paid, *_) = (
        beam_search(line, scorer=BeamScorer(ASCII, lexicon=Lexicon(["milk"]), penalty=penalty)) for penalty in (0, 2)
    )
    assert paid.labels == free.labels
    assert free.score - paid.score == pytest.approx(2 * 4)


def test_a_banned_word_gives_way_to_what_the_lexicon_has() -> None:
    line = spelled("MILK", {3: "X"}, sure=0.999)
    lexicon = Lexicon(["milk"])
    assert read(line, BeamScorer(ASCII, lexicon=lexicon)) == "MILX"
    assert read(line, BeamScorer(ASCII, lexicon=lexicon, penalty=math.inf)) == "MILK"


def test_a_guide_serves_many_lines_and_remembers_none() -> None:
    model = CharacterModel.train(["TOTAL 3.20", "CASH 10.00"])
    scorer = BeamScorer(ASCII, model, Lexicon(["total", "cash"]))
    lines = drawn(4, 60, len(CHARSET))
    first = [beam_search(line, scorer=scorer) for line in lines]
    assert [beam_search(line, scorer=scorer) for line in lines] == first
    assert beam_search(lines[3], scorer=BeamScorer(ASCII, model, Lexicon(["total", "cash"]))) == first[3]


def test_a_guide_that_forgets_its_states_reads_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = drawn(4, 60, len(CHARSET))
    model = CharacterModel.train(["TOTAL 3.20", "CASH 10.00"])
    wanted = [beam_search(line, scorer=BeamScorer(ASCII, model)) for line in lines]
    monkeypatch.setattr("receiptgen.recognition.beam_scorer._STATES", 10)
    monkeypatch.setattr("receiptgen.recognition.character_model._CACHED_ROWS", 10)
    scorer = BeamScorer(ASCII, model)
    assert [beam_search(line, scorer=scorer) for line in lines] == wanted
