"""Batch normalisation over the batches of all processes together, on PyTorch."""

from typing import Any

import torch
from torch import Tensor, distributed, nn


class BatchNorm(nn.BatchNorm2d):
    """Batch normalisation over the batches of all processes together."""

    def __init__(self, channels: int, epsilon: float, momentum: float, replicas: int, frozen: bool) -> None:
        super().__init__(channels, eps=epsilon, momentum=momentum)
        # A count of batches is not needed with momentum, and would be a buffer that no other backend has.
        self.num_batches_tracked = None
        self._replicas, self._frozen = replicas, frozen

    def forward(self, x: Tensor) -> Tensor:
        if not self.training or self._frozen:
            return nn.functional.batch_norm(
                x, self.running_mean, self.running_var, self.weight, self.bias, eps=self.eps
            )
        if self._replicas == 1:
            return super().forward(x)
        normed: Tensor
        normed, mean, variance = _NormOverProcesses.apply(x, self.weight, self.bias, self.eps)  # type: ignore[no-untyped-call]  # torch has no types for it
        with torch.no_grad():
            for running, current in ((self.running_mean, mean), (self.running_var, variance)):
                assert running is not None
                running.lerp_(current, self.momentum or 0.0)
        return normed


class _NormOverProcesses(torch.autograd.Function):
    """Normalises maps (N, channels, height, width) by mean and variance over all processes.

    Returns them too, float32 (channels,), the variance unbiased. Each way takes one collective, and no number goes
    from or to the host. Gradients of the weights are those of this process's lines, as of every other layer.
    """

    @staticmethod
    def forward(ctx: Any, x: Tensor, weight: Tensor, bias: Tensor, epsilon: float) -> tuple[Tensor, Tensor, Tensor]:
        own_variance, own_mean = torch.var_mean(x.float(), (0, 2, 3), correction=0)
        # A process's variance is found about its own mean; what their means differ by is found from sums of squares,
        # whose difference keeps seven digits in float64 even where a mean is 10,000 deviations from zero.
        own = torch.stack([own_mean, own_variance, torch.ones_like(own_mean)]).double()
        own[1] += own[0] * own[0]
        totals = own * (x.numel() // x.shape[1])
        distributed.all_reduce(totals)
        count = totals[2]
        mean = totals[0] / count
        variance = totals[1] / count - mean * mean
        unbiased = (variance * (count / (count - 1))).float()
        mean, variance = mean.float(), variance.float()
        ctx.save_for_backward(x, weight, mean, variance, count)
        ctx.epsilon = epsilon
        normed = nn.functional.batch_norm(x, mean, variance, weight, bias, eps=epsilon)
        ctx.mark_non_differentiable(mean, unbiased)
        return normed, mean, unbiased

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor, Tensor, Tensor, None]:
        x, weight, mean, variance, count = ctx.saved_tensors
        scale = torch.rsqrt(variance + ctx.epsilon)
        centred, gradient = x.float() - mean[:, None, None], gradients[0].float()
        of_shift = gradient.sum((0, 2, 3))
        of_scale = (gradient * centred).sum((0, 2, 3)) * scale
        totals = torch.stack([of_shift, of_scale])
        distributed.all_reduce(totals)
        # Ioffe and Szegedy 2015, section 3: what the gradient has along 1 and along the normalised map is taken away.
        by_mean, by_deviation = totals / count.float()
        factor = weight * scale
        along = torch.addcmul(
            (-factor * by_mean)[:, None, None], centred, (-factor * scale * by_deviation)[:, None, None]
        )
        return torch.addcmul(along, gradient, factor[:, None, None]).to(x.dtype), of_scale, of_shift, None
