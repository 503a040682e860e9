"""Memory that workers share is there when it is made, or a file is."""

import errno
import logging
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NoReturn

import pytest

from receiptgen.core.errors import TrainingError
from receiptgen.train.data import shared_memory
from receiptgen.train.data.shared_memory import MappedFile, create_buffers, open_buffer, release_buffers

# What a container has: a small disk at /dev/shm, here for this process and its workers alone.
SMALL = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c"]
MOUNTED = 'mount -t tmpfs -o size={} tmpfs /dev/shm && exec "$0" "$@"'
TRAINED = """
import sys
sys.path.insert(0, {folder!r})
from test_loader import PLAN, batches, lines, same
from receiptgen.train.data.loader import Loader
from receiptgen.train.data.process_group import ProcessGroup

if __name__ == "__main__":
    shared, alone = (batches(Loader(lines(), PLAN, ProcessGroup(), workers), 40) for workers in (2, 0))
    print(sum(map(same, shared, alone)))
"""


def without_room() -> NoReturn:
    raise OSError(errno.ENOSPC, "no space left on device")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


@pytest.fixture
def no_shared_memory(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(shared_memory, "_in_memory", lambda size: None)
    return folder


def test_what_one_process_writes_another_reads(no_shared_memory: Path) -> None:
    buffers = create_buffers(2, 1000)
    others = [open_buffer(buffer.name) for buffer in buffers]
    for index, buffer in enumerate(buffers):
        buffer.buf[:3] = bytes([index, 7, 9])
    assert [bytes(other.buf[:4]) for other in others] == [b"\x00\x07\x09\x00", b"\x01\x07\x09\x00"]
    assert all(isinstance(buffer, MappedFile) and len(buffer.buf) == 1000 for buffer in buffers)
    if os.name == "posix":
        assert not list(no_shared_memory.iterdir()), "nothing is left behind by processes that are killed"
    for other in others:
        other.close()
    release_buffers(buffers)
    assert not list(no_shared_memory.iterdir())


@pytest.mark.needs("process tree")
def test_shared_memory_has_no_name_once_its_worker_has_it() -> None:
    (buffer,) = create_buffers(1, 1000)
    file = Path("/dev/shm") / buffer.name
    assert file.exists()
    other = open_buffer(buffer.name)
    assert not file.exists(), "nothing is left behind by processes that are killed"
    buffer.buf[:2] = b"\x07\x09"
    assert bytes(other.buf[:2]) == b"\x07\x09"
    other.close()
    release_buffers([buffer])


def test_files_are_named_once_on_a_host_with_what_gives_containers_more_memory(
    no_shared_memory: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    with caplog.at_level(logging.WARNING):
        for rank in ("0", "1"):
            monkeypatch.setenv("LOCAL_RANK", rank)
            release_buffers(create_buffers(3, 8_192_000))
    (told,) = caplog.messages
    assert told.startswith("3 workers share 8.2 MB each, for which /dev/shm has no room; files in ")
    assert str(no_shared_memory) in told
    assert "--shm-size 1g" in told
    assert "medium: Memory" in told


def test_no_room_anywhere_is_one_line_and_leaves_nothing(
    no_shared_memory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = [shared_memory._in_file(1000)]

    def second_fails(size: int) -> MappedFile:
        return made.pop() if made else without_room()

    monkeypatch.setattr(shared_memory, "_in_file", second_fails)
    with pytest.raises(TrainingError, match=r"2 workers share .* no space left on device; set TMPDIR .*--workers$"):
        create_buffers(2, 1000)
    assert not list(no_shared_memory.iterdir())


@pytest.mark.needs("process tree")
def test_memory_that_has_no_room_is_freed(monkeypatch: pytest.MonkeyPatch) -> None:
    tried = []

    def fails(file: int, *_: int) -> NoReturn:
        tried.append(Path(f"/proc/self/fd/{file}").readlink())
        without_room()

    monkeypatch.setattr(os, "posix_fallocate", fails)
    assert shared_memory._in_memory(1000) is None
    (file,) = tried
    assert file.parent == Path("/dev/shm")
    assert not file.exists()


@pytest.mark.needs("mount namespace")
@pytest.mark.parametrize(("size", "told"), [("10m", True), ("64m", False)])
def test_workers_of_a_container_with_little_shared_memory_prepare_the_same_lines(
    size: str, told: bool, folder: Path
) -> None:
    script = folder / "trained.py"
    script.write_text(TRAINED.format(folder=str(Path(__file__).parent)))
    command = [*SMALL, MOUNTED.format(size), sys.executable, str(script)]
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, env={**os.environ, "TMPDIR": str(folder)}
    )
    assert (done.returncode, done.stdout) == (0, "40\n"), done.stderr
    assert ("files in" in done.stderr) == told
    assert list(folder.iterdir()) == [script]
