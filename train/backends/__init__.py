"""Backends: they give layer records tensors, gradients and devices; inputs and outputs are NumPy arrays."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, ClassVar, Literal, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from receiptgen.core.errors import MissingExtraError
from receiptgen.core.registry import Registry
from receiptgen.recognition.layers import Layers, Shape
from receiptgen.recognition.model_kind import ModelKind

from ..data.process_group import ProcessGroup

Arrays = dict[str, NDArray[Any]]
Precision = Literal["auto", "float32", "bfloat16", "float16"]
# What ``--devices`` may be.
DEVICES = "auto, gpu, cpu, or indices of GPUs with commas"


class OptimizerConfig(NamedTuple):
    """Settings of the optimiser.

    Attributes:
        optimiser: ``adamw`` (decoupled decay, Loshchilov and Hutter 2019), ``adam`` or ``sgd`` with momentum 0.9.
        decay: Decay per step of weights with two or more dimensions, times the learning rate.
        clip: Largest norm of all gradients together; 0 for no clipping.
        ema: Decay per step of the weights' exponential moving average; 0 for no average.
        frozen: Paths of weights that are not trained, as ``layers.is_at`` takes them; running statistics of such
            layers don't change either.
    """

    optimiser: Literal["adamw", "adam", "sgd"] = "adamw"
    decay: float = 0.01
    clip: float = 5.0
    ema: float = 0.0
    frozen: tuple[str, ...] = ()

    def ema_decay(self, steps: int) -> float:
        """Return the decay of the moving average at step ``steps``, counted from 1.

        It is less in the first steps: at most (1 + n) / (10 + n), as in TensorFlow's
        ``ExponentialMovingAverage``.
        """
        return min(self.ema, (1 + steps) / (10 + steps))


class Teacher(NamedTuple):
    """A trained network from which another one learns at each time step, besides from the labels.

    Attributes:
        layers: Layers with the head; a time step is as wide as one of the network in training.
        weights: Weights by name.
        labels: Label of the teacher for each label of the network in training, int64 (labels,); -1 for those that it
            lacks. What it says of a line with such a label is not used.
        share: Share of the loss that is the divergence from the teacher, 0 to 1; the rest is the loss of CTC.
        temperature: Divisor of the logits of both, above 0, as in Hinton, Vinyals and Dean 2015.
    """

    layers: Layers
    weights: Mapping[str, NDArray[np.float32]]
    labels: NDArray[np.int64]
    share: float = 0.5
    temperature: float = 1.0


@dataclass(frozen=True)
class Ctc:
    """Lines are read: connectionist temporal classification (Graves et al. 2006).

    Attributes:
        teacher: Network to learn from besides the labels; None for none.
    """

    teacher: Teacher | None = None


# What a network is trained to do: to read lines, or what networks of a kind do. Every backend has a loss for each, or
# says that it has none.
Objective = Ctc | ModelKind


class AnyBatch(Protocol):
    """Samples that a network processes together: lines, crops of pages, or the words of pages."""

    @property
    def total(self) -> int:
        """Number of samples of the whole step, over all processes and parts."""

    @property
    def part(self) -> int:
        """Number of samples of this part of the step, over all processes."""

    @property
    def width(self) -> int:
        """Width of the samples, with padding."""

    @property
    def labels_each(self) -> float:
        """Mean number of labels of a sample, with which its loss grows."""

    def widened(self, width: int) -> "AnyBatch":
        """Return the batch padded to a width of at least its own."""

    def arrays(self) -> dict[str, NDArray[np.generic]]:
        """Return all that it holds by name, for a file."""


class Update(NamedTuple):
    """The figures of a step.

    Attributes:
        loss: Loss, the mean over all lines or crops of the batch on all devices: that of the objective, and the
            divergence from a teacher if there is one.
        norm: Norm of all gradients before clipping; 0 where those of float16 overflowed, so that nothing was changed.
    """

    loss: float
    norm: float


class Learner(Protocol):
    """A network in training, with tensors on devices."""

    def update(self, batches: Sequence[AnyBatch], learning_rate: float) -> Callable[[], Update]:
        """Begin to update the weights once with the mean gradient over all lines of some batches.

        Where a figure is not finite, neither are the weights after that: they must not be kept.

        Args:
            batches: Lines or crops of this process; several batches where one is too large for the device. Each is as
                wide as the other processes' parts of it.
            learning_rate: Learning rate.

        Returns:
            A function that waits for the figures of the step. A device computes the next step meanwhile, if it is
            called after that has begun.
        """

    def infer(self, *inputs: Any, averaged: bool = True) -> NDArray[np.float32]:
        """Return what the network says of its inputs: log-probabilities (N, steps, labels) of lines, or its output.

        Args:
            inputs: Lines: images uint8 (N, height, width), black 0, width a multiple of ``multiple``, and if they
                aren't all as wide as the images the width of each in pixels, int64 (N,): it is read as if the image
                ended there, and steps beyond mean nothing. Of other kinds: what ``ModelKind.inputs`` names.
            averaged: Whether the moving average of the weights is used, if there is one.
        """

    def weights(self, averaged: bool = True) -> dict[str, NDArray[np.float32]]:
        """Return all weights by name."""

    def state(self) -> Arrays:
        """Return everything that resuming bit by bit needs: weights, averages, optimiser, random state."""

    def restore(self, state: Mapping[str, NDArray[Any]]) -> None:
        """Restore what ``state`` returned."""


class Backend(Protocol):
    """A deep-learning framework.

    Attributes:
        extra: Extra that installs it: ``receiptgen[EXTRA]``.
        module: Name of its Python module.
    """

    extra: ClassVar[str]
    module: ClassVar[str]

    def device_count(self, devices: str) -> int:
        """Return how many devices train together over all processes and hosts, each of which has as many.

        Args:
            devices: As ``join`` takes them.

        Raises:
            DeviceError: There is no such device.
        """

    def processes(self, devices: str) -> int:
        """Return how many processes to start for some devices, as ``join`` takes them; 1 where they run already.

        Raises:
            DeviceError: There is no such device.
        """

    def join(self, devices: str, alone: bool = False) -> ProcessGroup:
        """Select devices, and join the other processes if there are any.

        Args:
            devices: ``auto`` for all GPUs or else the CPU, which is logged where there is a GPU that can't be used;
                ``gpu`` for all GPUs; ``cpu``, or indices of GPUs with commas; ``cpu,cpu`` is two replicas on the CPU.
            alone: Whether to join no others, and use the first device only.

        Raises:
            DeviceError: There is no such device.
        """

    @property
    def uses_gpu(self) -> bool:
        """Whether the selected device is a GPU, which leaves the cores of its host to other work."""

    def describe(self) -> str:
        """Return a description of devices and versions."""

    def learner(
        self, layers: Layers, input: Shape, weights: Mapping[str, NDArray[np.float32]], config: OptimizerConfig,
        precision: Precision, seed: int, compiled: bool = False, objective: Objective | None = None,
    ) -> Learner:  # fmt: skip
        """Build a network to train.

        Args:
            layers: Layers with the head.
            input: Shape of an input line.
            weights: Initial weights by name.
            config: Settings of the optimiser.
            precision: Precision of the forward pass; weights are float32. ``auto`` is bfloat16 where the device has it,
                or float16 where it has that alone.
            seed: Seed of dropout.
            compiled: Whether the framework's compiler makes the network's step faster, which takes minutes at first.
            objective: What the network is trained to do; None for ``Ctc`` without a teacher.

        Raises:
            TrainingError: The framework lacks the precision, can't compile, or has no such objective.
        """

    def total(self, values: Sequence[float]) -> tuple[float, ...]:
        """Return the sums of values over all processes, each of which must call this; no device is waited for."""

    def largest(self, values: Sequence[float]) -> tuple[float, ...]:
        """Return the largest of each value over all processes, as ``total`` returns the sums."""

    def faults(self, memory_advice: str) -> AbstractContextManager[None]:
        """Return a context in which the framework's errors of memory, devices and networks become errors of one line.

        Those of the code pass through it. The state that was saved last stays as it is.

        Args:
            memory_advice: What to do where the memory of a device is short.
        """

    def leave(self) -> None:
        """Leave the group of processes."""


def step_seed(seed: int, update: int, *position: int) -> int:
    """Return the seed of the random numbers of an update, such as dropout's; it depends on nothing else.

    Args:
        seed: Seed of the run.
        update: Number of the update.
        position: Indices of the process and the device.
    """
    return int(np.random.SeedSequence([seed, update, *position]).generate_state(1)[0] >> 1)


BACKENDS: Registry[Backend] = Registry(__name__, "receiptgen.train.backends", "backend")
# In the order of preference for ``auto``.
_ORDER = ("pytorch", "gluon")
_ALIASES = {"torch": "pytorch", "mxnet": "gluon"}


def backend(name: str = "auto") -> Backend:
    """Return a backend.

    Args:
        name: ``torch``, ``mxnet``, or ``auto`` for the first that is installed, torch before mxnet.

    Raises:
        MissingExtraError: It is not installed.
        UnknownNameError: There is no backend of that name.
    """
    names = [_ALIASES.get(name, name)] if name != "auto" else list(_ORDER)
    for candidate in names:
        try:
            return BACKENDS.get(candidate)()
        except MissingExtraError:
            if name != "auto":
                raise
    raise MissingExtraError("training needs PyTorch or MXNet; pip install 'receiptgen[torch]' (or 'receiptgen[mxnet]')")
