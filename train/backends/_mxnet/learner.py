"""A network in training on MXNet."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import mxnet
import numpy as np
from mxnet import autograd, nd
from numpy.typing import NDArray

from receiptgen.recognition.layers import Layers, Shape, is_random

from ...data.batches import Batch
from ...data.process_group import ProcessGroup
from .. import Arrays, OptimizerConfig, Update, step_seed
from .blocks import Network
from .updates import HostSum, Optimiser, Store, ctc_loss


class Contexts(NamedTuple):
    """The devices and the group of a network.

    Attributes:
        contexts: Devices of this process, each with a copy of the weights and a part of the rows of each batch.
        store: Sums gradients over contexts and hosts; None for one context on one host.
        group: Group of the hosts.
    """

    contexts: tuple[Any, ...]
    store: Store | None
    group: ProcessGroup


class GluonLearner:
    """A network on the contexts of one process, with its optimiser.

    Args:
        layers: Layers with the head.
        input: Shape of an input line.
        weights: Initial weights by name.
        config: Settings of the optimiser.
        place: Devices and group.
        seed: Seed of dropout.
    """

    def __init__(
        self, layers: Layers, input: Shape, weights: Mapping[str, NDArray[np.float32]], config: OptimizerConfig,
        place: Contexts, seed: int,
    ) -> None:  # fmt: skip
        self._config, self._place, self._seed = config, place, seed
        self._contexts = list(place.contexts)
        self._network = self._build(Network(layers, input, config.frozen), weights)
        self._average = self._build(Network(layers, input, trainable=False), weights) if config.ema else None
        self._random = is_random(layers, input)
        # Lockstep is slower, hence only where BatchNorm needs the rows of other contexts.
        self._in_step = place.store is not None and bool(self._network.statistics)
        self._host_sum = HostSum(place.store) if place.store is not None and place.group.size > 1 else None
        names = self._network.trained
        self._optimisers = [
            Optimiser(config, {name: self._network.params[name].data(context) for name in names})
            for context in self._contexts
        ]
        self._steps = 0

    def _build(self, network: Network, weights: Mapping[str, NDArray[Any]]) -> Network:
        network.initialize(mxnet.init.Zero(), self._contexts)
        self._fill(network, weights)
        network.hybridize(static_alloc=True)
        return network

    @staticmethod
    def _fill(network: Network, weights: Mapping[str, NDArray[Any]]) -> None:
        for name, parameter in network.params.items():
            parameter.set_data(nd.array(weights[name], dtype=np.float32))

    def _data(self, name: str) -> Any:
        """Return a weight on the first context; the others have the same."""
        return self._network.params[name].data(self._contexts[0])

    def update(self, batches: Sequence[Batch], learning_rate: float) -> Callable[[], Update]:
        """Begin to update the weights once with the mean gradient over all lines of some batches."""
        self._seed_dropout()
        losses: list[Any] = []
        gradients: list[dict[str, Any]] = []
        for batch in batches:
            losses += self._backward(batch)
            now = [{name: self._network.params[name].grad(c) for name in self._network.trained} for c in self._contexts]
            if len(batches) > 1:  # the next pass overwrites these
                olds = gradients or [{}] * len(now)
                now = [
                    {name: old[name] + new if old else new.copy() for name, new in news.items()}
                    for news, old in zip(now, olds, strict=True)
                ]
            gradients = now
        loss, norm = self._together(losses, gradients)
        scale = min(1.0, self._config.clip / (norm + 1e-6)) if self._config.clip else 1.0
        self._apply(gradients, learning_rate, scale)
        return lambda: Update(loss, norm)

    def _seed_dropout(self) -> None:
        """Seed the random numbers of this update: their state can't be read, so that it must follow from the update."""
        self._steps += 1
        if self._random:
            for index, context in enumerate(self._contexts):
                mxnet.random.seed(step_seed(self._seed, self._steps, self._place.group.rank, index), context)

    def _backward(self, batch: Batch) -> list[Any]:
        """Compute the gradients of this batch's part of the mean loss; return its losses, one per context."""
        count, width = len(batch.images), batch.images.shape[2]
        rows = [part for part in np.array_split(np.arange(count), len(self._contexts)) if len(part)]
        contexts = self._contexts[: len(rows)]
        images = [nd.array(batch.images[part], c, np.uint8) for part, c in zip(rows, contexts, strict=True)]
        extents = [nd.array(batch.extents[part], c) for part, c in zip(rows, contexts, strict=True)]
        before = {} if self._in_step else {name: self._data(name).copy() for name in self._network.statistics}
        if self._host_sum:
            self._host_sum.begin()
        with autograd.record():
            if self._in_step:
                scores = self._network.in_step(images, extents, self._host_sum)
            else:
                scores = [self._network(x, own) for x, own in zip(images, extents, strict=True)]
            losses = [self._loss(part, batch, own) for part, own in zip(scores, rows, strict=True)]
        autograd.backward(losses)
        if not self._in_step:
            self._network.correct_variances(before, count, width)
        if len(rows) < len(self._contexts):
            for name in self._network.statistics:
                self._network.params[name].set_data(self._data(name))
        for context in self._contexts[len(rows) :]:
            for name in self._network.trained:
                self._network.params[name].grad(context)[:] = 0
        return losses

    @staticmethod
    def _loss(scores: Any, batch: Batch, rows: NDArray[np.intp]) -> Any:
        per_step = batch.images.shape[2] // scores.shape[1]
        steps = np.minimum(-(-batch.widths[rows] // per_step), scores.shape[1])
        return ctc_loss(scores, steps, batch.labels[rows], batch.lengths[rows]).sum() / batch.total

    def _together(self, losses: Sequence[Any], gradients: Sequence[Mapping[str, Any]]) -> tuple[float, float]:
        """Sum losses and gradients over contexts and hosts; return the loss and the norm of the gradients."""
        loss = nd.array([sum(float(part.asscalar()) for part in losses)])
        if self._place.store is not None:
            if self._host_sum:
                nd.waitall()  # the store is not thread-safe, and BatchNorm's gradients come from another thread
            for name in self._network.trained:
                self._place.store.add(name, [own[name] for own in gradients])
            self._place.store.add("loss", [loss])
        arrays = list(gradients[0].values())
        squares = nd.multi_sum_sq(*arrays, num_arrays=len(arrays))
        return float(loss.asscalar()), float(squares.sum().sqrt().asscalar())

    def _apply(self, gradients: Sequence[Mapping[str, Any]], learning_rate: float, scale: float) -> None:
        """Update the weights, each context its own copy, and their average."""
        for optimiser, own in zip(self._optimisers, gradients, strict=True):
            optimiser.step(own, learning_rate, scale, self._steps)
        if self._average is not None:
            share = 1 - self._config.ema_decay(self._steps)
            for name, parameter in self._average.params.items():
                for average, now in zip(parameter.list_data(), self._network.params[name].list_data(), strict=True):
                    average += share * (now - average)

    def infer(
        self, images: NDArray[np.uint8], extents: NDArray[np.int64] | None = None, averaged: bool = True
    ) -> NDArray[np.float32]:
        """Return log-probabilities (N, steps, labels) of images (N, height, width)."""
        network = self._network if self._average is None or not averaged else self._average
        if extents is None:
            extents = np.full(len(images), images.shape[2])
        rows = [part for part in np.array_split(np.arange(len(images)), len(self._contexts)) if len(part)]
        arrays = [
            nd.log_softmax(network(nd.array(images[part], context, np.uint8), nd.array(extents[part], context)), axis=2)
            for part, context in zip(rows, self._contexts, strict=False)
        ]
        return np.concatenate([part.asnumpy() for part in arrays])

    def weights(self, averaged: bool = True) -> dict[str, NDArray[np.float32]]:
        """Return all weights by name."""
        network = self._network if self._average is None or not averaged else self._average
        return {name: parameter.data(self._contexts[0]).asnumpy() for name, parameter in network.params.items()}

    def state(self) -> Arrays:
        """Return everything that resuming bit by bit needs."""
        arrays: Arrays = {f"weights/{name}": value for name, value in self.weights(averaged=False).items()}
        if self._average is not None:
            arrays |= {f"average/{name}": value for name, value in self.weights().items()}
        arrays |= {f"optimiser/{slot}": value.asnumpy() for slot, value in self._optimisers[0].slots.items()}
        return arrays | {"updates": np.array([self._seed, self._steps])}

    def restore(self, state: Mapping[str, NDArray[Any]]) -> None:
        """Restore what ``state`` returned."""
        for kind, network in (("weights", self._network), ("average", self._average)):
            if network is not None:
                self._fill(network, {name: state[f"{kind}/{name}"] for name in network.params})
        for optimiser in self._optimisers:
            for slot, value in optimiser.slots.items():
                value[:] = state[f"optimiser/{slot}"]
        self._seed, self._steps = (int(value) for value in state["updates"][:2])
