"""PyTorch: one process per device, data parallel among processes."""

import ctypes
import os
import sys
import warnings
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from receiptgen.core.cores import cores
from receiptgen.core.errors import DeviceError, MissingExtraError
from receiptgen.recognition.layers import Layers, Shape, is_random
from receiptgen.recognition.padding import pad

from ..data.batches import Batch
from ..data.process_group import ProcessGroup
from . import BACKENDS, Arrays, OptimizerConfig, Precision, Update, step_seed

# Threads of GNU's OpenMP wait for each other by spinning; beside processes that prepare lines, which take their cores
# away, they would spin for most of a step. This must be set before the library is loaded.
os.environ.setdefault("GOMP_SPINCOUNT", "1000")

try:
    import torch
    from torch import Tensor, distributed, nn

    from ._network import build_network
except ImportError:
    raise MissingExtraError("PyTorch is not installed; pip install 'receiptgen[torch]'") from None

# From <malloc.h> of glibc. Buffers of a step are as large as those of the step before: if they are not returned to
# the system, they need not be mapped and zeroed again, which takes a third of a step on a CPU.
_M_TRIM_THRESHOLD, _M_TOP_PAD, _M_MMAP_MAX = -1, -2, -4
# Names of the optimisers' state of each weight.
_SLOTS = ("exp_avg", "exp_avg_sq", "momentum_buffer")
# How long processes wait for each other; the first one evaluates held-out lines meanwhile.
_TIMEOUT = timedelta(hours=1)


def keep_buffers() -> None:
    """Make glibc keep freed memory; does nothing on other systems."""
    if sys.platform == "linux":
        set_option = getattr(ctypes.CDLL(None), "mallopt", None)
        if set_option is not None:
            set_option(_M_MMAP_MAX, 0)
            set_option(_M_TRIM_THRESHOLD, 2**31 - 1)
            set_option(_M_TOP_PAD, 64 << 20)


@BACKENDS.register
class Pytorch:
    """PyTorch on CPUs and NVIDIA GPUs; several processes are joined by ``torchrun``'s environment variables."""

    extra: ClassVar[str] = "torch"
    module: ClassVar[str] = "torch"

    def __init__(self) -> None:
        self._device = torch.device("cpu")
        self._group = ProcessGroup()

    def processes(self, devices: str) -> int:
        """Return one process per device, or 1 in a process that ``torchrun`` started."""
        return 1 if "LOCAL_RANK" in os.environ else len(devices_of(devices, torch.cuda.device_count()))

    def join(self, devices: str, alone: bool = False) -> ProcessGroup:
        """Select the device of this process, and join the other processes if ``torchrun`` started some.

        Raises:
            DeviceError: There is no such device.
        """
        names = devices_of(devices, torch.cuda.device_count())
        local = 0 if alone else int(os.environ.get("LOCAL_RANK", "0"))
        self._device = torch.device(names[local % len(names)])
        if self._device.type == "cuda":
            torch.cuda.set_device(self._device)
            torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = True
        else:
            keep_buffers()
            # It counts the cores of the machine.
            torch.set_num_threads(min(torch.get_num_threads(), cores()))
        if int(os.environ.get("WORLD_SIZE", "1")) > 1 and not alone:
            distributed.init_process_group("nccl" if self._device.type == "cuda" else "gloo", timeout=_TIMEOUT)
            self._group = ProcessGroup(distributed.get_rank(), distributed.get_world_size())
        return self._group

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
        precision: Precision, seed: int,
    ) -> "TorchLearner":  # fmt: skip
        """Build a network to train."""
        bfloat16 = _uses_bfloat16(precision, self._device)
        return TorchLearner(layers, input, weights, config, self._device, self._group, bfloat16, seed)

    def total(self, values: Sequence[float]) -> tuple[float, ...]:
        """Return the sums of values over all processes."""
        if self._group.size == 1:
            return tuple(values)
        shared = torch.tensor(values, dtype=torch.float64, device=self._device)
        distributed.all_reduce(shared)
        return tuple(shared.tolist())

    def leave(self) -> None:
        """Leave the group of processes."""
        if distributed.is_initialized():
            # All at once: a process whose peers have left already may abort as its threads end.
            distributed.barrier()
            distributed.destroy_process_group()


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


def _uses_bfloat16(precision: Precision, device: "torch.device") -> bool:
    """Tell whether the forward pass uses bfloat16."""
    if precision != "auto":
        return precision == "bfloat16"
    if device.type == "cuda":
        return bool(torch.cuda.is_bf16_supported(including_emulation=False))
    checks = ("_is_avx512_bf16_supported", "_is_amx_tile_supported")
    return any(getattr(torch.cpu, name, lambda: False)() for name in checks)


class TorchLearner:
    """A network on one device, with its optimiser; gradients are the mean over all processes.

    Args:
        layers: Layers with the head.
        input: Shape of an input line.
        weights: Initial weights by name.
        config: Settings of the optimiser.
        device: Device of the network.
        group: Group of processes.
        bfloat16: Whether the forward pass uses bfloat16.
        seed: Seed of dropout.
    """

    def __init__(
        self, layers: Layers, input: Shape, weights: Mapping[str, NDArray[np.float32]], config: OptimizerConfig,
        device: "torch.device", group: ProcessGroup, bfloat16: bool, seed: int = 0,
    ) -> None:  # fmt: skip
        self._config, self._seed = config, seed
        self._device, self._group, self._bfloat16 = device, group, bfloat16
        self._random = is_random(layers, input)
        # Calls of ``update``, and those of them that changed the weights.
        self._updates = self._steps = 0
        with device:  # not moved there later, which would create other tensors than the named ones
            self._network, self._tensors = build_network(layers, input, group.size, config.frozen)
        self._fill(self._tensors, weights)
        self._network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]  # missing in PyTorch's stubs
        self._trained = {
            name: t for name, t in self._tensors.items() if isinstance(t, nn.Parameter) and t.requires_grad
        }
        self._statistics = [tensor for tensor in self._tensors.values() if not isinstance(tensor, nn.Parameter)]
        self._optimiser = self._make_optimiser()
        self._average = {n: t.detach().clone() for n, t in self._tensors.items()} if config.ema else {}
        self._parallel: Any = self._network
        if group.size > 1:
            with warnings.catch_warnings():  # versions since 2.13 have another name for the option
                warnings.filterwarnings("ignore", "`broadcast_buffers` is deprecated", FutureWarning)
                self._parallel = nn.parallel.DistributedDataParallel(self._network, broadcast_buffers=False)

    @staticmethod
    def _fill(tensors: Mapping[str, Tensor], weights: Mapping[str, NDArray[Any]]) -> None:
        with torch.no_grad():
            for name, tensor in tensors.items():
                tensor.copy_(torch.from_numpy(np.ascontiguousarray(weights[name])))

    def _make_optimiser(self) -> Any:
        config = self._config
        matrices = [t for t in self._trained.values() if t.ndim > 1]
        others = [t for t in self._trained.values() if t.ndim <= 1]
        groups = [{"params": matrices, "weight_decay": config.decay}, {"params": others, "weight_decay": 0.0}]
        if config.optimiser == "sgd":
            return torch.optim.SGD(groups, lr=0.0, momentum=0.9, nesterov=True)
        kind = torch.optim.AdamW if config.optimiser == "adamw" else torch.optim.Adam
        return kind(groups, lr=0.0)

    def update(self, batches: Sequence[Batch], learning_rate: float) -> Update:
        """Update the weights once with the mean gradient over all lines of some batches."""
        self._network.train()
        self._updates += 1
        if self._random:
            # Random numbers are seeded again, so that no process needs to save their state.
            torch.manual_seed(step_seed(self._seed, self._updates, self._group.rank, 0))
        before = [statistics.clone() for statistics in self._statistics]
        for parameters in self._optimiser.param_groups:
            parameters["lr"] = learning_rate
        self._optimiser.zero_grad(set_to_none=True)
        loss = torch.zeros((), device=self._device)
        for index, batch in enumerate(batches):
            last = index == len(batches) - 1
            if self._group.size > 1:
                self._parallel.require_backward_grad_sync = last
            part = self._loss(batch)
            # DistributedDataParallel divides by the number of processes.
            torch.autograd.backward(part * self._group.size)
            loss += part.detach()
        norm = nn.utils.clip_grad_norm_(self._trained.values(), self._config.clip or float("inf"))
        if self._group.size > 1:
            distributed.all_reduce(loss)
        figures = Update(float(loss), float(norm))
        if np.isfinite(figures.loss) and np.isfinite(figures.norm):
            self._optimiser.step()
            self._steps += 1
            self._update_average()
        else:
            with torch.no_grad():
                for statistics, old in zip(self._statistics, before, strict=True):
                    statistics.copy_(old)
        return figures

    def _loss(self, batch: Batch) -> Tensor:
        """Return this batch's part of the mean loss of all lines."""
        images = self._pad_to_common_width(batch.images)
        scores = self._scores(images, batch.extents, self._parallel)
        per_step = images.shape[2] // scores.shape[1]
        steps = torch.from_numpy(np.minimum(-(-batch.widths // per_step), scores.shape[1]).astype(np.int64))
        flat = np.concatenate([row[:count] for row, count in zip(batch.labels, batch.lengths, strict=True)])
        # The CPU's and the native GPU implementation take concatenated labels; cuDNN's would need int32 without blanks.
        loss = nn.functional.ctc_loss(
            scores.transpose(0, 1), torch.from_numpy(flat.astype(np.int64)).to(self._device), steps,
            torch.from_numpy(batch.lengths.astype(np.int64)), reduction="sum", zero_infinity=True,
        )  # fmt: skip
        return loss / batch.total

    def _pad_to_common_width(self, images: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Pad the batch with paper to the width of the other processes' parts of it."""
        if self._group.size == 1:
            return images
        width = torch.tensor(images.shape[2], device=self._device)
        distributed.all_reduce(width, distributed.ReduceOp.MAX)
        return pad(images, int(width))

    def _scores(self, images: NDArray[np.uint8], extents: NDArray[np.int64] | None, network: Any) -> Tensor:
        """Return log-probabilities (N, steps, labels)."""
        ends = None
        if extents is not None and extents.min() < images.shape[2]:
            ends = torch.from_numpy(extents).to(self._device, non_blocking=True)
        pixels = torch.from_numpy(images).to(self._device, non_blocking=True).unsqueeze(1)
        with torch.autocast(self._device.type, torch.bfloat16, enabled=self._bfloat16):
            out: Tensor = network(ink_of(pixels), ends)
        return nn.functional.log_softmax(out.float(), dim=2)

    def _update_average(self) -> None:
        """Update the moving average of the weights."""
        if self._average:
            with torch.no_grad():
                current = [self._tensors[name] for name in self._average]
                torch._foreach_lerp_(list(self._average.values()), current, 1 - self._config.ema_decay(self._steps))

    def infer(
        self, images: NDArray[np.uint8], extents: NDArray[np.int64] | None = None, averaged: bool = True
    ) -> NDArray[np.float32]:
        """Return log-probabilities (N, steps, labels) of images (N, height, width)."""
        self._network.eval()
        current = None
        if averaged and self._average:
            current = {name: tensor.detach().clone() for name, tensor in self._tensors.items()}
            self._swap(self._average)
        with torch.inference_mode():
            log_probs = self._scores(images, extents, self._network).cpu().numpy()
        if current is not None:
            self._swap(current)
        return log_probs

    def _swap(self, values: Mapping[str, Tensor]) -> None:
        with torch.no_grad():
            for name, tensor in self._tensors.items():
                tensor.copy_(values[name])

    def weights(self, averaged: bool = True) -> dict[str, NDArray[np.float32]]:
        """Return all weights by name."""
        tensors = self._average if averaged and self._average else self._tensors
        return {name: _numpy(tensor) for name, tensor in tensors.items()}

    def state(self) -> Arrays:
        """Return everything that resuming bit by bit needs."""
        arrays: Arrays = {f"weights/{name}": _numpy(t) for name, t in self._tensors.items()}
        arrays |= {f"average/{name}": _numpy(t) for name, t in self._average.items()}
        for name, parameter in self._trained.items():
            slots = self._optimiser.state.get(parameter, {})
            arrays |= {
                f"optimiser/{slot}/{name}": _numpy(slots[slot]) for slot in _SLOTS if slots.get(slot) is not None
            }
        return arrays | {"updates": np.array([self._seed, self._updates, self._steps])}

    def restore(self, state: Mapping[str, NDArray[Any]]) -> None:
        """Restore what ``state`` returned."""
        self._fill(self._tensors, {name: state[f"weights/{name}"] for name in self._tensors})
        if self._average:
            self._fill(self._average, {name: state[f"average/{name}"] for name in self._average})
        self._seed, self._updates, self._steps = (int(value) for value in state["updates"])
        for name, parameter in self._trained.items():
            slots = {
                slot: _like(torch.from_numpy(np.array(value)), parameter)
                for slot in _SLOTS
                if (value := state.get(f"optimiser/{slot}/{name}")) is not None
            }
            if "exp_avg" in slots:
                slots["step"] = torch.tensor(float(self._steps))
            if slots:
                self._optimiser.state[parameter] = slots


def _like(tensor: Tensor, parameter: Tensor) -> Tensor:
    """Return a tensor on a parameter's device, with its order of axes in memory."""
    channels_last = parameter.ndim == 4 and parameter.is_contiguous(memory_format=torch.channels_last)
    memory_format = torch.channels_last if channels_last else torch.contiguous_format
    return tensor.to(parameter).contiguous(memory_format=memory_format)


def _numpy(tensor: Tensor) -> NDArray[Any]:
    """Return a copy in the usual order of axes."""
    return np.array(tensor.detach().cpu().contiguous().numpy())


def ink_of(pixels: Tensor) -> Tensor:
    """Return 0 for paper (255) and 1 for ink, so that zero padding is paper."""
    return (255 - pixels.float()) * (1 / 255)
