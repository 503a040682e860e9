"""MXNet Gluon: one process for all devices, hosts joined by a key-value store."""

import logging
import os
import re
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from receiptgen.core.cores import cores
from receiptgen.core.errors import DeviceError, MissingExtraError, TrainingError
from receiptgen.recognition.layers import Layers, Shape
from receiptgen.recognition.model_kind import ModelKind

from ..data.process_group import ProcessGroup
from . import BACKENDS, DEVICES, Objective, OptimizerConfig, Precision
from ._pytorch.nvidia import why_unusable

logger = logging.getLogger(__name__)
# MXNet counts two threads of a core as one, and is half as fast again with both. This must be set before it is loaded.
os.environ.setdefault("OMP_NUM_THREADS", str(cores()))


@contextmanager
def _older_numpy() -> Iterator[None]:
    """Give NumPy the name ``bool`` that it had before 1.24 and has again since 2.0.

    MXNet needs it while it is imported. It is removed after that, since other packages detect the NumPy version by it.
    MXNet's imports from NumPy emit deprecation warnings that don't concern us.
    """
    lacking = "bool" not in vars(np)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        if lacking:
            vars(np)["bool"] = np.bool_
        try:
            yield
        finally:
            if lacking:
                del vars(np)["bool"]


try:
    with _older_numpy():
        import mxnet
        from mxnet import nd

        from ._mxnet.learner import Contexts, GluonLearner
        from ._mxnet.updates import Store
except (ImportError, OSError, AttributeError) as error:
    if isinstance(error, ModuleNotFoundError) and error.name == "mxnet":
        raise MissingExtraError("MXNet is not installed; pip install 'receiptgen[mxnet]'") from None
    # A missing system library, or a NumPy that MXNet does not support.
    raise MissingExtraError(f"MXNet can't be loaded: {error}; pip install 'receiptgen[mxnet]'") from None


@BACKENDS.register
class Gluon:
    """MXNet on CPUs, and on NVIDIA GPUs up to Ampere.

    One process uses all devices of a host. Hosts are joined by MXNet's parameter server: the same command runs with
    ``DMLC_ROLE`` worker on each, and as scheduler and server, whose processes run until the workers end.
    """

    extra: ClassVar[str] = "mxnet"
    module: ClassVar[str] = "mxnet"

    def __init__(self) -> None:
        self._place = Contexts((mxnet.cpu(0),), None, ProcessGroup())

    def device_count(self, devices: str) -> int:
        """Return how many devices train together, as many on each host."""
        hosts = int(os.environ.get("DMLC_NUM_WORKER", "1")) if os.environ.get("DMLC_ROLE") == "worker" else 1
        return hosts * len(contexts_of(devices, mxnet.context.num_gpus()))

    def processes(self, devices: str) -> int:
        """Return 1: one process uses all devices of its host."""
        return min(1, len(contexts_of(devices, mxnet.context.num_gpus())))

    def join(self, devices: str, alone: bool = False) -> ProcessGroup:
        """Select devices, all for this process, and join the other hosts if ``DMLC_ROLE`` is set.

        Raises:
            DeviceError: There is no such device, or this MXNet can't use it.
        """
        contexts = contexts_of(devices, mxnet.context.num_gpus())
        if alone:
            contexts = contexts[:1]
        hosts = os.environ.get("DMLC_ROLE") == "worker" and not alone
        store = Store("dist_sync" if hosts else "device") if hosts or len(contexts) > 1 else None
        self._place = Contexts(contexts, store, store.group if store else ProcessGroup())
        return self._place.group

    @property
    def uses_gpu(self) -> bool:
        """Whether the devices are GPUs."""
        return str(self._place.contexts[0].device_type) == "gpu"

    def describe(self) -> str:
        """Return a description of devices and versions."""
        contexts, group = self._place.contexts, self._place.group
        kind = "CPU" if contexts[0].device_type == "cpu" else "GPU"
        devices = f"{len(contexts)} {kind} contexts" if len(contexts) > 1 else kind
        return f"MXNet {mxnet.__version__}, {f'{group.size} hosts, each ' if group.size > 1 else ''}{devices}"

    def learner(
        self, layers: Layers, input: Shape, weights: Mapping[str, NDArray[np.float32]], config: OptimizerConfig,
        precision: Precision, seed: int, compiled: bool = False, objective: Objective | None = None,
    ) -> "GluonLearner":  # fmt: skip
        """Build a network to train.

        Raises:
            TrainingError: The precision is not float32, the network is to be compiled, there is a teacher, or what
                is trained reads no lines.
        """
        if precision not in {"auto", "float32"}:
            raise TrainingError(f"--precision {precision!r}: MXNet trains in float32 only; use float32 or PyTorch")
        if compiled:
            raise TrainingError("--compile: MXNet compiles networks as it is; leave it out, or use PyTorch")
        if isinstance(objective, ModelKind):
            raise TrainingError(f"--backend: MXNet reads lines only; {objective.noun} needs PyTorch, --backend torch")
        if objective and objective.teacher:
            raise TrainingError("--teacher: MXNet trains without one; use PyTorch, or leave 'teacher' out")
        return GluonLearner(layers, input, weights, config, self._place, seed)

    def total(self, values: Sequence[float]) -> tuple[float, ...]:
        """Return the sums of values over all hosts."""
        if self._place.store is None or self._place.group.size == 1:
            return tuple(values)
        # One of few lengths, since the store keeps memory for each that it has met.
        parts = np.zeros((3, 1 << len(values).bit_length()), np.float32)
        rest = np.array(values, np.float64)
        for part in parts:  # the store has float32 only; three of them make a float64
            part[: len(rest)] = rest
            rest -= part[: len(rest)]
        shared = nd.array(parts)
        self._place.store.add("total", [shared])
        return tuple(shared.asnumpy().astype(np.float64).sum(0)[: len(rest)].tolist())

    def largest(self, values: Sequence[float]) -> tuple[float, ...]:
        """Return the largest of each value over all hosts."""
        group = self._place.group
        # The store can only add: each host has a row of its own.
        rows = np.zeros((group.size, len(values)))
        rows[group.rank] = values
        return tuple(np.reshape(self.total(rows.ravel().tolist()), rows.shape).max(0).tolist())

    @contextmanager
    def faults(self, memory_advice: str) -> Iterator[None]:
        """Raise what MXNet says of memory and devices as one line; faults of the code pass."""
        try:
            yield
        except mxnet.MXNetError as error:
            said = str(error).rpartition("MXNetError: ")[2].strip().partition("\n")[0]
            if re.search("out of memory|Failed to allocate", said):
                raise DeviceError(f"MXNet: out of memory ({said}); {memory_advice}") from None
            if re.search("CUDA|cuda|CUDNN", said):
                raise DeviceError(f"MXNet: {said}; nvidia-smi tells whether the GPU has failed") from None
            raise

    def leave(self) -> None:
        """Leave the group of hosts, when all of them have called this."""
        if self._place.store is not None:
            self._place.store.wait()
        self._place = self._place._replace(store=None, group=ProcessGroup())


def contexts_of(devices: str, gpus: int) -> tuple[Any, ...]:
    """Return the contexts that ``--devices`` names.

    Raises:
        DeviceError: There is no such device, or this MXNet can't use it.
    """
    if devices in {"auto", "gpu"}:
        usable = tuple(mxnet.gpu(index) for index in range(gpus) if _works(index))
        fault = why_unusable(f"MXNet {mxnet.__version__}", _cuda())
        if len(usable) < gpus:
            fault = f"{gpus - len(usable)} GPUs are newer than this MXNet and are left out; PyTorch can use them"
        if devices == "gpu" and not usable:
            raise DeviceError("; ".join(filter(None, [f"--devices {devices!r}: MXNet can use no GPU here", fault])))
        if fault:
            logger.warning("%s", fault)
        return usable or (mxnet.cpu(0),)
    names = [name.strip() for name in devices.split(",")]
    if all(name == "cpu" for name in names):
        return tuple(mxnet.cpu(index) for index in range(len(names)))
    if not all(name.isdecimal() and int(name) < gpus for name in names) or len(set(names)) < len(names):
        available = f"GPUs here are 0 to {gpus - 1}" if gpus else "MXNet finds no GPU here"
        raise DeviceError(f"--devices {devices!r}: expected {DEVICES}; {available}")
    if unusable := [name for name in names if not _works(int(name))]:
        raise TrainingError(
            f"--devices {devices!r}: MXNet can't use GPU {unusable[0]}, only those up to Ampere; use PyTorch"
        )
    return tuple(mxnet.gpu(int(name)) for name in names)


def _cuda() -> str | None:
    """Return the version of CUDA that this MXNet was built with, 11 for its newest builds; None for those for CPUs."""
    return "11" if mxnet.runtime.Features().is_enabled("CUDA") else None


def _works(index: int) -> bool:
    """Tell whether a GPU can add: MXNet has no machine code for newer ones."""
    try:
        return bool((nd.ones((1,), mxnet.gpu(index)) + 1).asscalar() == 2)
    except mxnet.MXNetError:
        return False
