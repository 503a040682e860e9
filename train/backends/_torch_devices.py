"""Devices of PyTorch: their names, and what they can do."""

import ctypes
import sys

import torch

from receiptgen.core.errors import DeviceError

from . import Precision

# From <malloc.h> of glibc. Buffers of a step are as large as those of the step before: if they are not returned to
# the system, they need not be mapped and zeroed again, which takes a third of a step on a CPU.
_M_TRIM_THRESHOLD, _M_TOP_PAD, _M_MMAP_MAX = -1, -2, -4


def keep_buffers() -> None:
    """Make glibc keep freed memory; does nothing on other systems."""
    if sys.platform == "linux":
        set_option = getattr(ctypes.CDLL(None), "mallopt", None)
        if set_option is not None:
            set_option(_M_MMAP_MAX, 0)
            set_option(_M_TRIM_THRESHOLD, 2**31 - 1)
            set_option(_M_TOP_PAD, 64 << 20)


def devices_of(devices: str, gpus: int) -> list[str]:
    """Return PyTorch's names of the devices that ``--devices`` names.

    Raises:
        DeviceError: There is no such device.
    """
    if devices == "auto":
        return [f"cuda:{index}" for index in range(gpus)] or ["cpu"]
    names = [name.strip() for name in devices.split(",")]
    if all(name == "cpu" for name in names):
        return names
    if all(name.isdecimal() and int(name) < gpus for name in names) and len(set(names)) == len(names):
        return [f"cuda:{name}" for name in names]
    available = f"GPUs here are 0 to {gpus - 1}" if gpus else "PyTorch finds no GPU here"
    raise DeviceError(f"--devices {devices!r}: expected auto, cpu, or indices of GPUs with commas; {available}")


def half_type(precision: Precision, device: torch.device) -> torch.dtype | None:
    """Return the type of the forward pass where it isn't float32.

    ``auto`` is the type that the device multiplies fastest: bfloat16, or float16 on GPUs that have tensor cores but
    not for bfloat16 (Volta and Turing).
    """
    if precision != "auto":
        return {"bfloat16": torch.bfloat16, "float16": torch.float16}.get(precision)
    if device.type == "cuda":
        if torch.cuda.is_bf16_supported(including_emulation=False):
            return torch.bfloat16
        return torch.float16 if torch.cuda.get_device_capability(device) >= (7, 0) else None
    checks = ("_is_avx512_bf16_supported", "_is_amx_tile_supported")
    has_bfloat16 = any(getattr(torch.cpu, name, lambda: False)() for name in checks)
    return torch.bfloat16 if has_bfloat16 else None
