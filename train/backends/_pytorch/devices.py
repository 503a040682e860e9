"""Devices of PyTorch: their names, and what they can do."""

import ctypes
import re
import sys
import warnings
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

import torch

from receiptgen.core.errors import DeviceError, TrainingError

from .. import DEVICES, Precision
from .nvidia import why_unusable

# From <malloc.h> of glibc. Buffers of a step are as large as those of the step before: if they are not returned to
# the system, they need not be mapped and zeroed again, which takes a third of a step on a CPU.
_M_TRIM_THRESHOLD, _M_TOP_PAD, _M_MMAP_MAX = -1, -2, -4
# The first PyTorch whose fused optimisers, which float16 needs, know CPUs.
_FUSED_ON_CPUS = "2.4"  # versions compare with such text by their numbers
# cudaErrorSystemNotReady of CUDA's runtime.
_NOT_READY = 802


def keep_buffers() -> None:
    """Make glibc keep freed memory; does nothing on other systems."""
    if sys.platform == "linux":
        set_option = getattr(ctypes.CDLL(None), "mallopt", None)
        if set_option is not None:
            set_option(_M_MMAP_MAX, 0)
            set_option(_M_TRIM_THRESHOLD, 2**31 - 1)
            set_option(_M_TOP_PAD, 64 << 20)


class Gpus(NamedTuple):
    """The GPUs of this machine.

    Attributes:
        usable: Indices of those that PyTorch can use.
        fault: Why it can't use the others; empty where there are none, as far as can be told.
    """

    usable: tuple[int, ...]
    fault: str


@cache
def find_gpus() -> Gpus:
    """Find the GPUs that PyTorch can use, once: it says only once why it can't use one."""
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        # NVIDIA's management library counts GPUs that its driver can't offer to this CUDA.
        count = torch.cuda.device_count() if torch.cuda.is_available() else 0
        try:
            faults = [_lacks_code(index) for index in range(count)]
        except RuntimeError as error:  # CUDA has begun, and then failed
            return Gpus((), str(error).partition("\n")[0])
    if not count:
        framework, warned = f"PyTorch {torch.__version__}", [str(warning.message) for warning in said]
        reason = "" if torch.version.hip else why_unusable(framework, torch.version.cuda)
        return Gpus((), reason or next(filter(None, map(_cause, warned)), ""))
    usable = tuple(index for index, fault in enumerate(faults) if not fault)
    return Gpus(usable, next(filter(None, faults), ""))


def _cause(warning: str) -> str:
    """Return the cause in a warning of PyTorch, such as ``CUDA initialization: ... Error 802: not yet initialized``."""
    words = warning.partition("(Triggered internally")[0].partition("CUDA initialization: ")[2].strip()
    error = re.search(r"Error (\d+): .*", words)
    if not error:
        return words.partition(". ")[0]
    mend = "; start NVIDIA's fabric manager, which GPUs with NVSwitch need" if int(error[1]) == _NOT_READY else ""
    return f"CUDA says {error[0]}{mend}"


def _lacks_code(index: int) -> str:
    """Return what is said of a GPU for which this PyTorch has no machine code; empty where it has some."""
    codes = torch.cuda.get_arch_list()
    if torch.version.cuda is None or not codes:  # AMD's GPUs have other names
        return ""
    major, minor = torch.cuda.get_device_capability(index)
    if any(_runs(code, major, minor) for code in codes):
        return ""
    name = torch.cuda.get_device_name(index)
    return (
        f"GPU {index} ({name}) has compute capability {major}.{minor}, and PyTorch {torch.__version__} has code for "
        f"{', '.join(codes)}; install a build with another CUDA"
    )


def _runs(code: str, major: int, minor: int) -> bool:
    """Tell whether a GPU runs code such as ``sm_86``, or PTX such as ``compute_90`` (CUDA C++ Programming Guide)."""
    kind, _, version = code.partition("_")
    number, own = int(version.rstrip("af")), 10 * major + minor
    if version.endswith("a"):  # of one architecture alone
        return number == own
    if kind == "compute" and not version.endswith("f"):
        return number <= own
    return number // 10 == major and number <= own


def devices_of(devices: str, gpus: Gpus) -> list[str]:
    """Return PyTorch's names of the devices that ``--devices`` names.

    Raises:
        DeviceError: There is no such device, or PyTorch can't use it.
    """
    if devices in {"auto", "gpu"} and gpus.usable:
        return [f"cuda:{index}" for index in gpus.usable]
    if devices == "auto":
        return ["cpu"]
    names = [name.strip() for name in devices.split(",")]
    if all(name == "cpu" for name in names):
        return names
    if all(name.isdecimal() and int(name) in gpus.usable for name in names) and len(set(names)) == len(names):
        return [f"cuda:{name}" for name in names]
    here = ", ".join(map(str, gpus.usable))
    available = "; ".join(filter(None, [f"GPUs here: {here}" if here else "PyTorch finds no GPU here", gpus.fault]))
    expected = "" if devices == "gpu" else f"expected {DEVICES}; "
    raise DeviceError(f"--devices {devices!r}: {expected}{available}")


def own_device(names: Sequence[str], local: int) -> str:
    """Return the device of one of the processes of this host.

    Args:
        names: Names of devices; one alone may be another for each process, if its launcher shows it that one only.
        local: Index of the process on this host.

    Raises:
        DeviceError: There are fewer GPUs than processes.
    """
    if 1 < len(names) <= local and names[0] != "cpu":
        raise DeviceError(
            f"process {local + 1} of this host has no GPU, of which there are {len(names)}; start as many processes: "
            f"--nproc-per-node {len(names)} of torchrun, --ntasks-per-node {len(names)} of Slurm"
        )
    return names[local % len(names)]


def half_type(precision: Precision, device: torch.device) -> torch.dtype | None:
    """Return the type of the forward pass where it isn't float32.

    ``auto`` is the type that the device multiplies fastest: bfloat16, or float16 on GPUs that have tensor cores but
    not for bfloat16 (Volta and Turing).

    Raises:
        TrainingError: This version of PyTorch doesn't train in it on the device.
    """
    if precision == "float16" and device.type == "cpu" and torch.__version__ < _FUSED_ON_CPUS:
        raise TrainingError(
            f"--precision float16: PyTorch {torch.__version__} trains in it on GPUs alone; install 2.4 or later, or "
            "take bfloat16 or float32"
        )
    if precision != "auto":
        return {"bfloat16": torch.bfloat16, "float16": torch.float16}.get(precision)
    if device.type == "cuda":
        # ``is_bf16_supported`` of 2.3 counts what a GPU emulates. AMD's GPUs are 9.0 and more.
        capability = torch.cuda.get_device_capability(device)
        if capability >= (8, 0):
            return torch.bfloat16
        return torch.float16 if capability >= (7, 0) else None
    checks = ("_is_avx512_bf16_supported", "_is_amx_tile_supported")
    has_bfloat16 = any(getattr(torch.cpu, name, lambda: False)() for name in checks)
    return torch.bfloat16 if has_bfloat16 else None
