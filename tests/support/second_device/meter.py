"""Runs operators on the second device, and counts what costs time on a GPU."""

import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from types import FrameType
from typing import Any, NamedTuple

import torch
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode

from . import streams
from .device import NAME, DeviceTensor, mapped, tensors_of, to_host
from .functions import Functions

# They move no data.
_FREE = frozenset(
    {
        "_reshape_alias", "_unsafe_view", "alias", "as_strided", "chunk", "detach", "empty", "empty_like",
        "empty_strided", "expand", "lift_fresh", "new_empty", "new_empty_strided", "permute", "reshape", "select",
        "set_data", "slice", "split", "split_with_sizes", "squeeze", "t", "transpose", "unbind", "unfold", "unsqueeze",
        "view",
    }
)  # fmt: skip
# The host waits for the shape or the value of their results.
_WAITING = frozenset({"_local_scalar_dense", "_unique2", "equal", "masked_select", "nonzero", "unique_consecutive"})
# They wait, too, where a mask says which values are meant.
_INDEXING, _MASKS = frozenset({"index", "index_put_", "_index_put_impl_"}), (torch.bool, torch.uint8)
# They copy lengths to the device themselves, from pageable memory (ATen/native/cuda/LossCTC.cu).
_WAITING_INSIDE = frozenset({"_ctc_loss", "_ctc_loss_backward"})
# Of these the first arguments must be on the device; PyTorch reads lengths on the host.
_OTHERS_ON_HOST = {"_ctc_loss": 2, "_ctc_loss_backward": 3, "_pack_padded_sequence": 1}
# Modules of the optimiser, of clipping and of the scale of a loss.
_OPTIMISING = ("torch.optim.", "torch.nn.utils.clip_grad", "torch.amp.grad_scaler")


class StrayTensorError(RuntimeError):
    """An operator got tensors of two devices."""


class Counts(NamedTuple):
    """What a piece of work cost.

    Attributes:
        operators: Operators by name, without those of the optimiser and copies from or to the host.
        optimiser: Operators of the optimiser, of clipping and of a loss's scale by name.
        uploads: Copies from the host, by the line that asked.
        pageable: Those of them that the host waits for, since their memory is not pinned.
        forward_uploads: Those of them that a module asked for while it ran forward.
        downloads: Copies to the host, by the line that asked.
        waits: Waits of the host for the device, by the line that asked.
        inner_waits: Operators that wait inside, by the line that asked.
        collectives: Collective operations of several processes, by the line that asked.
    """

    operators: Counter[str]
    optimiser: Counter[str]
    uploads: Counter[str]
    pageable: Counter[str]
    forward_uploads: Counter[str]
    downloads: Counter[str]
    waits: Counter[str]
    inner_waits: Counter[str]
    collectives: Counter[str]


class Meter(TorchDispatchMode):
    """Runs operators on the second device, and counts.

    Attributes:
        counts: What was counted since the last ``begin``.
    """

    def __init__(self) -> None:
        super().__init__()
        self._functions = Functions(self.count)
        streams.on_wait(self.wait)
        self.begin()

    def begin(self) -> None:
        """Count from nothing."""
        self.counts = Counts(*(Counter() for _ in Counts._fields))

    @contextmanager
    def running(self) -> Iterator[None]:
        """Run what the block does on the device, and count it."""
        with self, self._functions:
            yield

    def wait(self, what: str) -> None:
        """Count a wait of the host."""
        self.counts.waits[f"{what} at {_place()}"] += 1

    def count(self, name: str) -> None:
        """Count an operator."""
        (self.counts.optimiser if _is_optimising() else self.counts.operators)[name] += 1

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        kwargs = kwargs or {}
        given = tensors_of(args, kwargs)
        own = [tensor for tensor in given if isinstance(tensor, DeviceTensor)]
        space, _, name = func._schema.name.partition("::")
        if space == "c10d":
            where = "device" if own else "host"
            self.counts.collectives[f"{name.strip('_')} of the {where} at {_place()}"] += 1
            if own and name == "allreduce_":
                return _sum_of_one(args[0], own)
        elif not own and not _is_second(kwargs.get("device")):
            return func(*args, **kwargs)
        elif torch._C._dispatch_has_kernel_for_dispatch_key(func.name(), "CompositeImplicitAutograd"):
            # Under ``inference_mode`` nothing has taken it apart. Modes of functions would call it as a whole again.
            with self, torch._C.DisableTorchFunction():
                return func.decompose(*args, **kwargs)
        elif name in {"_to_copy", "copy_"}:
            return self._copy(func, name, args, kwargs)
        else:
            self._check_devices(name, func._schema.is_mutable, given)
            if name in _WAITING or (name in _INDEXING and any(t.dtype in _MASKS for t in given[1:])):
                self.wait(name)
            elif name not in _FREE:
                self.count(name)
            if name in _WAITING_INSIDE:
                self.counts.inner_waits[f"{name} at {_place()}"] += 1
        return self._run(func, name, args, kwargs, own)

    def _run(self, func: Any, name: str, args: Any, kwargs: Any, own: Sequence[DeviceTensor]) -> Any:
        """Run an operator on the values, and return its results as the device's."""
        if name not in _FREE:
            for tensor in own:
                tensor.origin.check(lambda: f"{name} at {_place()}")
        host_args, host_kwargs = mapped(to_host, (args, kwargs))
        out = func(*host_args, **host_kwargs)
        if name == "_local_scalar_dense":
            return out
        before = {id(tensor.host): tensor for tensor in own}

        def wrap(leaf: Any) -> Any:
            if not isinstance(leaf, Tensor):
                return leaf
            changed = before.get(id(leaf))
            if changed is None:
                return DeviceTensor(leaf, own[0].origin if own and name in _FREE else None)
            changed.origin.renew()
            return changed

        if name == "_pack_padded_sequence":  # the numbers of lines of each step are the host's
            return wrap(out[0]), out[1]
        return mapped(wrap, out)

    def _check_devices(self, name: str, changes: bool, given: Sequence[Tensor]) -> None:
        """Check that all tensors are on the device; a single number may come from the host, but not go there."""
        checked = given[: _OTHERS_ON_HOST.get(name)]
        strays = [t for t in checked if not isinstance(t, DeviceTensor) and (t.ndim or (changes and t is given[0]))]
        if strays:
            shapes = ", ".join(str(tuple(tensor.shape)) for tensor in strays)
            raise StrayTensorError(f"{name} at {_place()}: takes tensors of the host, {shapes}, with the device's")

    def _copy(self, func: Any, name: str, args: Any, kwargs: Any) -> Any:
        """Copy within the device, to it or from it."""
        into, source = (args[0], args[1]) if name == "copy_" else (None, args[0])
        own = [tensor for tensor in (into, source) if isinstance(tensor, DeviceTensor)]
        comes = isinstance(source, DeviceTensor)
        goes = isinstance(into, DeviceTensor) if into is not None else _is_second(kwargs.get("device", source.device))
        asynchronous = bool(kwargs.get("non_blocking") or (into is not None and args[2:] and args[2]))
        if comes and goes:
            self.count(name)
        elif goes:
            self._count_upload(source, asynchronous and self._functions.is_pinned(source))
        else:
            # PyTorch takes pinned memory itself for a copy that nobody is to wait for.
            asynchronous = asynchronous and (into is None or self._functions.is_pinned(into))
            self.counts.downloads[_place()] += 1
            if not asynchronous:
                self.wait("download")
        if goes:
            return self._run(func, name, args, kwargs, own)
        source.origin.check(lambda: f"download at {_place()}")
        host_args, host_kwargs = mapped(to_host, (args, kwargs))
        out = func(*host_args, **host_kwargs)
        if asynchronous:
            streams.announce(out)
        return out

    def _count_upload(self, source: Tensor, asynchronous: bool) -> None:
        place = _place()
        self.counts.uploads[place] += 1
        if not asynchronous:
            self.counts.pageable[place] += 1
        if any(frame.f_code.co_filename.endswith("/torch/nn/modules/module.py") for frame in _frames()):
            self.counts.forward_uploads[place] += 1


def _sum_of_one(tensors: Sequence[Tensor], own: Sequence[DeviceTensor]) -> Any:
    """Leave values as they are, as if other processes had added nothing; PyTorch's fake group gives no result."""
    for tensor in own:
        tensor.origin.check(lambda: f"allreduce at {_place()}")
    done: torch.futures.Future[Any] = torch.futures.Future()
    done.set_result(list(own))
    return tensors, torch._C._distributed_c10d._create_work_from_future(done).boxed()


def _is_second(device: Any) -> bool:
    return device is not None and torch.device(device).type == NAME


def _frames() -> Iterator[FrameType]:
    frame: FrameType | None = sys._getframe(1)
    while frame is not None:
        yield frame
        frame = frame.f_back


def _place() -> str:
    """Return the line of receiptgen that runs; a backward pass has none."""
    for frame in _frames():
        if frame.f_globals.get("__name__", "").startswith("receiptgen.train."):
            return f"{frame.f_code.co_filename.rpartition('/train/')[2]}:{frame.f_lineno}"
    return "the backward pass"


def _is_optimising() -> bool:
    """Tell whether the optimiser is at work."""
    return any(frame.f_globals.get("__name__", "").startswith(_OPTIMISING) for frame in islice(_frames(), 12))
