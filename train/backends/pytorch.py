"""PyTorch: one process per device, data parallel among processes."""

import logging
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from receiptgen.core.cores import cores
from receiptgen.core.errors import MissingExtraError
from receiptgen.recognition.layers import Layers, Shape

from ..data.process_group import ProcessGroup
from . import BACKENDS, Objective, OptimizerConfig, Precision

logger = logging.getLogger(__name__)
# Threads of GNU's OpenMP wait for each other by spinning; beside processes that prepare lines, which take their cores
# away, they would spin for most of a step. This must be set before the library is loaded.
os.environ.setdefault("GOMP_SPINCOUNT", "1000")

try:
    import torch
    from torch import distributed

    from ._pytorch.devices import devices_of, find_gpus, half_type, keep_buffers, own_device
    from ._pytorch.faults import fault_of
    from ._pytorch.learner import TorchLearner
    from ._pytorch.meeting import meet
except ImportError:
    raise MissingExtraError("PyTorch is not installed; pip install 'receiptgen[torch]'") from None

# How long processes wait for each other; the first one writes files and draws pictures meanwhile.
_TIMEOUT = timedelta(hours=1)
# What to do where the memory of a device is short before anything is trained.
_FREE = "end other programs that use it, which nvidia-smi lists, or name other --devices"


@BACKENDS.register
class Pytorch:
    """PyTorch on CPUs and NVIDIA GPUs; several processes are joined by ``torchrun``'s environment variables."""

    extra: ClassVar[str] = "torch"
    module: ClassVar[str] = "torch"

    def __init__(self) -> None:
        self._device = torch.device("cpu")
        self._group = ProcessGroup()

    def device_count(self, devices: str) -> int:
        """Return how many devices train together, as many on each host: one for each process."""
        return int(os.environ.get("WORLD_SIZE", "1")) * self.processes(devices)

    def processes(self, devices: str) -> int:
        """Return one process per device, or 1 in a process that ``torchrun`` started."""
        return 1 if "LOCAL_RANK" in os.environ else len(devices_of(devices, find_gpus()))

    def join(self, devices: str, alone: bool = False) -> ProcessGroup:
        """Select the device of this process, and join the other processes if ``torchrun`` started some.

        Raises:
            DeviceError: There is no such device.
        """
        gpus, local = find_gpus(), 0 if alone else int(os.environ.get("LOCAL_RANK", "0"))
        if devices == "auto" and gpus.fault and not (alone or local):
            logger.warning("%s; --devices cpu says that none is wanted", gpus.fault)
        self._device = torch.device(own_device(devices_of(devices, gpus), local))
        with self.faults(_FREE):
            if self._device.type == "cuda":
                torch.cuda.set_device(self._device)
            else:
                keep_buffers()
                # It counts the cores of the machine.
                torch.set_num_threads(min(torch.get_num_threads(), cores()))
            if int(os.environ.get("WORLD_SIZE", "1")) > 1 and not alone:
                # What the host's memory holds goes by gloo, for which no device waits.
                backends = "cpu:gloo,cuda:nccl" if self._device.type == "cuda" else "gloo"
                distributed.init_process_group(backends, timeout=_TIMEOUT, **meet())
                self._group = ProcessGroup(distributed.get_rank(), distributed.get_world_size())
        return self._group

    @contextmanager
    def faults(self, memory_advice: str) -> Iterator[None]:
        """Raise what PyTorch says of memory, devices and networks as one line; faults of the code pass."""
        try:
            yield
        except RuntimeError as error:
            fault = fault_of(str(error), self._device, self._group, memory_advice)
            if fault is None:
                raise
            raise fault from None

    @property
    def uses_gpu(self) -> bool:
        """Whether the device is a GPU."""
        return self._device.type != "cpu"

    def describe(self) -> str:
        """Return a description of devices and versions."""
        if self._device.type == "cuda":
            device = torch.cuda.get_device_name(self._device)
        else:
            device = f"CPU, {torch.get_num_threads()} threads"
        processes = f"{self._group.size} processes, each " if self._group.size > 1 else ""
        return f"PyTorch {torch.__version__}, {processes}{device}"

    def learner(
        self, layers: Layers, input: Shape, weights: Mapping[str, NDArray[np.float32]], config: OptimizerConfig,
        precision: Precision, seed: int, compiled: bool = False, objective: Objective | None = None,
    ) -> TorchLearner:  # fmt: skip
        """Build a network to train."""
        # TensorFloat-32 has ten bits of a float32's 23: float32 is float32 where somebody asked for it.
        torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = precision == "auto"
        half = half_type(precision, self._device)
        return TorchLearner(
            layers, input, weights, config, self._device, self._group, half, seed, compiled, objective
        )  # fmt: skip

    def total(self, values: Sequence[float]) -> tuple[float, ...]:
        """Return the sums of values over all processes."""
        return self._reduce(values, distributed.ReduceOp.SUM)

    def largest(self, values: Sequence[float]) -> tuple[float, ...]:
        """Return the largest of each value over all processes."""
        return self._reduce(values, distributed.ReduceOp.MAX)

    def _reduce(self, values: Sequence[float], operation: Any) -> tuple[float, ...]:
        if self._group.size == 1:
            return tuple(values)
        shared = torch.tensor(values, dtype=torch.float64)
        with self.faults(_FREE):
            distributed.all_reduce(shared, operation)
        return tuple(shared.tolist())

    def leave(self) -> None:
        """Leave the group of processes."""
        if distributed.is_initialized():
            # All at once: a process whose peers have left already may abort as its threads end.
            distributed.barrier()
            distributed.destroy_process_group()
