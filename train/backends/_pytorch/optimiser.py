"""Optimisers of PyTorch, with clipping and the scale of float16's gradients."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from .. import Arrays, OptimizerConfig

# Names of the optimisers' state of each weight.
_SLOTS = ("exp_avg", "exp_avg_sq", "momentum_buffer")


class TorchOptimiser:
    """Updates weights by their gradients; on a GPU, this process waits for nothing.

    Args:
        config: Settings of the optimiser.
        trained: Weights by name.
        device: Their device.
        scaled: Whether gradients are float16's, whose range is so small that they are computed times a scale, which is
            halved where they overflow (Micikevicius et al. 2018). Such a step changes nothing.
    """

    def __init__(
        self, config: OptimizerConfig, trained: Mapping[str, Tensor], device: torch.device, scaled: bool
    ) -> None:
        self._config, self._trained, self._scaled = config, trained, scaled
        # Fused optimisers are told on the device whether gradients overflowed; the others would ask here.
        self._fused = scaled or device.type != "cpu"
        self._optimiser = self._make(self._fused or None)
        self._scaler = torch.amp.GradScaler(device.type, enabled=scaled)

    def _make(self, fused: bool | None) -> torch.optim.Optimizer:
        config = self._config
        matrices = [t for t in self._trained.values() if t.ndim > 1]
        others = [t for t in self._trained.values() if t.ndim <= 1]
        groups = [{"params": matrices, "weight_decay": config.decay}, {"params": others, "weight_decay": 0.0}]
        if config.optimiser == "sgd":
            optimiser = torch.optim.SGD(groups, lr=0.0, momentum=0.9, nesterov=True, fused=fused)
            if self._scaled:  # a first step that changes nothing would leave PyTorch's momentum without values
                optimiser.state.update({t: {"momentum_buffer": torch.zeros_like(t)} for t in self._trained.values()})
            return optimiser
        kind = torch.optim.AdamW if config.optimiser == "adamw" else torch.optim.Adam
        return kind(groups, lr=0.0, fused=fused)

    def begin(self) -> None:
        """Forget the gradients of the step before."""
        self._optimiser.zero_grad(set_to_none=True)

    def backward(self, loss: Tensor) -> None:
        """Add the gradients of a part of the loss to those of the others."""
        torch.autograd.backward(self._scaler.scale(loss))

    def step(self, learning_rate: float) -> Tensor:
        """Update the weights; return the norm of all gradients, which is not finite where float16's overflowed."""
        for group in self._optimiser.param_groups:
            group["lr"] = learning_rate
        self._scaler.unscale_(self._optimiser)
        norm = nn.utils.clip_grad_norm_(self._trained.values(), self._config.clip or float("inf"))
        self._scaler.step(self._optimiser)
        self._scaler.update()
        return norm

    def state(self) -> Arrays:
        """Return what ``restore`` takes."""
        arrays: Arrays = {}
        for name, parameter in self._trained.items():
            slots = self._optimiser.state.get(parameter, {})
            arrays |= {
                f"optimiser/{slot}/{name}": as_array(slots[slot]) for slot in _SLOTS if slots.get(slot) is not None
            }
        if self._scaled:
            scaler = self._scaler.state_dict()
            steps = [float(slots["step"]) for slots in self._optimiser.state.values() if "step" in slots]
            arrays["scaler"] = np.array([scaler["scale"], scaler["_growth_tracker"], max(steps, default=0.0)])
        return arrays

    def restore(self, state: Mapping[str, NDArray[Any]], steps: int) -> None:
        """Restore what ``state`` returned after ``steps`` steps, with or without a scale."""
        if self._scaled and "scaler" in state:
            scale, tracker, done = state["scaler"].tolist()
            self._scaler.load_state_dict(self._scaler.state_dict() | {"scale": scale, "_growth_tracker": int(tracker)})
            steps = int(done)
        for name, parameter in self._trained.items():
            slots = {
                slot: _like(torch.from_numpy(np.array(value)), parameter)
                for slot in _SLOTS
                if (value := state.get(f"optimiser/{slot}/{name}")) is not None
            }
            if "exp_avg" in slots:
                slots["step"] = torch.tensor(float(steps), device=parameter.device if self._fused else "cpu")
            if slots:
                self._optimiser.state[parameter] = slots


def _like(tensor: Tensor, parameter: Tensor) -> Tensor:
    """Return a tensor on a parameter's device, with its order of axes in memory."""
    channels_last = parameter.ndim == 4 and parameter.is_contiguous(memory_format=torch.channels_last)
    memory_format = torch.channels_last if channels_last else torch.contiguous_format
    return tensor.to(parameter).contiguous(memory_format=memory_format)


def as_array(tensor: Tensor) -> NDArray[Any]:
    """Return a copy in the usual order of axes."""
    return np.array(tensor.detach().cpu().contiguous().numpy())
