"""What a terminal or log is told of a run."""

import sys
from math import nan

import pytest
from journal_entries import evaluated, progressed

from receiptgen.train.loop.loop import Status
from receiptgen.train.reporting.progress import duration, percent, show_progress


def test_a_log_has_a_line_every_five_seconds_of_the_run_and_one_for_each_evaluation(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with show_progress("receipt", quiet=False) as show:
        show(Status(0.01, progressed(1, seconds=1), ()))
        show(Status(0.03, progressed(2, seconds=3), ()))
        show(Status(0.05, progressed(3, seconds=5.5), (evaluated(3),)))
        show(Status(0.5, progressed(4, seconds=20), (evaluated(3),)))
    lines = capsys.readouterr().err.splitlines()
    assert lines == [
        "receipt: step 1, loss 2.5, 273 images/s (2% waiting), 1% done, 1 min 39 s left",
        "receipt: step 3: real: CER 75.00 %, case-folded 12.50 %; 50.00 % of 2 lines exact",
        "receipt: step 4, loss 2.5, 273 images/s (2% waiting), 50% done, 20 s left",
    ]


def test_the_end_is_always_told(capsys: pytest.CaptureFixture[str]) -> None:
    with show_progress("receipt", quiet=False) as show:
        show(Status(0.5, progressed(1, seconds=1), ()))
        show(Status(1.0, progressed(2, seconds=2), ()))
    assert "step 2" in capsys.readouterr().err


def test_quiet_is_quiet(capsys: pytest.CaptureFixture[str]) -> None:
    with show_progress("receipt", quiet=True) as show:
        show(Status(0.5, progressed(1), (evaluated(1),)))
    assert capsys.readouterr().err == ""


def test_a_terminal_has_a_bar_and_keeps_a_line_of_each_evaluation(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    monkeypatch.setenv("COLUMNS", "160")
    monkeypatch.setenv("TERM", "xterm")
    with show_progress("[receipt]", quiet=False) as show:
        show(Status(0.25, progressed(1, seconds=10), ()))
        show(Status(0.5, progressed(2, seconds=20), (evaluated(2, "[real]"),)))
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
