"""Copies between this process and its device, for which neither waits."""

from collections.abc import Callable, Sequence
from typing import Any

import torch
from numpy.typing import NDArray
from torch import Tensor


class Uploader:
    """Copies arrays to a device; a GPU gets them while it computes what was asked of it before.

    Args:
        device: The device.
    """

    def __init__(self, device: torch.device) -> None:
        self._device = device
        # ``torch.cuda`` for a GPU.
        self._runtime: Any = getattr(torch, device.type)
        self._stream = None if device.type == "cpu" else self._runtime.Stream(device)

    def __call__(self, *arrays: NDArray[Any]) -> Sequence[Tensor]:
        """Return the arrays as tensors on the device, which on a CPU share their memory."""
        tensors = [torch.from_numpy(array) for array in arrays]
        if self._stream is None:
            return [tensor.to(self._device, non_blocking=True) for tensor in tensors]
        # PyTorch keeps pinned memory, and uses it again when the copies out of it have ended.
        with self._runtime.stream(self._stream):
            copies = [tensor.pin_memory().to(self._device, non_blocking=True) for tensor in tensors]
        computing = self._runtime.current_stream(self._device)
        computing.wait_stream(self._stream)
        for copy in copies:
            copy.record_stream(computing)
        return copies


def download(values: Tensor) -> Callable[[], list[float]]:
    """Begin to copy numbers to this process; return a function that waits for them."""
    values = values.detach()
    if values.device.type == "cpu":
        return values.tolist
    copy = values.to("cpu", non_blocking=True)  # to pinned memory, as PyTorch does where nobody is to wait
    arrived = getattr(torch, values.device.type).Event(blocking=True)
    arrived.record()

    def wait() -> list[float]:
        arrived.synchronize()
        return list(copy.tolist())

    return wait
