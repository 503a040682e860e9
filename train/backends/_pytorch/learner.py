"""A network in training on PyTorch."""

import warnings
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from math import isfinite
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, distributed, nn

from receiptgen.recognition.layers import Layers, Shape, is_random
from receiptgen.recognition.model_kind import ModelKind

from ...data.process_group import ProcessGroup
from .. import AnyBatch, Arrays, Ctc, Objective, OptimizerConfig, Update, step_seed
from .batch_norm import BatchNorm
from .compile import compiled, compiler_faults
from .ctc import CtcObjective
from .half import InHalfPrecision
from .kinds import TORCH_KINDS
from .network import build_network
from .objectives import TorchObjective
from .optimiser import TorchOptimiser, as_array
from .teacher import TorchTeacher
from .transfer import download

# Steps in a row whose float16 gradients may overflow: the scale falls from 65536 to less than 0.0001 meanwhile.
_MOST_SKIPPED = 30


class TorchLearner:
    """A network on one device, with its optimiser; gradients are the mean over all processes.

    Args:
        layers: Layers with the head.
        input: Shape of an input line.
        weights: Initial weights by name.
        config: Settings of the optimiser.
        device: Device of the network.
        group: Group of processes.
        half: Type of the forward pass where it isn't float32: bfloat16 or float16.
        seed: Seed of dropout.
        compiles: Whether ``torch.compile`` makes the network's step faster.
        objective: What the network is trained to do.
    """

    def __init__(
        self, layers: Layers, input: Shape, weights: Mapping[str, NDArray[np.float32]], config: OptimizerConfig,
        device: torch.device, group: ProcessGroup, half: torch.dtype | None = None, seed: int = 0,
        compiles: bool = False, objective: Objective | None = None,
    ) -> None:  # fmt: skip
        self._config, self._seed = config, seed
        self._device, self._group, self._half = device, group, half
        self._random = is_random(layers, input)
        self._steps = self._skipped = 0
        self._network, self._tensors = _build(layers, input, device, weights, group.size, config.frozen)
        # The average has a network of its own, so that neither is ever swapped for the other.
        self._averaged_network, self._average = self._network, dict[str, Tensor]()
        if config.ema:
            self._averaged_network, self._average = _build(layers, input, device, weights)
            self._averaged_network.eval().requires_grad_(False)
        trained = {name: t for name, t in self._tensors.items() if isinstance(t, nn.Parameter) and t.requires_grad}
        self._optimiser = TorchOptimiser(config, trained, device, scaled=half == torch.float16)
        self._norms = [module for module in self._network.modules() if isinstance(module, BatchNorm)]
        self._compiles = compiles
        self._objective = self._objective_of(Ctc() if objective is None else objective, input)
        self._parallel: Any = self._network
        if compiles:  # which casts as it sees fit
            self._parallel = compiled(self._network)
        elif half:
            self._parallel = InHalfPrecision(self._network, half)
        if group.size > 1:
            self._parallel = _over_processes(self._parallel)

    def _objective_of(self, objective: Objective, input: Shape) -> TorchObjective:
        if isinstance(objective, ModelKind):
            return TORCH_KINDS[objective.name].objective(self._forward, self._device)
        taught: TorchTeacher | None = None
        if teacher := objective.teacher:
            network, _ = _build(teacher.layers, input, self._device, teacher.weights)
            taught = TorchTeacher(teacher, network.eval().requires_grad_(False), self._device)
        return CtcObjective(self._forward, self._device, self._compiles, taught)

    def update(self, batches: Sequence[AnyBatch], learning_rate: float) -> Callable[[], Update]:
        """Begin to update the weights once with the mean gradient over all lines of some batches."""
        self._network.train()
        # Batches have few widths, and all the same number of lines: the fastest convolutions are worth looking for.
        torch.backends.cudnn.benchmark = True
        self._steps += 1
        if self._random:
            # Random numbers are seeded again, so that no process needs to save their state.
            torch.manual_seed(step_seed(self._seed, self._steps, self._group.rank, 0))
        with compiler_faults() if self._compiles else nullcontext():
            loss = self._backward(batches)
        norm = self._optimiser.step(learning_rate)
        self._update_average()
        return self._figures(loss, norm)

    def _backward(self, batches: Sequence[AnyBatch]) -> Tensor:
        """Compute the gradients; return the mean loss of all lines of all processes."""
        self._optimiser.begin()
        parts = []
        for index, batch in enumerate(batches):
            if self._group.size > 1:
                self._parallel.require_backward_grad_sync = index == len(batches) - 1
            loss = self._loss(batch)
            # DistributedDataParallel divides by the number of processes.
            self._optimiser.backward(loss * self._group.size if self._group.size > 1 else loss)
            parts.append(loss.detach())
        total = sum(parts[1:], start=parts[0])
        if self._group.size > 1:
            distributed.all_reduce(total)
        return total

    def _loss(self, batch: AnyBatch) -> Tensor:
        """Return this batch's part of the mean loss of the step."""
        for norm in self._norms:
            norm.lines = batch.part
        return self._objective.loss(self._parallel, batch)

    def _forward(self, network: Any, *inputs: Any) -> Tensor:
        """Return the output of a network in float32."""
        with torch.autocast(self._device.type, self._half, enabled=self._half is not None):
            out: Tensor = network(*inputs)
        return out.float()

    def _figures(self, loss: Tensor, norm: Tensor) -> Callable[[], Update]:
        """Return a function that waits for the figures of a step."""
        wait = download(torch.stack([loss, norm]))

        def figures() -> Update:
            update = Update(*wait())
            overflows = self._half == torch.float16 and isfinite(update.loss) and not isfinite(update.norm)
            self._skipped = self._skipped + 1 if overflows else 0
            return update._replace(norm=0.0) if overflows and self._skipped <= _MOST_SKIPPED else update

        return figures

    def _update_average(self) -> None:
        """Update the moving average of the weights."""
        if self._average:
            with torch.no_grad():
                current = [self._tensors[name] for name in self._average]
                torch._foreach_lerp_(list(self._average.values()), current, 1 - self._config.ema_decay(self._steps))

    def infer(self, *inputs: Any, averaged: bool = True) -> NDArray[np.float32]:
        """Return what the network says of its inputs."""
        network = self._averaged_network if averaged else self._network
        network.eval()
        torch.backends.cudnn.benchmark = False  # batches to read are of any size
        with torch.inference_mode():
            answer: NDArray[np.float32] = self._objective.answer(network, *inputs).cpu().numpy()
        return answer

    def weights(self, averaged: bool = True) -> dict[str, NDArray[np.float32]]:
        """Return all weights by name."""
        tensors = self._average if averaged and self._average else self._tensors
        return {name: as_array(tensor) for name, tensor in tensors.items()}

    def state(self) -> Arrays:
        """Return everything that resuming bit by bit needs."""
        arrays: Arrays = {f"weights/{name}": as_array(t) for name, t in self._tensors.items()}
        arrays |= {f"average/{name}": as_array(t) for name, t in self._average.items()}
        return arrays | self._optimiser.state() | {"updates": np.array([self._seed, self._steps])}

    def restore(self, state: Mapping[str, NDArray[Any]]) -> None:
        """Restore what ``state`` returned."""
        _fill(self._tensors, {name: state[f"weights/{name}"] for name in self._tensors})
        _fill(self._average, {name: state[f"average/{name}"] for name in self._average})
        self._seed, self._steps = (int(value) for value in state["updates"][:2])
        self._optimiser.restore(state, self._steps)


def _build(
    layers: Layers, input: Shape, device: torch.device, weights: Mapping[str, NDArray[np.float32]], replicas: int = 1,
    frozen: Sequence[str] = (),
) -> tuple[nn.Module, dict[str, Tensor]]:  # fmt: skip
    """Return a network on a device, and its weights by name."""
    with device:  # not moved there later, which would create other tensors than the named ones
        network, tensors = build_network(layers, input, replicas, frozen)
    _fill(tensors, weights)
    network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]  # missing in PyTorch's stubs
    return network, tensors


def _fill(tensors: Mapping[str, Tensor], weights: Mapping[str, NDArray[Any]]) -> None:
    with torch.no_grad():
        for name, tensor in tensors.items():
            tensor.copy_(torch.from_numpy(np.ascontiguousarray(weights[name])))


def _over_processes(network: nn.Module) -> Any:
    """Return a module whose gradients are the mean over all processes."""
    with warnings.catch_warnings():  # versions since 2.13 have another name for the option
        warnings.filterwarnings("ignore", "`broadcast_buffers` is deprecated", FutureWarning)
        return nn.parallel.DistributedDataParallel(network, broadcast_buffers=False, gradient_as_bucket_view=True)
