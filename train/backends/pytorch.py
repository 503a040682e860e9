"""PyTorch: one process a device, data parallel among processes."""

import ctypes
import os
import sys
import warnings
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from receiptgen.core.errors import DeviceError, MissingExtraError
from receiptgen.recognition.layers import Layers, Shape, is_random
from receiptgen.recognition.padding import pad

from ..data.batches import Batch
from ..data.process_group import ProcessGroup
from . import BACKENDS, Arrays, OptimizerConfig, Precision, Update, seed_of

# Threads of GNU's OpenMP wait for each other by spinning; beside processes that draw lines, which take their cores
# away, they would spin for most of a step. To be set before the library is loaded.
os.environ.setdefault("GOMP_SPINCOUNT", "1000")

try:
    import torch
    from torch import Tensor, distributed, nn

    from ._modules import build
except ImportError:
    raise MissingExtraError("PyTorch is not installed; pip install 'receiptgen[torch]'") from None

# From <malloc.h> of glibc. Buffers of a step are as large as those of the step before: kept instead of given back to
# the system, they need not be mapped and zeroed again. A third of the time of a step on a CPU.
_M_TRIM_THRESHOLD, _M_TOP_PAD, _M_MMAP_MAX = -1, -2, -4
# What optimisers keep of each weight.
_SLOTS = ("exp_avg", "exp_avg_sq", "momentum_buffer")
# How long processes wait for each other: the first one reads held-out lines meanwhile.
_PATIENCE = timedelta(hours=1)


def keep_buffers() -> None:
    """Have glibc keep freed memory; does nothing on other systems."""
    if sys.platform == "linux":
        set_option = getattr(ctypes.CDLL(None), "mallopt", None)
        if set_option is not None:
            set_option(_M_MMAP_MAX, 0)
            set_option(_M_TRIM_THRESHOLD, 2**31 - 1)
            set_option(_M_TOP_PAD, 64 << 20)


@BACKENDS.register
class Pytorch:
    """PyTorch on CPUs and NVIDIA GPUs; several processes meet through ``torchrun``'s variables."""

    extra: ClassVar[str] = "torch"
    module: ClassVar[str] = "torch"

    def __init__(self) -> None:
        self._device = torch.device("cpu")
        self._team = ProcessGroup()

    def processes(self, devices: str) -> int:
        """Return one process a device, or 1 in a process that ``torchrun`` started."""
        return 1 if "LOCAL_RANK" in os.environ else len(devices_of(devices, torch.cuda.device_count()))

    def join(self, devices: str, alone: bool = False) -> ProcessGroup:
        """Choose the device of this process, and find the other processes if ``torchrun`` started some.

        Raises:
            DeviceError: No such device.
        """
        chosen = devices_of(devices, torch.cuda.device_count())
        local = 0 if alone else int(os.environ.get("LOCAL_RANK", "0"))
        self._device = torch.device(chosen[local % len(chosen)])
        if self._device.type == "cuda":
            torch.cuda.set_device(self._device)
            torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = True
        else:
            keep_buffers()
        if int(os.environ.get("WORLD_SIZE", "1")) > 1 and not alone:
            distributed.init_process_group("nccl" if self._device.type == "cuda" else "gloo", timeout=_PATIENCE)
            self._team = ProcessGroup(distributed.get_rank(), distributed.get_world_size())
        return self._team

    def describe(self) -> str:
        """Return the devices and versions in words."""
        if self._device.type == "cuda":
            place = torch.cuda.get_device_name(self._device)
        else:
            place = f"CPU, {torch.get_num_threads()} threads"
        many = f"{self._team.size} processes, each " if self._team.size > 1 else ""
        return f"PyTorch {torch.__version__}, {many}{place}"

    def learner(
        self, layers: Layers, input: Shape, weights: Mapping[str, NDArray[np.float32]], rule: OptimizerConfig,
        precision: Precision, seed: int,
    ) -> "TorchLearner":  # fmt: skip
        """Build a network that learns."""
        fast = _fast(precision, self._device)
        return TorchLearner(layers, input, weights, rule, self._device, self._team, fast, seed)

    def total(self, values: Sequence[float]) -> tuple[float, ...]:
        """Return the sums of values over all processes."""
        if self._team.size == 1:
            return tuple(values)
        shared = torch.tensor(values, dtype=torch.float64, device=self._device)
        distributed.all_reduce(shared)
        return tuple(shared.tolist())

    def leave(self) -> None:
        """Part from the other processes."""
        if distributed.is_initialized():
            distributed.destroy_process_group()


def devices_of(devices: str, gpus: int) -> list[str]:
    """Return torch's names of the devices that ``--devices`` names.

    Raises:
        DeviceError: No such device.
    """
    if devices == "auto":
        return [f"cuda:{number}" for number in range(gpus)] or ["cpu"]
    names = [name.strip() for name in devices.split(",")]
    if all(name == "cpu" for name in names):
        return names
    if all(name.isdecimal() and int(name) < gpus for name in names) and len(set(names)) == len(names):
        return [f"cuda:{name}" for name in names]
    there = f"GPUs here are 0 to {gpus - 1}" if gpus else "PyTorch sees no GPU here"
    raise DeviceError(f"--devices {devices!r}: say auto, cpu, or numbers of GPUs with commas; {there}")


def _fast(precision: Precision, device: "torch.device") -> bool:
    """Tell whether the forward pass is to use bfloat16."""
    if precision != "auto":
        return precision == "bfloat16"
    if device.type == "cuda":
        return bool(torch.cuda.is_bf16_supported(including_emulation=False))
    asked = ("_is_avx512_bf16_supported", "_is_amx_tile_supported")
    return any(getattr(torch.cpu, name, lambda: False)() for name in asked)


class TorchLearner:
    """A network on one device, with its optimiser; gradients are the mean over all processes.

    Args:
        layers: With the head.
        input: Shape of a line that goes in.
        weights: To begin with, by name.
        rule: How it learns.
        device: Where.
        team: Who learns together.
        fast: Whether the forward pass uses bfloat16.
        seed: Of dropout.
    """

    def __init__(
        self, layers: Layers, input: Shape, weights: Mapping[str, NDArray[np.float32]], rule: OptimizerConfig,
        device: "torch.device", team: ProcessGroup, fast: bool, seed: int = 0,
    ) -> None:  # fmt: skip
        self._rule, self._seed = rule, seed
        self._device, self._team, self._fast = device, team, fast
        self._random = is_random(layers, input)
        # Passes through ``update``, and those of them that moved weights.
        self._updates = self._steps = 0
        with device:  # not moved there later: that would leave the names with the tensors that were moved
            self._network, self._tensors = build(layers, input, team.size, rule.frozen)
        self._fill(self._tensors, weights)
        self._network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]  # its stubs lack it
        self._trained = {
            name: t for name, t in self._tensors.items() if isinstance(t, nn.Parameter) and t.requires_grad
        }
        self._statistics = [tensor for tensor in self._tensors.values() if not isinstance(tensor, nn.Parameter)]
        self._optimiser = self._make_optimiser()
        self._average = {n: t.detach().clone() for n, t in self._tensors.items()} if rule.ema else {}
        self._parallel: Any = self._network
        if team.size > 1:
            with warnings.catch_warnings():  # versions since 2.13 have another name for it
                warnings.filterwarnings("ignore", "`broadcast_buffers` is deprecated", FutureWarning)
                self._parallel = nn.parallel.DistributedDataParallel(self._network, broadcast_buffers=False)

    @staticmethod
    def _fill(tensors: Mapping[str, Tensor], weights: Mapping[str, NDArray[Any]]) -> None:
        with torch.no_grad():
            for name, tensor in tensors.items():
                tensor.copy_(torch.from_numpy(np.ascontiguousarray(weights[name])))

    def _make_optimiser(self) -> Any:
        rule = self._rule
        matrices = [t for t in self._trained.values() if t.ndim > 1]
        others = [t for t in self._trained.values() if t.ndim <= 1]
        groups = [{"params": matrices, "weight_decay": rule.decay}, {"params": others, "weight_decay": 0.0}]
        if rule.optimiser == "sgd":
            return torch.optim.SGD(groups, lr=0.0, momentum=0.9, nesterov=True)
        kind = torch.optim.AdamW if rule.optimiser == "adamw" else torch.optim.Adam
        return kind(groups, lr=0.0)

    def update(self, batches: Sequence[Batch], rate: float) -> Update:
        """Move the weights once by the mean gradient over all lines of some batches."""
        self._network.train()
        self._updates += 1
        if self._random:
            # Random numbers begin anew: then their state needs no saving, by whichever process.
            torch.manual_seed(seed_of(self._seed, self._updates, self._team.rank, 0))
        before = [statistics.clone() for statistics in self._statistics]
        for group in self._optimiser.param_groups:
            group["lr"] = rate
        self._optimiser.zero_grad(set_to_none=True)
        loss = torch.zeros((), device=self._device)
        for number, batch in enumerate(batches):
            last = number == len(batches) - 1
            if self._team.size > 1:
                self._parallel.require_backward_grad_sync = last
            part = self._loss(batch)
            # DistributedDataParallel divides by the number of processes.
            torch.autograd.backward(part * self._team.size)
            loss += part.detach()
        norm = nn.utils.clip_grad_norm_(self._trained.values(), self._rule.clip or float("inf"))
        if self._team.size > 1:
            distributed.all_reduce(loss)
        figures = Update(float(loss), float(norm))
        if np.isfinite(figures.loss) and np.isfinite(figures.norm):
            self._optimiser.step()
            self._steps += 1
            self._follow()
        else:
            with torch.no_grad():
                for statistics, kept in zip(self._statistics, before, strict=True):
                    statistics.copy_(kept)
        return figures

    def _loss(self, batch: Batch) -> Tensor:
        """Return this batch's part of the mean loss of all lines."""
        images = self._as_wide_as_all(batch.images)
        scores = self._scores(images, self._parallel)
        per_step = images.shape[2] // scores.shape[1]
        steps = torch.from_numpy(np.minimum(-(-batch.widths // per_step), scores.shape[1]).astype(np.int64))
        flat = np.concatenate([row[:count] for row, count in zip(batch.labels, batch.lengths, strict=True)])
        # The CPU's and the native GPU implementation take labels as one line; cuDNN's would want blank-free int32.
        loss = nn.functional.ctc_loss(
            scores.transpose(0, 1), torch.from_numpy(flat.astype(np.int64)).to(self._device), steps,
            torch.from_numpy(batch.lengths.astype(np.int64)), reduction="sum", zero_infinity=True,
        )  # fmt: skip
        return loss / batch.total

    def _as_wide_as_all(self, images: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Add paper until the batch is as wide as the other processes' parts of it."""
        if self._team.size == 1:
            return images
        width = torch.tensor(images.shape[2], device=self._device)
        distributed.all_reduce(width, distributed.ReduceOp.MAX)
        return pad(images, int(width))

    def _scores(self, images: NDArray[np.uint8], network: Any) -> Tensor:
        """Return log-probabilities (N, steps, labels)."""
        pixels = torch.from_numpy(images).to(self._device, non_blocking=True).unsqueeze(1)
        with torch.autocast(self._device.type, torch.bfloat16, enabled=self._fast):
            out: Tensor = network(_ink(pixels))
        return nn.functional.log_softmax(out.float(), dim=2)

    def _follow(self) -> None:
        """Move the average a little towards the weights."""
        if self._average:
            with torch.no_grad():
                now = [self._tensors[name] for name in self._average]
                torch._foreach_lerp_(list(self._average.values()), now, 1 - self._rule.ema_decay(self._steps))

    def infer(self, images: NDArray[np.uint8], averaged: bool = True) -> NDArray[np.float32]:
        """Return log-probabilities (N, steps, labels) of images (N, height, width)."""
        self._network.eval()
        own = None
        if averaged and self._average:
            own = {name: tensor.detach().clone() for name, tensor in self._tensors.items()}
            self._swap(self._average)
        with torch.inference_mode():
            found = self._scores(images, self._network).cpu().numpy()
        if own is not None:
            self._swap(own)
        return found

    def _swap(self, values: Mapping[str, Tensor]) -> None:
        with torch.no_grad():
            for name, tensor in self._tensors.items():
                tensor.copy_(values[name])

    def weights(self, averaged: bool = True) -> dict[str, NDArray[np.float32]]:
        """Return all weights by name."""
        chosen = self._average if averaged and self._average else self._tensors
        return {name: _numpy(tensor) for name, tensor in chosen.items()}

    def state(self) -> Arrays:
        """Return all that a bit-exact continuation needs."""
        found: Arrays = {f"weights/{name}": _numpy(t) for name, t in self._tensors.items()}
        found |= {f"average/{name}": _numpy(t) for name, t in self._average.items()}
        for name, parameter in self._trained.items():
            kept = self._optimiser.state.get(parameter, {})
            found |= {f"optimiser/{slot}/{name}": _numpy(kept[slot]) for slot in _SLOTS if kept.get(slot) is not None}
        return found | {"updates": np.array([self._seed, self._updates, self._steps])}

    def restore(self, state: Mapping[str, NDArray[Any]]) -> None:
        """Go on from what ``state`` returned."""
        self._fill(self._tensors, {name: state[f"weights/{name}"] for name in self._tensors})
        if self._average:
            self._fill(self._average, {name: state[f"average/{name}"] for name in self._average})
        self._seed, self._updates, self._steps = (int(number) for number in state["updates"])
        for name, parameter in self._trained.items():
            kept = {
                slot: _like(torch.from_numpy(np.array(value)), parameter)
                for slot in _SLOTS
                if (value := state.get(f"optimiser/{slot}/{name}")) is not None
            }
            if "exp_avg" in kept:
                kept["step"] = torch.tensor(float(self._steps))
            if kept:
                self._optimiser.state[parameter] = kept


def _like(tensor: Tensor, parameter: Tensor) -> Tensor:
    """Return a tensor on a parameter's device, with its order of axes in memory."""
    channels_last = parameter.ndim == 4 and parameter.is_contiguous(memory_format=torch.channels_last)
    form = torch.channels_last if channels_last else torch.contiguous_format
    return tensor.to(parameter).contiguous(memory_format=form)


def _numpy(tensor: Tensor) -> NDArray[Any]:
    """Return a copy in the usual order of axes."""
    return np.array(tensor.detach().cpu().contiguous().numpy())


def _ink(pixels: Tensor) -> Tensor:
    """Turn paper (255) into 0 and ink into 1, so that the zeros round a map are paper."""
    return (255 - pixels.float()) * (1 / 255)
