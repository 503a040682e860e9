"""What PyTorch says of memory, devices and networks, as one line that says what to do.

It has few classes of errors, and older versions have fewer: its messages tell more.
"""

import re
import socket

import torch

from receiptgen.core.errors import DeviceError, TrainingError

from ...data.process_group import ProcessGroup

_RESUMES = "the same command resumes the run from its last state"
_MEMORY = re.compile(r"out of memory|can't allocate memory|STATUS_ALLOC_FAILED")
_NETWORK = re.compile(r"gloo/|Gloo |NCCL|nccl|c10d|clients joined|(client|server) socket|Connection (closed|reset)")
_DEVICE = re.compile(r"(CUDA|HIP|cuDNN|cudnn|cuBLAS|CUBLAS|MIOpen)\w* ?(error|_STATUS)|CUDA driver|no kernel image")
# What to do by what is said, the first that is found.
_OF_NETWORKS = (
    (
        r"(\d+)/(\d+) clients joined",
        r"only \1 of \2 processes have come; start the others, and let firewalls pass MASTER_PORT",
    ),
    (r"EADDRINUSE|address already in use", "another program listens there; set MASTER_PORT to a free port"),
    (r"Duplicate GPU", "start as many processes on each host as it has GPUs"),
    (r"/dev/shm|shared memory", "containers have more with --shm-size 1g, or an emptyDir of medium: Memory"),
    (
        r"closed by peer|reset by peer|remote process exited|RemoteError|Broken pipe",
        f"another process has ended, and its own message tells why; {_RESUMES}",
    ),
    (r"[Tt]imed out|[Tt]imeout", f"another process hangs, or a network drops what it says; {_RESUMES}"),
    (
        r"",
        "hosts must reach each other at every port: NCCL_SOCKET_IFNAME and GLOO_SOCKET_IFNAME name the network "
        "interface to use, NCCL_DEBUG=INFO tells more",
    ),
)  # fmt: skip
_OF_DEVICES = (
    (r"no kernel image", "this build of PyTorch has no code for this GPU; install one with another CUDA"),
    (r"driver", "update NVIDIA's driver, or install a build of PyTorch with an older CUDA"),
    (r"device-side assert", "a computation has met a value out of its range; --devices cpu tells which"),
    (r"ECC", f"its memory has failed: leave it out of --devices, and have it reset or replaced; {_RESUMES}"),
    (r"busy or unavailable|exclusive|prohibited", "another program has it to itself; nvidia-smi tells which"),
    (r"system not yet initialized", "start NVIDIA's fabric manager, which GPUs with NVSwitch need"),
    (r"", f"nvidia-smi and the kernel's log (dmesg, Xid) tell whether the GPU has failed; {_RESUMES}"),
)


def fault_of(
    message: str, device: torch.device, group: ProcessGroup, memory_advice: str
) -> DeviceError | TrainingError | None:
    """Return the fault of memory, a device or a network that a message tells; None where the code is at fault.

    Args:
        message: What an error of PyTorch says.
        device: Device of this process.
        group: Group of processes.
        memory_advice: What to do where the memory of the device is short.
    """
    here = f"process {group.rank + 1} of {group.size} on {socket.gethostname()}: " if group.size > 1 else ""
    name = f"{here}GPU {device.index or 0}" if device.type != "cpu" else f"{here}CPU"
    if _MEMORY.search(message):
        return DeviceError(f"{name}: out of memory{_amounts(message)}; {memory_advice}")
    if _NETWORK.search(message):
        return TrainingError(f"{here}{_gist(message)}; {_advice(_OF_NETWORKS, message)}")
    if _DEVICE.search(message):
        return DeviceError(f"{name}: {_gist(message)}; {_advice(_OF_DEVICES, message)}")
    return None


def _advice(table: tuple[tuple[str, str], ...], message: str) -> str:
    """Return what to do, by the first pattern that is found in a message."""
    found, advice = next((found, advice) for pattern, advice in table if (found := re.search(pattern, message)))
    return found.expand(advice)


def _amounts(message: str) -> str:
    """Return how much memory was asked for and how much there was, as far as a message tells."""
    asked = re.search(r"ried to allocate (\d+ bytes|[\d.]+ \w+)", message)
    there = re.search(r"total capacity of ([\d.]+ \w+) of which ([\d.]+ \w+) is free", message)
    amounts = ([f"{asked[1]} more were asked for"] if asked else []) + (
        [f"{there[2]} of {there[1]} were free"] if there else []
    )
    return f" ({', '.join(amounts)})" if amounts else ""


def _gist(message: str) -> str:
    """Return what matters of a message, in one line: without places in the source, advice for programmers, traces."""
    _, found, last = message.partition("Last error:\n")  # NCCL's own words follow
    line = next(filter(None, map(str.strip, (last if found and last.strip() else message).splitlines())), "")
    line = re.sub(r"^\[[^\]]*\.(cc|cpp|h):\d+\] |^NCCL error in: [^,]*, ", "", line)
    return re.split(r"\. (?=This is typically|Check|For debugging)|, NCCL version", line)[0].rstrip(".")
