"""MXNet Gluon: one process for all devices, hosts joined by a key-value store."""

import logging
import os
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from receiptgen.core.errors import DeviceError, MissingExtraError, TrainingError
from receiptgen.recognition.layers import Layers, Shape

from ..data.process_group import ProcessGroup
from . import BACKENDS, OptimizerConfig, Precision

logger = logging.getLogger(__name__)
# MXNet takes two threads of a core for one, and is half as fast again with both. To be set before it is loaded.
os.environ.setdefault("OMP_NUM_THREADS", str(len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 1))


@contextmanager
def _older_numpy() -> Iterator[None]:
    """Give NumPy the name ``bool`` that it had before 1.24 and has again since 2.0.

    MXNet asks for it while it is imported. It goes away after that: other packages tell by it which NumPy this is.
    What MXNet imports of NumPy's warns of deprecations that aren't ours.
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

        from ._gluon import GluonLearner, Place
        from ._updates import Store
except (ImportError, OSError, AttributeError) as error:
    if isinstance(error, ModuleNotFoundError) and error.name == "mxnet":
        raise MissingExtraError("MXNet is not installed; pip install 'receiptgen[mxnet]'") from None
    # A missing system library, or a NumPy that MXNet doesn't know.
    raise MissingExtraError(f"MXNet can't be loaded: {error}; pip install 'receiptgen[mxnet]'") from None


@BACKENDS.register
class Gluon:
    """MXNet on CPUs, and on NVIDIA GPUs up to Ampere.

    One process serves all devices of a host. Hosts meet as MXNet's parameter server has it: the same command runs with
    ``DMLC_ROLE`` worker on each, and once or more as scheduler and server, whose processes serve until the workers end.
    """

    extra: ClassVar[str] = "mxnet"
    module: ClassVar[str] = "mxnet"

    def __init__(self) -> None:
        self._place = Place((mxnet.cpu(0),), None, ProcessGroup())

    def processes(self, devices: str) -> int:
        """Return 1: one process serves all devices of its host."""
        return min(1, len(contexts_of(devices, mxnet.context.num_gpus())))

    def join(self, devices: str, alone: bool = False) -> ProcessGroup:
        """Choose devices, all of them this process's own, and find the other hosts if ``DMLC_ROLE`` is set.

        Raises:
            DeviceError: No such device, or one that this MXNet can't use.
        """
        contexts = contexts_of(devices, mxnet.context.num_gpus())
        if alone:
            contexts = contexts[:1]
        hosts = os.environ.get("DMLC_ROLE") == "worker" and not alone
        store = Store("dist_sync" if hosts else "device") if hosts or len(contexts) > 1 else None
        self._place = Place(contexts, store, store.team if store else ProcessGroup())
        return self._place.team

    def describe(self) -> str:
        """Return the devices and versions in words."""
        contexts, team = self._place.contexts, self._place.team
        kind = "CPU" if contexts[0].device_type == "cpu" else "GPU"
        place = f"{len(contexts)} {kind} contexts" if len(contexts) > 1 else kind
        return f"MXNet {mxnet.__version__}, {f'{team.size} hosts, each ' if team.size > 1 else ''}{place}"

    def learner(
        self, layers: Layers, input: Shape, weights: Mapping[str, NDArray[np.float32]], rule: OptimizerConfig,
        precision: Precision, seed: int,
    ) -> "GluonLearner":  # fmt: skip
        """Build a network that learns.

        Raises:
            TrainingError: The precision is not float32.
        """
        if precision == "bfloat16":
            raise TrainingError("--precision 'bfloat16': MXNet trains in float32 only; say float32, or take PyTorch")
        return GluonLearner(layers, input, weights, rule, self._place, seed)

    def total(self, values: Sequence[float]) -> tuple[float, ...]:
        """Return the sums of values over all hosts."""
        if self._place.store is None or self._place.team.size == 1:
            return tuple(values)
        said, left = np.zeros((3, len(values)), np.float32), np.array(values, np.float64)
        for part in said:  # the store has float32, of which three make a float64
            part[:] = left
            left -= part
        shared = nd.array(said)
        self._place.store.add("total", [shared])
        return tuple(shared.asnumpy().astype(np.float64).sum(0).tolist())

    def leave(self) -> None:
        """Part from the other hosts, which ends when the last of them has come here."""
        if self._place.store is not None:
            self._place.store.wait()
        self._place = self._place._replace(store=None, team=ProcessGroup())


def contexts_of(devices: str, gpus: int) -> tuple[Any, ...]:
    """Return the contexts that ``--devices`` names.

    Raises:
        DeviceError: No such device, or one that this MXNet can't use.
    """
    if devices == "auto":
        found = tuple(mxnet.gpu(number) for number in range(gpus) if _works(number))
        if len(found) < gpus:
            logger.warning(
                "%d GPUs are newer than this MXNet and are left out; PyTorch can use them", gpus - len(found)
            )
        return found or (mxnet.cpu(0),)
    names = [name.strip() for name in devices.split(",")]
    if all(name == "cpu" for name in names):
        return tuple(mxnet.cpu(number) for number in range(len(names)))
    if not all(name.isdecimal() and int(name) < gpus for name in names) or len(set(names)) < len(names):
        there = f"GPUs here are 0 to {gpus - 1}" if gpus else "MXNet sees no GPU here"
        raise DeviceError(f"--devices {devices!r}: say auto, cpu, or numbers of GPUs with commas; {there}")
    if unfit := [name for name in names if not _works(int(name))]:
        raise DeviceError(
            f"--devices {devices!r}: MXNet can't use GPU {unfit[0]}, it knows those up to Ampere; take PyTorch"
        )
    return tuple(mxnet.gpu(int(name)) for name in names)


def _works(number: int) -> bool:
    """Tell whether a GPU does sums: MXNet has no machine code for those made after it."""
    try:
        return bool((nd.ones((1,), mxnet.gpu(number)) + 1).asscalar() == 2)
    except mxnet.MXNetError:
        return False
