"""What updates need beside Gluon's own: optimisers that count as PyTorch's, CTC without traps, sums over hosts."""

from collections.abc import Mapping, Sequence
from typing import Any

import mxnet
import numpy as np
from mxnet import autograd, nd
from numpy.typing import NDArray

from ..data.process_group import ProcessGroup
from . import OptimizerConfig

# MXNet ships no types: its arrays are ``Any`` here.
Array = Any
# Of torch.optim.Adam and AdamW as they come.
_BETAS = (0.9, 0.999)
_EPSILON = 1e-8
_MOMENTUM = 0.9
_SLOTS = {"adamw": ("exp_avg", "exp_avg_sq"), "adam": ("exp_avg", "exp_avg_sq"), "sgd": ("momentum_buffer",)}


class Optimiser:
    """Moves the weights of one context; its slots bear the names that PyTorch's optimisers give them.

    Args:
        rule: Which optimiser, how much decay.
        weights: Arrays by name, which are changed where they lie.
    """

    def __init__(self, rule: OptimizerConfig, weights: Mapping[str, Array]) -> None:
        self._rule, self._weights = rule, weights
        self.slots = {
            f"{slot}/{name}": nd.zeros_like(weight)
            for slot in _SLOTS[rule.optimiser]
            for name, weight in weights.items()
        }

    def step(self, gradients: Mapping[str, Array], rate: float, scale: float, steps: int) -> None:
        """Move all weights once.

        Args:
            gradients: By name; left in any state.
            rate: Learning rate.
            scale: Factor of all gradients.
            steps: Number of this step, from 1.
        """
        for name, gradient in gradients.items():
            weight = self._weights[name]
            decay = self._rule.decay if weight.ndim > 1 else 0.0
            if self._rule.optimiser == "sgd":
                self._descend(name, weight, gradient, rate, scale, decay)
                continue
            if self._rule.optimiser == "adamw" and decay:
                weight *= 1 - rate * decay
                decay = 0.0
            # The operator leaves out the correction of both moments, which is the same for all values.
            first, second = (1 - beta**steps for beta in _BETAS)
            nd.adam_update(
                weight, gradient, self.slots[f"exp_avg/{name}"], self.slots[f"exp_avg_sq/{name}"], out=weight,
                lr=rate * second**0.5 / first, beta1=_BETAS[0], beta2=_BETAS[1], epsilon=_EPSILON * second**0.5,
                wd=decay, rescale_grad=scale, lazy_update=False,
            )  # fmt: skip

    def _descend(self, name: str, weight: Array, gradient: Array, rate: float, scale: float, decay: float) -> None:
        """Take a step with Nesterov's momentum (MXNet's own operator has the rate inside the momentum)."""
        gradient = gradient * scale
        if decay:
            gradient += decay * weight
        momentum = self.slots[f"momentum_buffer/{name}"]
        momentum *= _MOMENTUM
        momentum += gradient
        weight -= rate * (gradient + _MOMENTUM * momentum)


def ctc(scores: Array, steps: NDArray[np.int32], labels: NDArray[np.int32], lengths: NDArray[np.int32]) -> Array:
    """Return the CTC loss of each line, 0 where the labels don't fit its steps; blank is label 0.

    Args:
        scores: (N, steps, labels), no probabilities yet.
        steps: Those of each line.
        labels: (N, longest), filled up with 0.
        lengths: Labels of each line.
    """
    longest, count = scores.shape[1], len(labels)
    labels = labels[:, :longest]  # the operator refuses more
    # Between two labels that are the same there is a blank.
    twice = (labels[:, 1:] == labels[:, :-1]) & (labels[:, 1:] > 0)
    fits = lengths + twice.sum(1) <= steps
    labels, lengths = labels * fits[:, None], lengths * fits
    if not lengths.any():
        # The operator reads beyond its memory if there is no label at all: one more line has one.
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
    """Adds up arrays over contexts and hosts.

    Args:
        kind: MXNet's name of it: ``device`` for the contexts of one process, ``dist_sync`` for hosts.
    """

    def __init__(self, kind: str) -> None:
        self._store: Any = mxnet.kv.create(kind)
        self._known: set[str] = set()
        self.team = (
            ProcessGroup(self._store.rank, self._store.num_workers) if kind.startswith("dist") else ProcessGroup()
        )

    def add(self, name: str, arrays: Sequence[Array]) -> None:
        """Replace each array by the sum of all contexts' and hosts' arrays of that name.

        All hosts must call this with the same names in the same order.
        """
        self._store.pushpull(self.key(name, arrays[0]), list(arrays), out=list(arrays))

    def key(self, name: str, like: Array) -> str:
        """Return the store's own name for arrays of some shape, known to all hosts."""
        key = f"{name} {like.shape}"  # another learner may have the name with another shape
        if key not in self._known:
            self._known.add(key)
            self._store.init(key, nd.zeros_like(like))
        return key

    def wait(self) -> None:
        """Wait for the other hosts to come here."""
        if self.team.size > 1:
            self._store._barrier()


class Across:
    """Sums over hosts that gradients flow through, for ``BatchNorm``; each call of a pass has a name of its own.

    Args:
        store: What adds.
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
        # The gradient comes in another thread: hosts could get to know its key in another order.
        self._store.key(f"{self._name} back", array)
        total = array.copy()
        self._store.add(self._name, [total])
        return total

    def backward(self, gradient: Array) -> Array:
        total = gradient.copy()
        self._store.add(f"{self._name} back", [total])
        return total
