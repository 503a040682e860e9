import pytest

from receiptgen.commands import _progress
from receiptgen.commands._progress import progress


@pytest.fixture(autouse=True)
def no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_progress, "_PAUSE", 0)


def test_lines_tell_rate_nodes_and_time_left(capsys: pytest.CaptureFixture[str]) -> None:
    with progress("set", 1_200, 200, quiet=False, nodes=lambda: 2) as report:
        report(700)
    line = capsys.readouterr().err
    assert line.startswith("set: 700 of 1,200, ")
    assert "/s, 2 nodes, " in line
    assert line.endswith(" s left\n")


def test_nothing_done_yet_has_no_rate(capsys: pytest.CaptureFixture[str]) -> None:
    with progress("set", 1_200, 200, quiet=False) as report:
        report(200)
    assert capsys.readouterr().err == "set: 200 of 1,200\n"


def test_what_is_told_of_seldom_says_so_at_once(capsys: pytest.CaptureFixture[str]) -> None:
    with progress("set", 1_200, 200, quiet=False, step=500):
        assert capsys.readouterr().err == "set: 200 of 1,200, told after each shard of 500\n"
    with progress("set", 200, 200, quiet=False, step=500):
        assert capsys.readouterr().err == ""
