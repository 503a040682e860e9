"""Files that are whole at any time, and folders that one run at a time writes to."""

import errno
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from receiptgen.core.errors import BusyError, FileError
from receiptgen.core.files import LOCK, lock_folder, read_regular, write_atomic
from receiptgen.imaging import contact_sheet


def test_a_file_is_written_with_its_folder_and_nothing_beside_it(tmp_path: Path) -> None:
    write_atomic(tmp_path / "a" / "b.txt", b"one")
    write_atomic(tmp_path / "a" / "b.txt", b"two")
    assert [path.name for path in (tmp_path / "a").iterdir()] == ["b.txt"]
    assert (tmp_path / "a" / "b.txt").read_bytes() == b"two"


@pytest.mark.parametrize("fault", [OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)), KeyboardInterrupt()])
def test_a_full_disk_or_a_stop_leaves_the_old_file_and_nothing_new(
    fault: BaseException, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_atomic(tmp_path / "kept", b"old")

    def fail(descriptor: int) -> None:
        raise fault

    monkeypatch.setattr(os, "fsync", fail)
    expected: Any = FileError if isinstance(fault, OSError) else KeyboardInterrupt
    with pytest.raises(expected, match="kept: can't be written: no space left on device" if fault.args else None):
        write_atomic(tmp_path / "kept", b"new")
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"kept": b"old"}


def test_a_link_stays_and_the_file_that_it_leads_to_is_written(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "place" / "file")
    write_atomic(tmp_path / "link", b"one")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "place" / "file").read_bytes() == b"one"


def test_a_pipe_is_written_to(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with ThreadPoolExecutor(1) as pool:
        heard = pool.submit((tmp_path / "pipe").read_bytes)
        write_atomic(tmp_path / "pipe", b"one")
        assert heard.result(10) == b"one"
    assert (tmp_path / "pipe").is_fifo()


def test_a_target_that_is_a_folder_is_told_and_nothing_is_left(tmp_path: Path) -> None:
    (tmp_path / "sheet.png").mkdir()
    (tmp_path / "sheet.png.new").write_text("of somebody else")
    with pytest.raises(FileError, match=r"sheet\.png: can't be written: is a directory"):
        contact_sheet.save(np.zeros((4, 4, 3), np.uint8), tmp_path / "sheet.png")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["sheet.png", "sheet.png.new"]


def test_only_regular_files_of_a_bearable_size_are_read(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"12345")
    os.mkfifo(tmp_path / "pipe")
    assert read_regular(tmp_path / "file") == b"12345"
    assert read_regular(tmp_path / "file", largest=5) == b"12345"
    for largest, name, fault in (
        (4, "file", "is larger than 4 bytes"),
        (9, "pipe", "is not a regular file"),
        (9, "", "Is a directory"),
        (9, "nowhere", "No such file"),
    ):
        with pytest.raises(OSError, match=fault):
            read_regular(tmp_path / name, largest)


def test_a_folder_is_locked_until_its_run_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("receiptgen.core.files._PATIENCE", 0.05)
    with lock_folder(tmp_path / "run"):
        assert [path.name for path in (tmp_path / "run").iterdir()] == [LOCK]
        with pytest.raises(BusyError, match="run: another run is writing to it"), lock_folder(tmp_path / "run"):
            pass
    with lock_folder(tmp_path / "run"):
        pass


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with (
        pytest.raises(FileError, match="file/run: can't be written: not a directory"),
        lock_folder(tmp_path / "file/run"),
    ):
        pass
