"""The list of rows that gave no line."""

from pathlib import Path

import pytest

from receiptgen.core.errors import FileError
from receiptgen.train.data.skipped import SKIPPED, Skip, Skipped

ONE, OTHER = Skip("own", "a.png", "no such file"), Skip("own", "b\t1.png", "no text")


def test_each_row_is_listed_once_whoever_meets_it(tmp_path: Path) -> None:
    here, there = Skipped(tmp_path), Skipped(tmp_path)
    assert not (tmp_path / SKIPPED).exists()
    here.add([ONE, ONE])
    here.add([ONE])
    there.add([OTHER])
    lines = (tmp_path / SKIPPED).read_text().splitlines()
    assert lines == ["data\tname\treason", "own\ta.png\tno such file", "own\tb 1.png\tno text"]
    assert Skipped(tmp_path).counts == {"own": 2}


def test_a_list_that_was_torn_goes_on(tmp_path: Path) -> None:
    Skipped(tmp_path).add([ONE, OTHER])
    path = tmp_path / SKIPPED
    path.write_bytes(path.read_bytes()[:-9])
    again = Skipped(tmp_path)
    assert len(again) == 1
    again.add([ONE, OTHER])
    assert path.read_text().splitlines()[-1] == "own\tb 1.png\tno text"
    assert Skipped(tmp_path).counts["own"] == 2


def test_a_place_that_cannot_be_written_to_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(FileError, match=r"skipped\.tsv: can't be"):
        Skipped(tmp_path / "file").add([ONE])
