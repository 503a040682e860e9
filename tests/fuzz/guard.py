"""One case in a process of its own, with limits of time and memory."""

import multiprocessing
import resource
import traceback
from collections.abc import Callable
from multiprocessing.connection import Connection

LONGEST = 90.0  # seconds, on a machine that has other work: pictures of noise take 3 s to read
LARGEST = 1_000_000  # KiB of memory that a case adds


def guarded(case: Callable[[], str]) -> str:
    """Return what a case returns: an empty text, or what went wrong; a traceback, a hang or much memory is wrong."""
    context = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_run, args=(case, theirs), daemon=True)
    process.start()
    theirs.close()
    try:
        if not ours.poll(LONGEST):
            return f"not done after {LONGEST:.0f} s"
        fault, memory = ours.recv()
        return fault or (f"took {memory // 1000} MB" if memory > LARGEST else "")
    except EOFError:
        process.join()
        return f"ended with {process.exitcode}"
    finally:
        process.kill()
        process.join()


def _run(case: Callable[[], str], report: Connection) -> None:
    inherited = _memory()  # a process of tests that have loaded frameworks is large before a case begins
    try:
        fault = case()
    except BaseException:  # every one is a fault, and told
        fault = traceback.format_exc()
    report.send((fault, _memory() - inherited))


def _memory() -> int:
    """Return the most memory that this process has had, in KiB; a forked one begins with that of its parent."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
