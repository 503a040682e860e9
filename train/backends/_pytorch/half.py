"""Networks whose forward pass is in half precision, with weights in float32."""

from typing import Any

import torch
from torch import Tensor, nn
from torch.func import functional_call

from .modules import SpatialTransformer


class InHalfPrecision(nn.Module):
    """A network that casts the weights of its convolutions and linear layers all at once.

    Autocast, within which it must run, would cast each by itself, by one operator for the weight and one for its
    gradient. Layers that switch it off keep their weights as they are.

    Args:
        network: The network.
        dtype: bfloat16 or float16.
    """

    def __init__(self, network: nn.Module, dtype: torch.dtype) -> None:
        super().__init__()
        self.network, self._dtype = network, dtype
        precise = {
            part for each in network.modules() if isinstance(each, SpatialTransformer) for part in each.modules()
        }
        self._weights = {
            f"{path}.{name}": weight
            for path, module in network.named_modules()
            if isinstance(module, nn.Conv2d | nn.Linear) and module not in precise
            for name, weight in module.named_parameters(recurse=False)
        }

    def forward(self, *arguments: Any) -> Tensor:
        cast = _CastAll.apply(self._dtype, *self._weights.values())  # type: ignore[no-untyped-call]  # torch has no types
        out: Tensor = functional_call(self.network, dict(zip(self._weights, cast, strict=True)), arguments)
        return out


class _CastAll(torch.autograd.Function):
    """Tensors of one type as tensors of another, in one operator, and so their gradients back."""

    @staticmethod
    def forward(ctx: Any, dtype: torch.dtype, *tensors: Tensor) -> tuple[Tensor, ...]:
        ctx.dtype = tensors[0].dtype
        return tuple(_cast(tensors, dtype))

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor | None, ...]:
        wanted = [gradient for gradient, need in zip(gradients, ctx.needs_input_grad[1:], strict=True) if need]
        cast = iter(_cast(wanted, ctx.dtype))
        return None, *(next(cast) if need else None for need in ctx.needs_input_grad[1:])


def _cast(tensors: "list[Tensor] | tuple[Tensor, ...]", dtype: torch.dtype) -> list[Tensor]:
    cast = [torch.empty_like(tensor, dtype=dtype) for tensor in tensors]
    torch._foreach_copy_(cast, list(tensors))
    return cast
