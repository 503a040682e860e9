"""The time of a run: what counts, what evaluations take of it, and that it ends when it is to end."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from fake_run import FakeRun
from hypothesis import given
from hypothesis import strategies as st

from receiptgen.core.errors import PreemptedError
from receiptgen.train.loop.checkpoint import STATE, Progress, load_state
from receiptgen.train.loop.evaluation_plan import EvaluationPlan, plan_evaluations, replan
from receiptgen.train.loop.evaluations import Evaluated
from receiptgen.train.loop.journal import JOURNAL, Ended, read_journal


def evaluated(folder: Path) -> list[Evaluated]:
    return [entry for entry in read_journal(folder / JOURNAL) if isinstance(entry, Evaluated)]


def test_five_minutes_on_a_slow_machine_are_five_minutes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = FakeRun(monkeypatch, lines=1000, step=1.5, line=0.025, start=40, minutes=5, evaluations=6)
    loop = run.train(tmp_path)
    first, *_, last = read = evaluated(tmp_path)
    assert len(read) == 4
    assert {entry.lines for entry in read} == {300}, "all read the same lines, so that they compare"
    assert first.seconds == pytest.approx(73, abs=2)
    assert loop.progress.evaluation_seconds <= 30 + 0.1
    end = read_journal(tmp_path / JOURNAL)[-1]
    assert isinstance(end, Ended)
    assert end.seconds == pytest.approx(300, abs=3), "neither the start nor more than the last evaluation"
    assert last.seconds == pytest.approx(end.seconds - 7.5)
    assert run.rates[-1] < 0.01 * max(run.rates), "the schedule ends with the training"
    (start, fewer) = run.statuses[-1].notes
    assert start == "the first batch was ready after 40.9 s; the time of the run is counted from there"
    assert fewer == (
        "evaluations: reading all 1,000 held-out lines takes 25 s; 4 of 6 are made, each reads 300 of them, so that "
        "they take a tenth of the time at most"
    )


def test_ten_hours_make_every_evaluation_of_all_lines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = FakeRun(monkeypatch, lines=1000, step=60, line=0.025, minutes=600, evaluations=30)
    loop = run.train(tmp_path)
    read = evaluated(tmp_path)
    assert len(read) == 30
    assert {entry.lines for entry in read} == {1000}
    assert loop.progress.seconds == pytest.approx(36_000, abs=60)
    assert len(run.statuses[-1].notes) == 1


def test_evaluations_that_take_longer_than_expected_become_fewer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = FakeRun(monkeypatch, lines=200, step=1, line=0.01, minutes=5, evaluations=10)
    save = run.state

    def slow_disk() -> dict[str, object]:
        run.time += 6
        return save()

    run.state = slow_disk  # type: ignore[method-assign]
    loop = run.train(tmp_path)
    assert len(evaluated(tmp_path)) == 3
    assert loop.progress.seconds == pytest.approx(300, abs=3)
    assert run.statuses[-1].notes[1:] == (
        "evaluations: one takes 8 s; 3 in all are made, so that they take a tenth of the time at most",
    )


def test_a_last_evaluation_that_takes_more_than_a_tenth_is_not_said_to_take_less(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = FakeRun(monkeypatch, lines=200, step=1, line=0.01, minutes=5, evaluations=10)
    save = run.state

    def slow_disk() -> dict[str, object]:
        run.time += 40
        return save()

    run.state = slow_disk  # type: ignore[method-assign]
    run.train(tmp_path)
    assert run.statuses[-1].notes[1:] == (
        "evaluations: one takes 42 s; 2 in all are made, the last of which always is",
    )


def test_steps_make_every_evaluation_however_long_it_takes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = FakeRun(monkeypatch, lines=100, step=0.1, line=10.0, steps=40, evaluations=4)
    run.train(tmp_path)
    assert [(entry.step, entry.lines) for entry in evaluated(tmp_path)] == [(10, 100), (20, 100), (30, 100), (40, 100)]
    assert run.statuses[-1].notes == ()


def test_time_and_evaluations_go_on_after_a_resume(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = {"lines": 1000, "step": 1.5, "line": 0.025, "minutes": 5, "evaluations": 6}
    run = FakeRun(monkeypatch, **settings)  # type: ignore[arg-type]
    progress = Progress(
        step=60, seconds=100.0, best=0.5, best_step=50, evaluations=1, evaluation_seconds=7.5, held_out_share=0.3
    )
    loop = run.train(tmp_path, progress)
    read = evaluated(tmp_path)
    assert {entry.lines for entry in read} == {300}, "the same lines as before, with which the best CER was found"
    assert len(read) == 3
    assert loop.progress.seconds == pytest.approx(300, abs=3)
    assert loop.progress.evaluation_seconds <= 30 + 0.1
    assert FakeRun(monkeypatch, **settings).loop(tmp_path, loop.progress).ended() == "the time is over"  # type: ignore[arg-type]


def test_a_run_of_an_earlier_version_that_is_over_is_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = FakeRun(monkeypatch, minutes=5)
    assert run.loop(tmp_path, Progress(step=9, seconds=300.0, evaluations=20)).ended() == "the time is over"
    assert run.loop(tmp_path, Progress(step=9, seconds=299.0, evaluations=20)).ended() == ""


def test_few_lines_are_those_with_a_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = FakeRun(monkeypatch, lines=1000, step=1, line=0.1, minutes=2, evaluations=3, texts=["", "", "", "1"])
    run.train(tmp_path)
    assert {entry.lines for entry in evaluated(tmp_path)} == {60}
    assert all(entry.cer == 0 for entry in evaluated(tmp_path))


def test_time_that_is_saved_is_that_of_the_last_evaluation_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = FakeRun(monkeypatch, lines=100, step=1, line=0.1, minutes=5, evaluations=2)
    run.train(tmp_path)
    stored = load_state(tmp_path).progress
    assert (stored.over, stored.evaluations) == (True, 2)
    assert stored.seconds == pytest.approx(300, abs=2)


@given(st.integers(1, 1000), st.integers(1, 10**6), st.floats(1e-3, 1e5), st.floats(1e-2, 1e5))
def test_a_plan_keeps_to_its_budget(wanted: int, lines: int, seconds: float, budget: float) -> None:
    plan = plan_evaluations(wanted, lines, seconds, budget)
    least = min(1.0, 50 / lines)
    assert 1 <= plan.number <= wanted
    assert least * (1 - 1e-9) <= plan.share <= 1
    assert plan.number * plan.seconds <= budget * (1 + 1e-9) or (plan.number == 1 and plan.share == least)
    if wanted * seconds <= budget:
        assert plan == EvaluationPlan(wanted, 1.0, seconds)
    if plan.share < 1:
        assert plan.number <= 4, "lines are left out after evaluations"


@given(st.integers(1, 100), st.integers(1, 100), st.floats(0, 1e4), st.floats(-1e4, 1e4))
def test_a_new_plan_spends_what_is_left(wanted: int, made: int, seconds: float, left: float) -> None:
    plan = replan(EvaluationPlan(wanted, 0.5, 1.0), wanted, made, seconds, left)
    assert plan.share == 0.5
    assert plan.number >= made + 1, "there is always a last one"
    assert (plan.number - made) * seconds <= max(left, seconds) * (1 + 1e-9)


def test_processes_that_are_stopped_meet_once_the_first_has_saved(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = FakeRun(monkeypatch, minutes=5)
    loop = run.loop(tmp_path)
    loop.prepare()
    loop.stopping = PreemptedError
    met: list[bool] = []

    def total(values: Sequence[float]) -> tuple[float, ...]:
        met.append((tmp_path / STATE).exists())
        return tuple(values)

    run.total = total  # type: ignore[method-assign]
    loader: Any = run
    with pytest.raises(PreemptedError):
        loop.run(loader, run.time)
    assert met == [True]
