"""A Ray cluster of two nodes on this machine's loopback address, and what its tasks do in tests."""

import os
import signal
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from command_line import PATIENCE

from receiptgen.core.errors import ConfigError

# Bytes of each node's object store: the least that Ray takes is some 75 MB.
STORE = 80 << 20


NODE = {"num_cpus": 1, "node_ip_address": "127.0.0.1", "include_dashboard": False, "object_store_memory": STORE}


@contextmanager
def two_nodes() -> Iterator[Any]:
    """Start a cluster whose nodes have a core each; yields it, its ``address`` is for ``--ray-address``."""
    # Before Ray is imported: nothing of the tests is to be heard beyond this machine, or told to Ray's makers.
    os.environ |= {"RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0", "RAY_USAGE_STATS_ENABLED": "0"}
    # Ray's processes give way to all others, and would hardly get on beside the other tests.
    os.environ |= {"RAY_worker_niceness": "0"}
    # On a busy machine a process may not answer for a minute; by default Ray ends a node, or this process, before that.
    os.environ |= {"RAY_health_check_timeout_ms": "120000", "RAY_gcs_rpc_server_reconnect_timeout_s": "300"}
    # Where its processes find this file.
    os.environ["PYTHONPATH"] = str(Path(__file__).parent)
    cluster = _started()
    try:
        yield cluster
    finally:
        cluster.shutdown()
        del os.environ["PYTHONPATH"]


def _started(attempts: int = 3) -> Any:
    """Start the nodes, again where Ray gives one up that takes more than half a minute, as on a busy machine."""
    from ray.cluster_utils import Cluster

    cluster = Cluster()
    try:
        cluster.add_node(**NODE)
        cluster.second = cluster.add_node(**NODE)
    except Exception:  # Ray raises no narrower one
        cluster.shutdown()
        if attempts == 1:
            raise
        return _started(attempts - 1)
    return cluster


def wait_until(happens: Callable[[], bool]) -> None:
    """Wait for an event, and give up after ``PATIENCE``."""
    deadline = time.monotonic() + PATIENCE
    while not happens():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def idle() -> bool:
    """Tell whether no task runs in the cluster that this process has joined."""
    import ray

    return bool(ray.available_resources().get("CPU") == ray.cluster_resources()["CPU"])


def square(number: int) -> int:
    return number * number


def where(number: int) -> tuple[int, int, str, Any]:
    """Return what a process of the cluster is like."""
    import cv2

    ignored = signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    return os.getpid(), cv2.getNumThreads(), os.environ["OMP_NUM_THREADS"], ignored


def block(number: int) -> bytes:
    return bytes([number % 256]) * 300_000


def refuse(number: int) -> int:
    if number == 3:
        raise ConfigError(["own.yaml:3:1: profile: is not one"])
    return number


def divide(number: int) -> float:
    return 1 / (number - 3)


class OddError(Exception):
    """An exception that can't be pickled."""

    def __init__(self, number: int) -> None:
        super().__init__(f"odd number {number}", socket.socket())


def oddly(number: int) -> int:
    raise OddError(number)


class Until:
    """Work that waits for a file, and notes each task that it has begun.

    Args:
        folder: Where the files are.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __call__(self, number: int) -> int:
        (self.folder / f"begun-{number}").touch()
        while not (self.folder / "go").exists():
            time.sleep(0.02)
        return number


class Dying:
    """Work whose process dies in some tasks.

    Args:
        folder: Where it notes that it has died.
        times: How often it does in each task.
    """

    def __init__(self, folder: Path, times: int) -> None:
        self.folder, self.times = folder, times

    def __call__(self, number: int) -> int:
        died = len(list(self.folder.glob(f"died-{number}-*")))
        if number in {2, 5} and died < self.times:
            (self.folder / f"died-{number}-{died}").touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return number
