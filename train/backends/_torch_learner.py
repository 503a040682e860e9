"""A network in training on PyTorch."""

import warnings
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, distributed, nn

from receiptgen.recognition.layers import Layers, Shape, is_random

from ..data.batches import Batch
from ..data.process_group import ProcessGroup
from . import Arrays, OptimizerConfig, Update, step_seed
from ._network import build_network

# Names of the optimisers' state of each weight.
_SLOTS = ("exp_avg", "exp_avg_sq", "momentum_buffer")


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
        device: torch.device, group: ProcessGroup, bfloat16: bool, seed: int = 0,
    ) -> None:  # fmt: skip
        self._config, self._seed = config, seed
        self._device, self._group, self._bfloat16 = device, group, bfloat16
        self._random = is_random(layers, input)
        self._steps = 0
        with device:  # not moved there later, which would create other tensors than the named ones
            self._network, self._tensors = build_network(layers, input, group.size, config.frozen)
        self._fill(self._tensors, weights)
        self._network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]  # missing in PyTorch's stubs
        self._trained = {
            name: t for name, t in self._tensors.items() if isinstance(t, nn.Parameter) and t.requires_grad
        }
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

    def update(self, batches: Sequence[Batch], learning_rate: float) -> Callable[[], Update]:
        """Begin to update the weights once with the mean gradient over all lines of some batches."""
        self._network.train()
        self._steps += 1
        if self._random:
            # Random numbers are seeded again, so that no process needs to save their state.
            torch.manual_seed(step_seed(self._seed, self._steps, self._group.rank, 0))
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
        self._optimiser.step()
        self._update_average()
        return lambda: Update(float(loss), float(norm))

    def _loss(self, batch: Batch) -> Tensor:
        """Return this batch's part of the mean loss of all lines."""
        scores = self._scores(batch.images, batch.extents, self._parallel)
        per_step = batch.width // scores.shape[1]
        steps = torch.from_numpy(np.minimum(-(-batch.widths // per_step), scores.shape[1]).astype(np.int64))
        flat = np.concatenate([row[:count] for row, count in zip(batch.labels, batch.lengths, strict=True)])
        # The CPU's and the native GPU implementation take concatenated labels; cuDNN's would need int32 without blanks.
        loss = nn.functional.ctc_loss(
            scores.transpose(0, 1), torch.from_numpy(flat.astype(np.int64)).to(self._device), steps,
            torch.from_numpy(batch.lengths.astype(np.int64)), reduction="sum", zero_infinity=True,
        )  # fmt: skip
        return loss / batch.total

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
        return arrays | {"updates": np.array([self._seed, self._steps])}

    def restore(self, state: Mapping[str, NDArray[Any]]) -> None:
        """Restore what ``state`` returned."""
        self._fill(self._tensors, {name: state[f"weights/{name}"] for name in self._tensors})
        if self._average:
            self._fill(self._average, {name: state[f"average/{name}"] for name in self._average})
        self._seed, self._steps = (int(value) for value in state["updates"][:2])
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
