"""What must be caught before PyTorch takes it apart, or before it looks for a GPU."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor
from torch.overrides import TorchFunctionMode
from torch.utils._python_dispatch import _disable_current_modes

from . import streams
from .device import NAME, DeviceTensor, mapped, tensors_of

# One operator of cuDNN or of PyTorch's fused attention.
_FUSED = frozenset({"lstm", "gru", "scaled_dot_product_attention"})
_READING = frozenset({"tolist", "item", "numpy", "__float__", "__int__", "__bool__", "__array__"})


class Functions(TorchFunctionMode):
    """Functions and methods of PyTorch as they are where there is a GPU.

    Args:
        count: Called with the name of each operator.
    """

    def __init__(self, count: Callable[[str], None]) -> None:
        super().__init__()
        self._count = count
        # By the address of their memory; kept, so that it is not used again.
        self._pinned: dict[int, Tensor] = {}

    def is_pinned(self, tensor: Tensor) -> bool:
        """Tell whether a tensor of the host lies in pinned memory."""
        return tensor.untyped_storage().data_ptr() in self._pinned

    def _pin(self, tensor: Tensor) -> Tensor:
        self._pinned[tensor.untyped_storage().data_ptr()] = tensor
        return tensor

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        kwargs = dict(kwargs or {})
        name, first = getattr(func, "__name__", ""), args[0] if args else None
        ours = isinstance(first, DeviceTensor)
        if kwargs.pop("pin_memory", False):
            return self._pin(func(*args, **kwargs))
        if name == "pin_memory":
            return self._pin(first.clone())
        if name == "is_pinned":
            return self.is_pinned(first)
        if name == "record_stream":
            return first.origin.users.add(args[1])
        if name == "__get__" and func.__self__ is Tensor.is_cuda:
            return ours
        if name == "__set__" and func.__self__ is Tensor.data and ours:
            first.host = args[1].host
        elif name in _READING and isinstance(first, Tensor) and not ours:
            streams.check_arrived(first, name)
        elif name in {"tensor", "as_tensor"} and kwargs.get("device") is not None:
            # It fills memory below any mode: made on the host, and moved as CUDA does.
            device = kwargs.pop("device")
            return func(*args, **kwargs, device="cpu").to(device)
        elif name in _FUSED and any(isinstance(each, DeviceTensor) for each in tensors_of(args)):
            return self._run_fused(func, name, args, kwargs)
        return func(*args, **kwargs)

    def _run_fused(self, func: Any, name: str, args: Any, kwargs: Any) -> Any:
        """Run as one operator, and one more for its gradients."""
        tensors = [each for each in tensors_of(args, kwargs) if isinstance(each, DeviceTensor)]

        def call(*values: Tensor) -> Any:
            by_tensor = {id(tensor): value for tensor, value in zip(tensors, values, strict=True)}
            host_args, host_kwargs = mapped(lambda leaf: by_tensor.get(id(leaf), leaf), (args, kwargs))
            return func(*host_args, **host_kwargs)

        inputs = tensors
        if torch.is_autocast_enabled(NAME):
            dtype = torch.get_autocast_dtype(NAME)
            inputs = [tensor.to(dtype) if tensor.is_floating_point() else tensor for tensor in tensors]
        return _Fused.apply(call, self._count, name, *inputs)


class _Fused(torch.autograd.Function):
    """A function of several operators that a GPU has as one; computed in float32."""

    @staticmethod
    def forward(ctx: Any, call: Callable[..., Any], count: Callable[[str], None], name: str, *tensors: Tensor) -> Any:
        count(name)
        ctx.count, ctx.name, ctx.dtypes = count, name, [tensor.dtype for tensor in tensors]
        dtype = next(tensor.dtype for tensor in tensors if tensor.is_floating_point())
        for tensor in tensors:
            tensor.origin.check(lambda: name)
        with _on_the_host():
            ctx.leaves = [_leaf(tensor.host) for tensor in tensors]
            out = call(*ctx.leaves)
            ctx.outs = [out] if isinstance(out, Tensor) else list(out)
            results = [value.detach().to(dtype) for value in ctx.outs]
        wrapped = [DeviceTensor(result) for result in results]
        return wrapped[0] if isinstance(out, Tensor) else tuple(wrapped)

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> Any:
        ctx.count(f"{ctx.name}_backward")
        with _on_the_host():
            wanted = [leaf for leaf in ctx.leaves if leaf.requires_grad]
            pairs = [(out, g.host.to(out.dtype)) for out, g in zip(ctx.outs, gradients, strict=True) if g is not None]
            found = torch.autograd.grad([o for o, _ in pairs], wanted, [g for _, g in pairs], allow_unused=True)
        by_leaf = {id(leaf): gradient for leaf, gradient in zip(wanted, found, strict=True)}
        own = [by_leaf.get(id(leaf)) for leaf in ctx.leaves]
        back = [None if g is None else DeviceTensor(g.to(dtype)) for g, dtype in zip(own, ctx.dtypes, strict=True)]
        return None, None, None, *back


def _leaf(value: Tensor) -> Tensor:
    return value.clone().float().requires_grad_() if value.is_floating_point() else value.clone()


@contextmanager
def _on_the_host() -> Iterator[None]:
    """Compute with the host's tensors and their gradients, whatever goes on around."""
    with _disable_current_modes(), torch._C.DisableTorchFunction(), torch.inference_mode(False), torch.enable_grad():
        yield
