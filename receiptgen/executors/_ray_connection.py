"""The way to a Ray cluster, or a cluster of this machine alone."""

import logging
import os
import socket
import time
import warnings
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

from receiptgen.core.cores import cores
from receiptgen.core.errors import ExecutorError

# Seconds that a cluster may take to be reached.
_PATIENCE = 10.0
# Seconds that the head node of a cluster may be away. Ray ends this process without a word when it is for longer.
_AWAY = 15.0
_PAUSE = 1.0
# Port of Ray Client where an address names none.
_CLIENT_PORT = 10001
_FORMS = "give HOST:PORT, ray://HOST:PORT, or auto for the cluster that this machine is part of"
_QUIET = {
    # It asks at the first start whether it may tell its makers how it is used; who has set it decides.
    "RAY_USAGE_STATS_ENABLED": "0",
    # It would announce what a later version does with GPUs, of which tasks use none.
    "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0",
}
# Has the processes of a cluster of this machine alone listen at its loopback address: whoever reaches one of their
# ports may run code.
_LOOPBACK = {"RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0"}


def place_of(address: str) -> tuple[str, int] | None:
    """Return host and port of an address, or None where it names none: ``auto``, ``local`` or none at all.

    Raises:
        ExecutorError: It is of no form that Ray knows.
    """
    if address in {"", "auto", "local"}:
        return None
    with suppress(ValueError):
        parts = urlsplit(address if "://" in address else f"//{address}")
        port = parts.port or (_CLIENT_PORT if parts.scheme == "ray" else None)
        if parts.scheme in {"", "ray"} and parts.hostname and port and not parts.path.strip("/"):
            return parts.hostname, port
    raise ExecutorError(f"Ray at {address}: is not the address of a cluster; {_FORMS}")


def connect(address: str, workers: int | None) -> bool:
    """Join a cluster, or start one of this machine alone where the address is empty or ``local``.

    Returns:
        Whether it did; a process that has joined one stays there.

    Raises:
        ExecutorError: There is none, or it can't be joined.
    """
    alone = address in {"", "local"}
    for name, value in {**_QUIET, **(_LOOPBACK if alone else {})}.items():
        os.environ.setdefault(name, value)
    import ray

    if ray.is_initialized():
        return False
    _reach(address)
    shared: dict[str, Any] = {"logging_level": logging.CRITICAL, "log_to_driver": False}
    own = {"num_cpus": min(workers or cores(), cores()), "include_dashboard": False, "address": "local"}
    own["_node_ip_address"] = "127.0.0.1"
    told = f"Ray at {address}" if not alone else "Ray"
    try:
        with warnings.catch_warnings(action="ignore"):
            ray.init(**shared, **(own if alone else {"address": address}))
    except (Exception, SystemExit) as error:
        words = " ".join(str(error).split()) or type(error).__name__
        raise ExecutorError(f"{told}: can't be {'started' if alone else 'joined'}: {words[:400]}") from error
    return True


def _reach(address: str) -> None:
    """Find out whether anything listens at an address: Ray itself waits two minutes for what is not there."""
    if address == "auto":
        address = _found_address()
    place = place_of(address)
    if place is None:
        return
    try:
        socket.create_connection(place, _PATIENCE).close()
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise ExecutorError(
            f"Ray at {address}: doesn't answer: {reason}; is the cluster up, and its port open?"
        ) from None


def check_head() -> None:
    """Find out whether the head node of the cluster that this process has joined is still there.

    Raises:
        ExecutorError: It is not, and has not come back.
    """
    import ray
    from ray.util.client import ray as client

    if client.is_connected():  # type: ignore[no-untyped-call]  # raises errors itself
        return
    address = ray.get_runtime_context().gcs_address
    host, _, port = address.rpartition(":")
    stop = time.monotonic() + _AWAY
    while True:
        try:
            socket.create_connection((host.strip("[]"), int(port)), _PATIENCE).close()
            return
        except OSError as error:
            if time.monotonic() > stop:
                reason = (error.strerror or str(error)).lower()
                raise ExecutorError(
                    f"Ray at {address}: the head node of the cluster is gone: {reason}; start it, and the same command "
                    "resumes"
                ) from None
        time.sleep(_PAUSE)


def _found_address() -> str:
    """Return the address of the cluster that Ray finds on this machine, empty where it can't be asked.

    Raises:
        ExecutorError: There is none, or there are several.
    """
    try:
        from ray._private.services import canonicalize_bootstrap_address_or_die
    except ImportError:  # another version keeps it elsewhere
        return ""
    try:
        return str(canonicalize_bootstrap_address_or_die("auto"))
    except ConnectionError as error:
        raise ExecutorError(f"Ray at auto: can't be joined: {' '.join(str(error).split())}") from None
