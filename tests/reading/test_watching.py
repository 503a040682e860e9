"""A folder that is watched."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from receiptgen.core.errors import DatasetError, FileError
from receiptgen.reading.watching import LEDGER, Ledger, new_files


class OverError(Exception):
    """Ends a watch that would go on."""


def watched(folder: Path, *events: Callable[[], object]) -> list[str]:
    """Return the files that are read while something happens between each two looks, and once more."""
    steps = iter([*events, lambda: None, lambda: None])

    def rest() -> None:
        event = next(steps, None)
        if event is None:
            raise OverError
        event()

    read, ledger = [], Ledger(folder)
    with pytest.raises(OverError):  # noqa: PT012  # it goes on until then
        for state in new_files(folder, ledger, rest):
            read.append(state.name)
            ledger.add(state)
    return read


@pytest.mark.smoke
def test_files_are_read_once_and_others_not_at_all(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    for name in ("one.jpg", "deep/two.PDF", "notes.txt", ".hidden.jpg"):
        (tmp_path / name).write_bytes(b"x")
    assert watched(tmp_path, lambda: (tmp_path / "new.heic").write_bytes(b"y")) == [
        "deep/two.PDF",
        "one.jpg",
        "new.heic",
    ]
    assert watched(tmp_path) == []


def test_a_file_that_is_still_written_is_waited_for(tmp_path: Path) -> None:
    file = tmp_path / "slow.png"

    def grow() -> None:
        with file.open("ab") as stream:
            stream.write(b"more")

    assert watched(tmp_path, grow, grow, grow) == ["slow.png"]
    assert file.stat().st_size == 12


def test_a_file_that_is_moved_in_is_read_and_one_that_goes_is_not(tmp_path: Path) -> None:
    (tmp_path / "going.png").write_bytes(b"x")
    (tmp_path / "aside.part").write_bytes(b"x")

    def move() -> None:
        (tmp_path / "going.png").unlink()
        (tmp_path / "aside.part").rename(tmp_path / "moved.png")

    assert watched(tmp_path, move) == ["moved.png"]


def test_a_file_that_is_written_again_is_read_again(tmp_path: Path) -> None:
    (tmp_path / "one.png").write_bytes(b"x")
    assert watched(tmp_path) == ["one.png"]
    (tmp_path / "one.png").write_bytes(b"another")
    assert watched(tmp_path) == ["one.png"]


def test_a_ledger_whose_last_line_is_cut_off_goes_on_before_it(tmp_path: Path) -> None:
    for name in ("one.png", "two.png"):
        (tmp_path / name).write_bytes(b"x")
    assert watched(tmp_path) == ["one.png", "two.png"]
    ledger = tmp_path / LEDGER
    os.truncate(ledger, ledger.stat().st_size - 5)
    assert watched(tmp_path) == ["two.png"]
    assert len(ledger.read_bytes().splitlines()) == 2


def test_faults_are_told(tmp_path: Path) -> None:
    (tmp_path / LEDGER).write_text("[]\n")
    with pytest.raises(DatasetError, match=f"{LEDGER}:1: is no line of a ledger"):
        Ledger(tmp_path)
    (tmp_path / LEDGER).unlink()
    ledger = Ledger(tmp_path)
    with pytest.raises(FileError, match="no such folder"):
        next(new_files(tmp_path / "gone", ledger, lambda: None))
