"""What happens in the processes of a Ray cluster; Ray imports this file there by its name.

The work travels as bytes, so that a node with another version of receiptgen says so before it tries to read them.
"""

import getpass
import os
import pickle
import signal
import sys
import tempfile
import traceback
from collections.abc import Callable, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple, Self

from receiptgen.core.errors import ExecutorError, ReceiptgenError
from receiptgen.core.files import reason_of
from receiptgen.core.versions import package_digest, version_of
from receiptgen.executors import TravellingWork

_MEND = "install on it what this machine has"


class Parcel(NamedTuple):
    """Work as it is sent.

    Attributes:
        version: Version of receiptgen that sent it.
        package: Digest of the code and data of that version which draw.
        files: Content of the files that it reads, by paths relative to the current folder.
        work: The pickled work.
    """

    version: str
    package: str
    files: Mapping[str, bytes]
    work: bytes

    @classmethod
    def of(cls, work: Callable[[Any], Any]) -> Self:
        """Pack work."""
        files: dict[str, bytes] = dict(work.files) if isinstance(work, TravellingWork) else {}
        return cls(version_of("receiptgen"), package_digest(), files, pickle.dumps(work))


class Failure(NamedTuple):
    """What was raised in place of a result.

    Attributes:
        error: The exception.
        trace: Where it was raised, as a traceback says it.
    """

    error: Exception
    trace: str

    @classmethod
    def of(cls, error: Exception) -> Self:
        """Keep an exception; one that can't be pickled is told in words."""
        trace = "".join(traceback.format_exception(error))
        try:
            pickle.loads(pickle.dumps(error))
        except Exception:  # whatever its own code does
            error = RuntimeError(f"{type(error).__name__}: {error}")
        return cls(error, trace)


class RemoteError(Exception):
    """The cause of an exception that was raised elsewhere: its text is the traceback from there."""

    def __str__(self) -> str:
        return f"\n{self.args[0]}"


# The work of this process, by the name of the run that sent it, and the folder of the files that it reads.
_WORK: dict[str, tuple[Callable[[Any], Any], Path | None]] = {}


def do_task(run: str, sent: list[Any], task: Any) -> Any:
    """Return the result of a task, or a ``Failure``.

    Args:
        run: Name of the run whose work is done; a process unpacks it once.
        sent: A list of one, the reference to the ``Parcel``: Ray fetches what is an argument itself for every task.
        task: What is done.
    """
    try:
        if run not in _WORK:
            _WORK.clear()
            _WORK[run] = _unpack(sent[0])
        work, folder = _WORK[run]
        if folder is not None:
            os.chdir(folder)
        return work(task)
    except Exception as error:  # it is raised again by whoever asked for the result
        return Failure.of(error)


def _unpack(reference: Any) -> tuple[Callable[[Any], Any], Path | None]:
    import ray

    node = f"node {ray.util.get_node_ip_address()}"  # type: ignore[no-untyped-call]
    parcel: Parcel = ray.get(reference)
    if (own := version_of("receiptgen")) != parcel.version:
        raise ExecutorError(f"{node}: has receiptgen {own} instead of {parcel.version}; {_MEND}")
    if package_digest() != parcel.package:
        raise ExecutorError(f"{node}: has other code or data of receiptgen {own}; {_MEND}")
    # Whoever asked handles Ctrl-C.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        folder = _laid_out(parcel.files) if parcel.files else None
        if folder is not None:
            os.chdir(folder)
        work: Callable[[Any], Any] = pickle.loads(parcel.work)
        if isinstance(work, TravellingWork):
            work.check()
    except ReceiptgenError as error:
        raise ExecutorError(f"{node}: {error}") from error
    except OSError as error:
        raise ExecutorError(f"{node}: {error.filename}: {reason_of(error)}") from error
    # Each core has a worker; the threads of one would be in the way of the others.
    if opencv := sys.modules.get("cv2"):
        opencv.setNumThreads(1)
    return work, folder


def _laid_out(files: Mapping[str, bytes]) -> Path:
    """Write files into a folder for temporary ones, which all processes of this machine share; return it."""
    digest = sha256()
    for name, content in sorted(files.items()):
        digest.update(f"{name}\0{len(content)}\0".encode() + content)
    owner = Path(tempfile.gettempdir(), f"receiptgen-{getpass.getuser()}")
    owner.mkdir(mode=0o700, exist_ok=True)
    if hasattr(os, "getuid") and (owner.is_symlink() or owner.stat().st_uid != os.getuid()):
        raise ExecutorError(f"{owner}: belongs to somebody else; set TMPDIR to another folder")
    folder = owner / digest.hexdigest()[:32]
    for name, content in files.items():
        path = folder / name
        # What clears such folders may have taken some of it.
        if not path.is_file() or path.read_bytes() != content:
            path.parent.mkdir(parents=True, exist_ok=True)
            aside = path.with_name(f"{path.name}.{os.getpid()}")  # another process may be at it
            aside.write_bytes(content)
            aside.replace(path)
    return folder
