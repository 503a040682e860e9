"""Memory that a worker shares with the process that trains: the system's, or a mapped file where that has no room."""

import logging
import mmap
import os
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from multiprocessing.shared_memory import SharedMemory
from pathlib import Path

from receiptgen.core.errors import TrainingError
from receiptgen.core.files import reason_of

logger = logging.getLogger(__name__)

# Where Linux keeps shared memory; containers have 64 MB of it unless they are given more.
_SHARED = Path("/dev/shm")


class MappedFile:
    """A file as shared memory, with the attributes and methods of ``SharedMemory``.

    Args:
        path: The file, whose size is that of the memory.

    Attributes:
        name: Path of the file.
        buf: Its bytes.
    """

    def __init__(self, path: Path) -> None:
        self.name = str(path)
        with path.open("r+b") as file:
            self._map = mmap.mmap(file.fileno(), 0)
        self.buf = memoryview(self._map)

    def close(self) -> None:
        """Give up this process's access."""
        self.buf.release()
        self._map.close()

    def unlink(self) -> None:
        """Remove the file, if no other process has."""
        Path(self.name).unlink(missing_ok=True)


SharedBuffer = SharedMemory | MappedFile


def create_buffers(count: int, size: int) -> list[SharedBuffer]:
    """Return buffers for as many workers, in files where shared memory has no room, which is logged.

    Args:
        count: Number of workers.
        size: Size of each buffer in bytes.

    Raises:
        TrainingError: There is no room for them anywhere.
    """
    buffers: list[SharedBuffer] = []
    needs = f"{count} workers share {size / 1e6:.1f} MB each"
    try:
        for _ in range(count):
            buffers.append(_in_memory(size) or _in_file(size))
    except OSError as error:
        release_buffers(buffers)
        raise TrainingError(
            f"{needs}, for which neither {_SHARED} nor a folder of temporary files has room: {reason_of(error)}; "
            "set TMPDIR to one that has, or take fewer --workers"
        ) from None
    files = [buffer for buffer in buffers if isinstance(buffer, MappedFile)]
    if files and os.environ.get("LOCAL_RANK", "0") == "0":  # once on each host
        logger.warning(
            "%s, for which %s has no room; files in %s serve instead. Containers have more with --shm-size 1g (docker, "
            "podman), or with an emptyDir of medium: Memory at /dev/shm (Kubernetes)",
            needs, _SHARED, Path(files[0].name).parent,
        )  # fmt: skip
    return buffers


def open_buffer(name: str) -> SharedBuffer:
    """Open a buffer of another process by its name, which it has no more afterwards."""
    buffer = MappedFile(Path(name)) if Path(name).is_absolute() else SharedMemory(name)
    # Nothing is left behind now, even if both processes are killed. Windows removes no file that is in use.
    with suppress(OSError):
        buffer.unlink()
    return buffer


def release_buffers(buffers: Sequence[SharedBuffer]) -> None:
    """Free buffers that no other process uses any more."""
    for buffer in buffers:
        buffer.close()
        with suppress(FileNotFoundError):  # whoever opened it has removed its name
            buffer.unlink()


def _in_memory(size: int) -> SharedMemory | None:
    """Return shared memory whose pages exist, or None where there is no room.

    It is sparse when it is created; a page that has no room when it is written to kills the process by SIGBUS.
    """
    try:
        memory = SharedMemory(create=True, size=size)
    except OSError:
        return None
    file = _SHARED / memory.name
    try:
        if hasattr(os, "posix_fallocate") and file.exists():
            with file.open("r+b") as pages:
                os.posix_fallocate(pages.fileno(), 0, size)
    except OSError:
        release_buffers([memory])
        return None
    return memory


def _in_file(size: int) -> MappedFile:
    """Return a mapped file whose bytes are all written, so that none lacks room later."""
    with tempfile.NamedTemporaryFile(prefix="receiptgen-", delete=False) as file:
        path = Path(file.name)
        try:
            file.write(bytes(size))
            file.flush()
        except OSError:
            path.unlink()
            raise
    return MappedFile(path)
