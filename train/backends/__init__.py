"""Backends: they give layer records tensors, gradients and devices; NumPy goes in and comes out."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Literal, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from receiptgen.core.errors import MissingExtraError
from receiptgen.core.registry import Registry
from receiptgen.recognition.layers import Layers, Shape

from ..data.batches import Batch
from ..data.process_group import ProcessGroup

Arrays = dict[str, NDArray[Any]]
Precision = Literal["auto", "float32", "bfloat16"]


class OptimizerConfig(NamedTuple):
    """How gradients move weights.

    Attributes:
        optimiser: ``adamw`` (decoupled decay, Loshchilov and Hutter 2019), ``adam`` or ``sgd`` with momentum 0.9.
        decay: Of the weights that have two or more dimensions, each update, times the learning rate.
        clip: Largest norm of all gradients together; 0 for any.
        ema: Share of the weights' exponential moving average that stays at each update; 0 for no average.
        frozen: Places of weights that stay as they are, as ``layers.within`` takes them; running statistics of such
            layers stay too.
    """

    optimiser: Literal["adamw", "adam", "sgd"] = "adamw"
    decay: float = 0.01
    clip: float = 5.0
    ema: float = 0.0
    frozen: tuple[str, ...] = ()

    def ema_decay(self, steps: int) -> float:
        """Return the share of the moving average that stays at update ``steps``, counted from 1.

        Less in the beginning, when there is nothing yet worth keeping: (1 + n) / (10 + n), as TensorFlow's
        ``ExponentialMovingAverage`` has it.
        """
        return min(self.ema, (1 + steps) / (10 + steps))


class Update(NamedTuple):
    """What one update said.

    Attributes:
        loss: CTC loss, the mean over all lines of the batch on all devices.
        norm: Of all gradients before they were clipped.
    """

    loss: float
    norm: float


class Learner(Protocol):
    """A network with tensors on devices."""

    def update(self, batches: Sequence[Batch], rate: float) -> Update:
        """Move the weights once by the mean gradient over all lines of some batches.

        Args:
            batches: This process's rows; several where a batch is too large for the device at once.
            rate: Learning rate.
        """

    def infer(self, images: NDArray[np.uint8], averaged: bool = True) -> NDArray[np.float32]:
        """Return log-probabilities (N, steps, labels) of images (N, height, width), width a multiple as networks say.

        Args:
            images: uint8, black 0.
            averaged: By the moving average of the weights, where there is one.
        """

    def weights(self, averaged: bool = True) -> dict[str, NDArray[np.float32]]:
        """Return all weights by name."""

    def state(self) -> Arrays:
        """Return all that a bit-exact continuation needs: weights, averages, optimiser, random state."""

    def restore(self, state: Mapping[str, NDArray[Any]]) -> None:
        """Go on from what ``state`` returned."""


class Backend(Protocol):
    """A deep-learning framework.

    Attributes:
        extra: What pip installs it by: ``receiptgen[EXTRA]``.
        module: What Python imports it by.
    """

    extra: ClassVar[str]
    module: ClassVar[str]

    def processes(self, devices: str) -> int:
        """Return how many processes some devices need, as ``join`` takes them; 1 where somebody has started them.

        Raises:
            DeviceError: No such device.
        """

    def join(self, devices: str, alone: bool = False) -> ProcessGroup:
        """Choose devices, and find the other processes if there are any.

        Args:
            devices: ``auto``, ``cpu``, or numbers of GPUs with commas; ``cpu,cpu`` is two replicas on the CPU.
            alone: Look for no others, and take the first device.

        Raises:
            DeviceError: No such device.
        """

    def describe(self) -> str:
        """Return the devices and versions in words."""

    def learner(
        self, layers: Layers, input: Shape, weights: Mapping[str, NDArray[np.float32]], rule: OptimizerConfig,
        precision: Precision, seed: int,
    ) -> Learner:  # fmt: skip
        """Build a network that learns.

        Args:
            layers: With the head.
            input: Shape of a line that goes in.
            weights: To begin with, by name.
            rule: How it learns.
            precision: Of the forward pass; weights stay float32. ``auto`` is bfloat16 where the device has it.
            seed: Of dropout.
        """

    def total(self, values: Sequence[float]) -> tuple[float, ...]:
        """Return the sums of values over all processes, each of which must call this."""

    def leave(self) -> None:
        """Part from the other processes."""


def seed_of(seed: int, update: int, *place: int) -> int:
    """Return the seed of what an update draws, as dropout does: it follows from the update's number alone.

    Args:
        seed: Of the run.
        update: Its number.
        place: Of the process and the device.
    """
    return int(np.random.SeedSequence([seed, update, *place]).generate_state(1)[0] >> 1)


BACKENDS: Registry[Backend] = Registry(__name__, "receiptgen.train.backends", "backend")
# The first that is installed is the default.
_ORDER = ("pytorch", "gluon")
_SHORT = {"torch": "pytorch", "mxnet": "gluon"}


def backend(name: str = "auto") -> Backend:
    """Return a backend.

    Args:
        name: ``torch``, ``mxnet``, or ``auto``: whichever is installed, torch first.

    Raises:
        MissingExtraError: It is not installed.
        UnknownNameError: There is none of that name.
    """
    chosen = [_SHORT.get(name, name)] if name != "auto" else list(_ORDER)
    for one in chosen:
        try:
            return BACKENDS.get(one)()
        except MissingExtraError:
            if name != "auto":
                raise
    raise MissingExtraError("training needs PyTorch or MXNet; pip install 'receiptgen[torch]' (or 'receiptgen[mxnet]')")
