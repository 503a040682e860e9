"""Several processes on this host that train together; what one of them fails with is told once.

Each finds the others by the variables that PyTorch's own launcher, torchrun, sets as well. Where ``WORLD_SIZE`` hosts
train together, of which this one is number ``RANK``, the processes of all of them are one group.
"""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import traceback
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NoReturn

from receiptgen.core.cores import cores
from receiptgen.core.errors import PreemptedError, ReceiptgenError, StoppedError, TrainingError

from .signals import SignalWatch, interrupts_held, release_interrupts

# The folder to which processes write what they fail with.
_FAULTS = "RECEIPTGEN_FAULTS"
# The file in which torchrun looks for what a process fails with.
_FAULT_OF_TORCHRUN = "TORCHELASTIC_ERROR_FILE"
# The variables that are numbers.
_NUMBERS = ("WORLD_SIZE", "LOCAL_WORLD_SIZE", "RANK", "LOCAL_RANK", "MASTER_PORT")
_POLL = 0.05
# Seconds that the others have to end by themselves once one has failed; they may wait for it for ever.
_PATIENCE = 10.0
# The same once one was stopped; the first one may be saving its state.
_SAVING = 60.0
# Exit codes of processes that were stopped, and have nothing else to tell.
_STOPPED = {StoppedError.exit_code, PreemptedError.exit_code}
# Deaths that have no message, and what may be their cause; an abort may be the end of one that lost its peer.
_SUDDEN = {
    -signal.SIGSEGV: "a library has failed",
    -getattr(signal, "SIGKILL", 9): "is memory short? the kernel's log tells",
    -getattr(signal, "SIGBUS", 7): "is a disk or shared memory full?",
}


def relaunch(count: int, watch: SignalWatch | None = None) -> int:
    """Run the current command again in ``count`` processes of this host, and return its exit code.

    Args:
        count: Number of processes.
        watch: Watch for signals, which are passed on; the processes save their state.

    Raises:
        TrainingError: They can't be started, or one was killed.
    """
    processes: list[subprocess.Popen[bytes]] = []
    first = count * int(os.environ.get("RANK", "0"))
    with TemporaryDirectory(prefix="receiptgen-") as folder, _interrupts_to(processes):
        shared = _shared_environment(count, folder)
        try:
            with interrupts_held():
                for local in range(count):
                    own = {**shared, "RANK": str(first + local), "LOCAL_RANK": str(local)}
                    processes.append(subprocess.Popen([sys.executable, "-m", "receiptgen", *sys.argv[1:]], env=own))
            if watch:
                watch.answer = lambda: _pass_on(processes, signal.SIGTERM)
            return _told(_ended(processes), Path(folder), first)
        except OSError as error:
            raise TrainingError(f"{count} processes can't be started: {error}") from None
        finally:
            for process in processes:
                process.kill()
                process.wait()


@contextmanager
def _interrupts_to(processes: Sequence["subprocess.Popen[bytes]"]) -> Iterator[None]:
    """Pass Ctrl-C on, which reaches all processes by itself, and SIGINT, which may be sent to this one alone."""
    handler = signal.signal(signal.SIGINT, lambda *_: _pass_on(processes, signal.SIGINT))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, handler)


def check_variables(environment: Mapping[str, str]) -> None:
    """Check the variables by which processes find each other, where they are set.

    Args:
        environment: Environment of this process.

    Raises:
        TrainingError: One is not a number, or RANK is not below WORLD_SIZE.
    """
    for name in _NUMBERS:
        value = environment.get(name, "0")
        if not (value.isascii() and value.isdecimal()):
            raise TrainingError(f"{name}={value!r}: expected a whole number; torchrun and Slurm set it by themselves")
    if "WORLD_SIZE" not in environment:
        return
    size, rank = int(environment["WORLD_SIZE"]), int(environment.get("RANK", "0"))
    if not size:
        raise TrainingError("WORLD_SIZE='0': expected 1 or more")
    if rank >= size:
        raise TrainingError(f"RANK={rank}: expected 0 to {size - 1}, since WORLD_SIZE is {size}")


def _pass_on(processes: Sequence["subprocess.Popen[bytes]"], number: int) -> None:
    for process in processes:
        process.send_signal(number)


def _shared_environment(count: int, folder: str) -> Mapping[str, str]:
    hosts = int(os.environ.get("WORLD_SIZE", "1"))
    return {
        "OMP_NUM_THREADS": str(max(1, cores() // count)),
        "PYTHONSAFEPATH": "1",  # import installed modules, not those of the current folder
        **os.environ,
        **(_meeting_here() if hosts == 1 else {}),
        "WORLD_SIZE": str(hosts * count),
        "LOCAL_WORLD_SIZE": str(count),
        _FAULTS: folder,
    }


def _meeting_here() -> Mapping[str, str]:
    """Return an address of this host at which its processes can meet."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return {"MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(free.getsockname()[1])}


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


def _told(codes: Sequence[int | None], folder: Path, first: int = 0) -> int:
    """Print what the first process that failed had to say, and return its exit code.

    Args:
        codes: Exit codes.
        folder: Folder with what processes failed with.
        first: Number of this host's first process among those of all hosts.

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
        end = f"was killed by {signal.Signals(-code).name}" if code < 0 else f"ended with code {code}"
        cause = _SUDDEN.get(code, "what it said is above")
        raise TrainingError(
            f"process {first + failed + 1}, of {len(codes)} on {socket.gethostname()}, {end}; {cause}; "
            "the same command resumes the run from its last state"
        )
    sys.stderr.write(faults[0].read_text(encoding="utf-8", errors="replace"))
    return codes[int(faults[0].suffix[1:]) - first] or 1


def end_member() -> NoReturn:
    """End a process of several that has done its work.

    At once: threads of libraries may hang, or abort the process, while it ends in order.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)


@contextmanager
def fault_to_launcher() -> Iterator[None]:
    """In a process that ``relaunch`` started: hand what it fails with to the launcher, which tells the first fault.

    In one that torchrun started, its table of failures has the message.
    """
    folder, file = os.environ.get(_FAULTS), os.environ.get(_FAULT_OF_TORCHRUN)
    try:
        if folder is not None:
            release_interrupts()
        yield
    except BaseException as error:
        if folder is None and file and isinstance(error, Exception):
            _write_for_torchrun(Path(file), error)
        if folder is not None:
            # It ends already, and Ctrl-C may come from the terminal as well as from the launcher.
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            place = Path(folder) / f"{time.time_ns()}.{os.environ['RANK']}"
            with suppress(OSError):
                sys.stderr = place.open("w", buffering=1, encoding="utf-8")
                # Libraries have more to say about the end of a process that misses another.
                os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
        raise


def _write_for_torchrun(file: Path, error: Exception) -> None:
    """Write an error in the form of ``torch.distributed.elastic``, with a traceback where the code is at fault."""
    extra = {"timestamp": str(int(time.time()))}
    if not isinstance(error, ReceiptgenError):
        extra["py_callstack"] = traceback.format_exc()
    with suppress(OSError):
        file.write_text(
            json.dumps({"message": {"message": f"receiptgen: {error}", "extraInfo": extra}}), encoding="utf-8"
        )
