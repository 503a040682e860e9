"""Several processes on one host that train together; what one of them fails with is told once.

Each finds the others by the variables that PyTorch's own launcher, torchrun, sets as well.
"""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from receiptgen.core.cores import cores
from receiptgen.core.errors import PreemptedError, StoppedError, TrainingError

from .signals import SignalWatch

# The folder to which processes write what they fail with.
_FAULTS = "RECEIPTGEN_FAULTS"
_POLL = 0.05
# Seconds that the others have to end by themselves once one has failed; they may wait for it for ever.
_PATIENCE = 10.0
# The same once one was stopped; the first one may be saving its state.
_SAVING = 60.0
# Exit codes of processes that were stopped, and have nothing else to tell.
_STOPPED = {StoppedError.exit_code, PreemptedError.exit_code}
# Deaths that have no message; an abort may be the end of one that lost its peer.
_SUDDEN = {-signal.SIGSEGV, -getattr(signal, "SIGKILL", 9), -getattr(signal, "SIGBUS", 7)}


def relaunch(count: int, watch: SignalWatch | None) -> int:
    """Run the current command again in ``count`` processes that train together, and return its exit code.

    Args:
        count: Number of processes.
        watch: Watch for signals, which are passed on; the processes save their state.

    Raises:
        TrainingError: They can't be started, or one was killed.
    """
    processes: list[subprocess.Popen[bytes]] = []
    # Ctrl-C reaches all processes by itself.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with TemporaryDirectory(prefix="receiptgen-") as folder:
        shared = _shared_environment(count, folder)
        try:
            for rank in range(count):
                own = {**shared, "RANK": str(rank), "LOCAL_RANK": str(rank)}
                processes.append(subprocess.Popen([sys.executable, "-m", "receiptgen", *sys.argv[1:]], env=own))
            if watch:
                watch.answer = lambda: _pass_on(processes)
            return _told(_ended(processes), Path(folder))
        except OSError as error:
            raise TrainingError(f"{count} processes can't be started: {error}") from None
        finally:
            for process in processes:
                process.kill()
                process.wait()


def _pass_on(processes: Sequence["subprocess.Popen[bytes]"]) -> None:
    for process in processes:
        process.terminate()


def _shared_environment(count: int, folder: str) -> Mapping[str, str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    return {
        "OMP_NUM_THREADS": str(max(1, cores() // count)),
        "PYTHONSAFEPATH": "1",  # import installed modules, not those of the current folder
        **os.environ,
        "WORLD_SIZE": str(count), "LOCAL_WORLD_SIZE": str(count), "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(port),
        _FAULTS: folder,
    }  # fmt: skip


def _ended(processes: Sequence["subprocess.Popen[bytes]"]) -> list[int | None]:
    """Wait until all processes have ended, or have had time to after one failed; return their exit codes so far."""
    until = float("inf")
    while True:
        codes = [process.poll() for process in processes]
        if None not in codes or time.monotonic() > until:
            return codes
        if until == float("inf") and any(codes):
            stopped = all(code in {None, 0, *_STOPPED} for code in codes)
            until = time.monotonic() + (_SAVING if stopped else _PATIENCE)
        time.sleep(_POLL)


def _told(codes: Sequence[int | None], folder: Path) -> int:
    """Print what the first process that failed had to say, and return its exit code.

    Raises:
        TrainingError: One was killed, and said nothing.
    """
    sudden = next((rank for rank, code in enumerate(codes) if code in _SUDDEN), None)
    # Their names begin with the time of the fault: the others fail when they miss the first.
    faults = sorted(folder.iterdir())
    if sudden is not None or not faults:
        failed = sudden if sudden is not None else next((rank for rank, code in enumerate(codes) if code), None)
        if failed is None:
            return 0
        code = codes[failed] or 1
        if code in _STOPPED:
            return code
        end = f"was killed by signal {-code}" if code < 0 else f"ended with code {code}"
        raise TrainingError(f"process {failed + 1} of {len(codes)} {end}; is memory short? the run can be resumed")
    sys.stderr.write(faults[0].read_text(encoding="utf-8", errors="replace"))
    return codes[int(faults[0].suffix[1:])] or 1


@contextmanager
def fault_to_launcher() -> Iterator[None]:
    """In a process that ``relaunch`` started: hand what it fails with to the launcher, which tells the first fault."""
    try:
        yield
    except BaseException:
        folder = os.environ.get(_FAULTS)
        if folder is not None:
            place = Path(folder) / f"{time.time_ns()}.{os.environ['RANK']}"
            with suppress(OSError):
                sys.stderr = place.open("w", buffering=1, encoding="utf-8")
                # Libraries have more to say about the end of a process that misses another.
                os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
        raise
