"""The device and its tensors, as PyTorch sees them."""

import sys
from collections.abc import Callable
from functools import partial
from typing import Any

import torch
from torch import Tensor
from torch.utils.backend_registration import _DummyBackendModule, _setup_privateuseone_for_python_backend

from . import streams

NAME = "second"

# From at::autocast (ATen/autocast_mode.h), as far as our networks use it: cast to the lower precision, and to float32.
_LOWER = ("conv2d", "linear", "matmul", "mm", "bmm", "addmm", "baddbmm")
_FLOAT32 = ("layer_norm", "log_softmax.int", "softmax.int", "sum", "sum.dim_IntList", "cumsum", "rsqrt")


class _Module(_DummyBackendModule):  # type: ignore[misc]  # PyTorch has no types for it
    """What PyTorch and its users look for in ``torch.second``, as in ``torch.cuda``."""

    Stream, Event = streams.Stream, streams.Event
    current_stream = staticmethod(streams.current_stream)
    stream = staticmethod(streams.stream)
    synchronize = staticmethod(streams.synchronize)

    def get_amp_supported_dtype(self) -> list[torch.dtype]:
        return [torch.bfloat16, torch.float16]

    def _lazy_init(self) -> None:
        pass


_setup_privateuseone_for_python_backend(NAME, backend_module=_Module())
DEVICE = torch.device(NAME, 0)


class DeviceTensor(Tensor):
    """A tensor of the second device.

    Attributes:
        host: Its values.
        origin: Where and when it got them.
    """

    host: Tensor
    origin: streams.Origin
    __torch_function__ = torch._C._disabled_torch_function_impl

    @staticmethod
    def __new__(cls, host: Tensor, origin: streams.Origin | None = None) -> "DeviceTensor":
        made = Tensor._make_wrapper_subclass(
            cls, host.shape, strides=host.stride(), storage_offset=host.storage_offset(), dtype=host.dtype,
            device=DEVICE,
        )  # fmt: skip
        made.host, made.origin = host, origin or streams.Origin()
        return made

    @classmethod
    def __torch_dispatch__(cls, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        raise AssertionError(f"{func} on the second device outside of a meter")

    def __repr__(self) -> str:
        return f"DeviceTensor({self.host})"


# Exact types decide in PyTorch whether a tensor may go with others through one operator.
for _module in ("torch.optim.optimizer", "torch.utils._foreach_utils"):
    sys.modules[_module]._foreach_supported_types.append(DeviceTensor)


def mapped(call: Callable[[Any], Any], tree: Any) -> Any:
    """Return arguments or results with each leaf replaced; PyTorch's ``tree_map`` takes several times as long."""
    if isinstance(tree, dict):
        return {key: mapped(call, value) for key, value in tree.items()}
    if isinstance(tree, list | tuple):
        return type(tree)([mapped(call, value) for value in tree])
    return call(tree)


def tensors_of(*trees: Any) -> list[Tensor]:
    """Return the tensors among arguments."""
    found: list[Tensor] = []
    mapped(lambda leaf: found.append(leaf) if isinstance(leaf, Tensor) else None, trees)
    return found


def to_host(leaf: Any) -> Any:
    """Return the values of a tensor of the device, and the host as a device; anything else as it is."""
    if isinstance(leaf, torch.device):
        return torch.device("cpu")
    return leaf.host if isinstance(leaf, DeviceTensor) else leaf


def _register_casts() -> torch.library.Library:
    """Register what autocast does on the device; the result must be kept."""
    library = torch.library.Library("aten", "IMPL")
    keys = torch._C.DispatchKeySet(torch._C.DispatchKey.AutocastPrivateUse1)

    def casting(overload: Any, dtype: Callable[[], torch.dtype]) -> Callable[..., Any]:
        def run(*args: Any, **kwargs: Any) -> Any:
            with torch._C._ExcludeDispatchKeyGuard(keys):
                args, kwargs = mapped(partial(_cast, dtype=dtype()), (args, kwargs))
                return overload(*args, **kwargs)

        return run

    for names, dtype in ((_LOWER, partial(torch.get_autocast_dtype, NAME)), (_FLOAT32, lambda: torch.float32)):
        for name in names:
            packet, _, overload = name.partition(".")
            found = getattr(getattr(torch.ops.aten, packet), overload or "default")
            library.impl(name, casting(found, dtype), "AutocastPrivateUse1")
    return library


def _cast(leaf: Any, dtype: torch.dtype) -> Any:
    floating = isinstance(leaf, DeviceTensor) and leaf.is_floating_point()
    return leaf.to(dtype) if floating and leaf.dtype != dtype else leaf


_others = torch.library.Library("_", "IMPL")
_others.fallback(torch.library.fallthrough_kernel, "AutocastPrivateUse1")
_casts = _register_casts()
