import json
import logging
import sys
import tempfile
from dataclasses import replace
from math import inf, isnan, nan
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from receiptgen.core.errors import FileError, TrainingError
from receiptgen.recognition.metrics import Reading, summarise
from receiptgen.train.reporting.progress import duration, percent, shown
from receiptgen.train.reporting.tensorboard import Board
from receiptgen.train.runs.journal import JOURNAL, Ended, Evaluated, Journal, Progressed, Started, read


def started(step: int = 0) -> Started:
    return Started(
        step=step, seen=64 * step, seconds=0.2 * step, moment="2027-01-02T03:04:05+00:00", network="receipt",
        backend="torch", devices=("0", "1"),
    )  # fmt: skip


def progressed(step: int, loss: float = 2.5, seconds: float | None = None) -> Progressed:
    return Progressed(
        step=step, seen=64 * step, seconds=0.2 * step if seconds is None else seconds, loss=loss, rate=1e-3, norm=4.0,
        images_per_second=273.0, wait=0.02,
    )  # fmt: skip


def evaluated(step: int, data: str = "real") -> Evaluated:
    figures = summarise([Reading("a", "", "TOTAL 9", "total 8"), Reading("b", "", "x", "x")])
    return Evaluated.of(data, figures, step=step, seen=64 * step, seconds=0.2 * step)


def ended(step: int) -> Ended:
    return Ended(step=step, seen=64 * step, seconds=0.2 * step, reason="the time is over", best_step=step, best=0.1)


def test_records_come_back_in_the_order_in_which_they_were_written(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "run")
    entries = [started(), progressed(10), replace(evaluated(10), loss=1.5), ended(10)]
    for entry in entries:
        journal.write(entry)
    assert read(tmp_path / "run" / JOURNAL) == entries


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
        made, other = read(journal.path)
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
    assert read(journal.path) == [progressed(1)]
    Journal(tmp_path).write(progressed(3))
    assert read(journal.path) == [progressed(1), progressed(3)]


def test_a_journal_that_is_not_there_holds_nothing(tmp_path: Path) -> None:
    assert read(tmp_path / JOURNAL) == []


def test_rewinding_drops_later_steps_and_keeps_the_step_itself(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    for entry in (started(), progressed(10), evaluated(10), progressed(20), evaluated(20)):
        journal.write(entry)
    journal.rewind(10)
    journal.write(started(10))
    assert [entry.step for entry in read(journal.path)] == [0, 10, 10, 10]
    journal.rewind(-1)
    assert read(journal.path) == []
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
    with pytest.raises(TrainingError, match=f"{JOURNAL}:2: is no record of a journal: .*{fault}"):
        read(journal.path)


def test_a_folder_that_is_a_file_is_a_fault_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "run").write_text("")
    with pytest.raises(FileError, match=r"run/journal\.jsonl: can't be written: file exists"):
        Journal(tmp_path / "run")


def board(folder: Path) -> Any:
    pytest.importorskip("tensorboard")
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    events = EventAccumulator(str(folder), size_guidance={"scalars": 0, "images": 0, "tensors": 0})
    return events.Reload()


def scalars(folder: Path, tag: str) -> dict[int, float]:
    return {event.step: event.value for event in board(folder).Scalars(tag)}


def test_a_board_shows_the_scalars_of_the_journal(tmp_path: Path) -> None:
    with Board(tmp_path) as made:
        for entry in (started(), progressed(1, loss=8.0), progressed(2, loss=nan), evaluated(2), ended(2)):
            made.write(entry)
    assert scalars(tmp_path, "train/loss") == {1: 8.0}
    assert scalars(tmp_path, "train/images_per_second") == {1: 273.0, 2: 273.0}
    assert scalars(tmp_path, "cer/real") == {2: 0.75}
    assert scalars(tmp_path, "cer_ci/real") == {2: 0.125}
    assert "loss/real" not in board(tmp_path).Tags()["scalars"]


def test_a_board_of_a_run_that_goes_on_forgets_later_steps(tmp_path: Path) -> None:
    with Board(tmp_path) as first:
        for entry in (started(), *(progressed(step, loss=1.0) for step in (1, 2, 3))):
            first.write(entry)
    with Board(tmp_path) as second:
        for entry in (started(1), progressed(2, loss=5.0)):
            second.write(entry)
    assert scalars(tmp_path, "train/loss") == {1: 1.0, 2: 5.0}


def test_a_board_shows_texts_as_they_are_and_pictures(tmp_path: Path) -> None:
    image = np.random.default_rng(1).integers(0, 256, (20, 30, 3), np.uint8)
    with Board(tmp_path) as made:
        made.text("recipe", "a: 1\nb: <i>", 0)
        made.image("lines", image, 7)
    events = board(tmp_path)
    (text,) = events.Tensors("recipe")
    assert text.tensor_proto.string_val[0].decode() == "    a: 1\n    b: <i>"
    (picture,) = events.Images("lines")
    assert (picture.step, picture.width, picture.height) == (7, 30, 20)
    shown_image = cv2.imdecode(np.frombuffer(picture.encoded_image_string, np.uint8), cv2.IMREAD_COLOR)
    assert np.array_equal(shown_image[:, :, ::-1], image)


def test_without_the_package_a_board_says_so_once_and_the_run_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setitem(sys.modules, "tensorboard.compat.proto.event_pb2", None)
    with caplog.at_level(logging.WARNING), Board(tmp_path / "events") as made:
        made.write(started())
        made.write(progressed(1))
        made.text("recipe", "a", 0)
        made.image("lines", np.zeros((2, 2, 3), np.uint8), 0)
    assert [record.getMessage().partition(": ")[2] for record in caplog.records] == [
        "no event files are written; pip install tensorboard"
    ]
    assert not (tmp_path / "events").exists()


def test_a_log_has_a_line_every_five_seconds_of_the_run_and_one_for_each_evaluation(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with shown("receipt", quiet=False) as show:
        show(progressed(1, seconds=1), 0.01, ())
        show(progressed(2, seconds=3), 0.03, ())
        show(progressed(3, seconds=5.5), 0.05, [evaluated(3)])
        show(progressed(4, seconds=20), 0.5, [evaluated(3)])
    lines = capsys.readouterr().err.splitlines()
    assert lines == [
        "receipt: step 1, loss 2.5, 273 images/s (2% waiting), 1% done, 1 min 39 s left",
        "receipt: step 3: real: CER 75.00 %, case-folded 12.50 %; 50.00 % of 2 lines exact",
        "receipt: step 4, loss 2.5, 273 images/s (2% waiting), 50% done, 20 s left",
    ]


def test_the_end_is_always_told(capsys: pytest.CaptureFixture[str]) -> None:
    with shown("receipt", quiet=False) as show:
        show(progressed(1, seconds=1), 0.5, ())
        show(progressed(2, seconds=2), 1.0, ())
    assert "step 2" in capsys.readouterr().err


def test_quiet_is_quiet(capsys: pytest.CaptureFixture[str]) -> None:
    with shown("receipt", quiet=True) as show:
        show(progressed(1), 0.5, [evaluated(1)])
    assert capsys.readouterr().err == ""


def test_a_terminal_has_a_bar_and_keeps_a_line_of_each_evaluation(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    monkeypatch.setenv("COLUMNS", "160")
    monkeypatch.setenv("TERM", "xterm")
    with shown("[receipt]", quiet=False) as show:
        show(progressed(1, seconds=10), 0.25, ())
        show(progressed(2, seconds=20), 0.5, [evaluated(2, "[real]")])
    said = capsys.readouterr().err
    assert "step 2: [real]: CER 75.00 %, case-folded 12.50 %" in said
    assert "273/s" in said
    assert "20 s left" in said
    assert "50%" in said


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "0 s"), (35.4, "35 s"), (59.6, "1 min 00 s"), (250, "4 min 10 s"), (7500, "2 h 05 min"), (nan, "-")],
)
def test_durations_are_in_words(seconds: float, words: str) -> None:
    assert duration(seconds) == words


def test_a_share_that_is_not_known_is_a_dash() -> None:
    assert percent(nan) == "-"
