import pytest

from receiptgen.commands import _progress
from receiptgen.commands._progress import followed, progress


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


def test_what_takes_more_than_a_second_each_is_told_by_the_minute(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    moments = iter([0.0, 20.0])
    monkeypatch.setattr(_progress.time, "monotonic", lambda: next(moments))
    with progress("set", 10, 0, quiet=False) as report:
        report(1)
    assert capsys.readouterr().err == "set: 1 of 10, 3/min, 180 s left\n"


def test_items_are_told_as_they_are_done(capsys: pytest.CaptureFixture[str]) -> None:
    assert list(followed("ab", "reading", quiet=False)) == ["a", "b"]
    assert [line.partition(",")[0] for line in capsys.readouterr().err.splitlines()] == [
        "reading: 1 of 2", "reading: 2 of 2",
    ]  # fmt: skip
    assert list(followed("ab", "reading", quiet=True)) == ["a", "b"]
    assert capsys.readouterr().err == ""


def test_nothing_done_yet_has_no_rate(capsys: pytest.CaptureFixture[str]) -> None:
    with progress("set", 1_200, 200, quiet=False) as report:
        report(200)
    assert capsys.readouterr().err == "set: 200 of 1,200\n"


def test_what_is_told_of_seldom_says_so_at_once(capsys: pytest.CaptureFixture[str]) -> None:
    with progress("set", 1_200, 200, quiet=False, step=500):
        assert capsys.readouterr().err == "set: 200 of 1,200, told after each shard of 500\n"
    with progress("set", 200, 200, quiet=False, step=500):
        assert capsys.readouterr().err == ""
