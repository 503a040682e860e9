"""Optimisers that match PyTorch's, a safe CTC loss and sums over hosts, which Gluon lacks."""

from collections.abc import Mapping, Sequence
from typing import Any

import mxnet
import numpy as np
from mxnet import autograd, nd
from numpy.typing import NDArray

from ...data.process_group import ProcessGroup
from .. import OptimizerConfig

# MXNet ships no types: its arrays are ``Any`` here.
Array = Any
# Defaults of torch.optim.Adam and AdamW.
_BETAS = (0.9, 0.999)
_EPSILON = 1e-8
_MOMENTUM = 0.9
_SLOTS = {"adamw": ("exp_avg", "exp_avg_sq"), "adam": ("exp_avg", "exp_avg_sq"), "sgd": ("momentum_buffer",)}


class Optimiser:
    """Updates the weights of one context; its slots have the names of PyTorch's optimisers.

    Args:
        config: Settings of the optimiser.
        weights: Arrays by name, which are updated in place.
    """

    def __init__(self, config: OptimizerConfig, weights: Mapping[str, Array]) -> None:
        self._config, self._weights = config, weights
        self.slots = {
            f"{slot}/{name}": nd.zeros_like(weight)
            for slot in _SLOTS[config.optimiser]
            for name, weight in weights.items()
        }

    def step(self, gradients: Mapping[str, Array], learning_rate: float, scale: float, steps: int) -> None:
        """Update all weights once.

        Args:
            gradients: Gradients by name; may be overwritten.
            learning_rate: Learning rate.
            scale: Factor of all gradients.
            steps: Number of this step, from 1.
        """
        for name, gradient in gradients.items():
            weight = self._weights[name]
            decay = self._config.decay if weight.ndim > 1 else 0.0
            if self._config.optimiser == "sgd":
                self._descend(name, weight, gradient, learning_rate, scale, decay)
                continue
            if self._config.optimiser == "adamw" and decay:
                weight *= 1 - learning_rate * decay
                decay = 0.0
            # The operator lacks the bias correction of both moments, which is the same for all values.
            first, second = (1 - beta**steps for beta in _BETAS)
            nd.adam_update(
                weight, gradient, self.slots[f"exp_avg/{name}"], self.slots[f"exp_avg_sq/{name}"], out=weight,
                lr=learning_rate * second**0.5 / first, beta1=_BETAS[0], beta2=_BETAS[1],
                epsilon=_EPSILON * second**0.5, wd=decay, rescale_grad=scale, lazy_update=False,
            )  # fmt: skip

    def _descend(
        self, name: str, weight: Array, gradient: Array, learning_rate: float, scale: float, decay: float
    ) -> None:
        """Take a step with Nesterov's momentum (MXNet's own operator has the learning rate inside the momentum)."""
        gradient = gradient * scale
        if decay:
            gradient += decay * weight
        momentum = self.slots[f"momentum_buffer/{name}"]
        momentum *= _MOMENTUM
        momentum += gradient
        weight -= learning_rate * (gradient + _MOMENTUM * momentum)


def ctc_loss(scores: Array, steps: NDArray[np.int32], labels: NDArray[np.int32], lengths: NDArray[np.int32]) -> Array:
    """Return the CTC loss of each line, 0 where the labels don't fit its steps; the blank is label 0.

    Args:
        scores: Logits (N, steps, labels).
        steps: Number of steps of each line.
        labels: Labels (N, longest), padded with 0.
        lengths: Number of labels of each line.
    """
    longest, count = scores.shape[1], len(labels)
    labels = labels[:, :longest]  # the operator refuses more
    # Two equal labels in a row need a blank between.
    repeats = (labels[:, 1:] == labels[:, :-1]) & (labels[:, 1:] > 0)
    fits = lengths + repeats.sum(1) <= steps
    labels, lengths = labels * fits[:, None], lengths * fits
    if not lengths.any():
        # The operator reads beyond its memory if there is no label at all, hence one more line with one.
        scores = nd.concat(scores, nd.zeros_like(scores[:1]), dim=0)
        labels = np.pad(labels, ((0, 1), (0, 0)), constant_values=1)
        steps, lengths = np.append(steps, longest), np.append(lengths, 1)
    context = scores.context
    loss = nd.ctc_loss(
        nd.swapaxes(scores, 0, 1), nd.array(labels, context), nd.array(steps, context), nd.array(lengths, context),
        use_data_lengths=True, use_label_lengths=True, blank_label="first",
    )  # fmt: skip
    return loss[:count] * nd.array(fits, context)


class Store:
    """Sums arrays over contexts and hosts.

    Args:
        kind: MXNet's kind of store: ``device`` for the contexts of one process, ``dist_sync`` for hosts.
    """

    def __init__(self, kind: str) -> None:
        self._store: Any = mxnet.kv.create(kind)
        self._keys: set[str] = set()
        self.group = (
            ProcessGroup(self._store.rank, self._store.num_workers) if kind.startswith("dist") else ProcessGroup()
        )

    def add(self, name: str, arrays: Sequence[Array]) -> None:
        """Replace each array by the sum of all contexts' and hosts' arrays of that name.

        All hosts must call this with the same names in the same order.
        """
        self._store.pushpull(self.key(name, arrays[0]), list(arrays), out=list(arrays))

    def key(self, name: str, like: Array) -> str:
        """Return the store's key for arrays of some shape, registered on all hosts."""
        key = f"{name} {like.shape}"  # another learner may use the name with another shape
        if key not in self._keys:
            self._keys.add(key)
            self._store.init(key, nd.zeros_like(like))
        return key

    def wait(self) -> None:
        """Wait until all hosts have called this."""
        if self.group.size > 1:
            self._store._barrier()


class HostSum:
    """Sums over hosts with gradients, for ``BatchNorm``; each call of a pass has its own key.

    Args:
        store: Store that sums.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._calls = 0

    def begin(self) -> None:
        """Begin a pass."""
        self._calls = 0

    def __call__(self, array: Array) -> Array:
        """Return the sum of all hosts' arrays."""
        self._calls += 1
        return _Sum(self._store, f"sum {self._calls}")(array)


class _Sum(autograd.Function):  # type: ignore[misc]  # MXNet ships no types
    """The sum over hosts; its gradient is the sum of their gradients."""

    def __init__(self, store: Store, name: str) -> None:
        super().__init__()
        self._store, self._name = store, name

    def forward(self, array: Array) -> Array:
        # The gradient comes from another thread, so that hosts could register its key in another order.
        self._store.key(f"{self._name} back", array)
        total = array.copy()
        self._store.add(self._name, [total])
        return total

    def backward(self, gradient: Array) -> Array:
        total = gradient.copy()
        self._store.add(f"{self._name} back", [total])
        return total
