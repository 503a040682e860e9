"""The journal of a run."""

import json
import tempfile
from dataclasses import replace
from math import inf, isnan
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from journal_entries import ended, evaluated, progressed, started

from receiptgen.core.errors import FileError, TrainingError
from receiptgen.train.loop.evaluations import Evaluated
from receiptgen.train.loop.journal import JOURNAL, Journal, Progressed, read_journal


@pytest.mark.smoke
def test_records_come_back_in_the_order_in_which_they_were_written(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "run")
    entries = [started(), progressed(10), replace(evaluated(10), loss=1.5), ended(10)]
    for entry in entries:
        journal.write(entry)
    assert read_journal(tmp_path / "run" / JOURNAL) == entries


def test_an_evaluation_has_the_figures_of_the_data_set() -> None:
    made = evaluated(3)
    assert (made.lines, made.cer, made.cer_ci, made.exact, made.exact_ci) == (2, 6 / 8, 1 / 8, 0.5, 0.5)
    assert isnan(made.loss)


@given(st.floats(), st.integers(0, 2**40), st.text())
def test_any_record_is_one_line_of_strict_json_and_comes_back(number: float, step: int, name: str) -> None:
    def refuse(constant: str) -> None:
        raise AssertionError(constant)

    with tempfile.TemporaryDirectory() as folder:
        journal = Journal(Path(folder))
        journal.write(progressed(step, loss=number))
        journal.write(replace(evaluated(step), data=name))
        first, second = journal.path.read_text(encoding="utf-8").split("\n")[:2]
        json.loads(first, parse_constant=refuse)
        assert json.loads(second, parse_constant=refuse)["data"] == name
        made, other = read_journal(journal.path)
    assert isinstance(made, Progressed)
    assert isinstance(other, Evaluated)
    assert (made.step, other.data) == (step, name)
    assert isnan(made.loss) if isnan(number) or abs(number) == inf else made.loss == number


def test_a_torn_last_line_is_not_read_and_cut_off_before_more_is_written(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    journal.write(progressed(1))
    journal.write(progressed(2))
    whole = journal.path.read_bytes()
    journal.path.write_bytes(whole[:-9])
    assert read_journal(journal.path) == [progressed(1)]
    Journal(tmp_path).write(progressed(3))
    assert read_journal(journal.path) == [progressed(1), progressed(3)]


def test_a_journal_that_is_not_there_holds_nothing(tmp_path: Path) -> None:
    assert read_journal(tmp_path / JOURNAL) == []


def test_rewinding_drops_later_steps_and_keeps_the_step_itself(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    for entry in (started(), progressed(10), evaluated(10), progressed(20), evaluated(20)):
        journal.write(entry)
    journal.rewind(10)
    journal.write(started(10))
    assert [entry.step for entry in read_journal(journal.path)] == [0, 10, 10, 10]
    journal.rewind(-1)
    assert read_journal(journal.path) == []
    assert [path.name for path in tmp_path.iterdir()] == [JOURNAL]


@pytest.mark.parametrize(
    ("line", "fault"),
    [('{"record":"ended","step":1}', "seen: field required"), ("{", "invalid json"), ('{"record":"x"}', "'x'")],
)
def test_a_line_that_is_no_record_is_named(tmp_path: Path, line: str, fault: str) -> None:
    journal = Journal(tmp_path)
    journal.write(progressed(1))
    with journal.path.open("a") as file:
        file.write(f"{line}\n")
    with pytest.raises(TrainingError, match=f"{JOURNAL}:2: is not a record of a journal: .*{fault}"):
        read_journal(journal.path)


def test_a_folder_that_is_a_file_is_a_fault_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "run").write_text("")
    with pytest.raises(FileError, match=r"run/journal\.jsonl: can't be written: file exists"):
        Journal(tmp_path / "run")
