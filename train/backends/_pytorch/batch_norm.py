"""Batch normalisation over the batches of all processes together, on PyTorch."""

from typing import Any

import torch
from torch import Tensor, distributed, nn


class BatchNorm(nn.BatchNorm2d):
    """Batch normalisation over the batches of all processes together.

    Attributes:
        lines: Number of lines of the batch over all processes; to be set before each where there are several.
    """

    def __init__(self, channels: int, epsilon: float, momentum: float, replicas: int, frozen: bool) -> None:
        super().__init__(channels, eps=epsilon, momentum=momentum)
        # A count of batches is not needed with momentum, and would be a buffer that no other backend has.
        self.num_batches_tracked = None
        self._replicas, self._frozen = replicas, frozen
        self.lines = 0

    def forward(self, x: Tensor) -> Tensor:
        if not self.training or self._frozen:
            return nn.functional.batch_norm(
                x, self.running_mean, self.running_var, self.weight, self.bias, eps=self.eps
            )
        if self._replicas == 1:
            return super().forward(x)
        count = self.lines * x.shape[2] * x.shape[3]
        normed: Tensor
        normed, statistics = _NormOverProcesses.apply(x, self.weight, self.bias, self.eps, count)  # type: ignore[no-untyped-call]  # torch has no types for it
        self._keep(statistics, count)
        return normed

    def _keep(self, statistics: Tensor, count: int) -> None:
        """Move the running statistics towards those of a batch."""
        momentum = self.momentum or 0.0
        assert self.running_mean is not None
        assert self.running_var is not None
        with torch.no_grad():
            self.running_mean.lerp_(statistics[0], momentum)
            # The unbiased variance, as in PyTorch's own.
            self.running_var.mul_(1 - momentum).add_(statistics[1], alpha=momentum * count / (count - 1))


class _NormOverProcesses(torch.autograd.Function):
    """Normalises maps (N, channels, height, width) by mean and variance over all processes.

    Returns both, too, float32 (2, channels). Each way takes one collective, and no number goes from or to the host.
    Gradients of the weights are those of this process's lines, as of every other layer.
    """

    @staticmethod
    def forward(ctx: Any, x: Tensor, weight: Tensor, bias: Tensor, epsilon: float, count: int) -> tuple[Tensor, Tensor]:
        variance, mean = torch.var_mean(x.float(), (0, 2, 3), correction=0)
        # A process's variance is found about its own mean; what their means differ by is found from sums of squares,
        # whose difference keeps seven digits in float64 even where a mean is 10,000 deviations from zero.
        moments = torch.stack([mean, variance]).double()
        moments[1].addcmul_(moments[0], moments[0])
        moments *= x.numel() // x.shape[1] / count
        distributed.all_reduce(moments)
        moments[1].addcmul_(moments[0], moments[0], value=-1)
        statistics = moments.float()
        ctx.save_for_backward(x, weight, statistics)
        ctx.epsilon, ctx.count = epsilon, count
        ctx.mark_non_differentiable(statistics)
        return nn.functional.batch_norm(x, statistics[0], statistics[1], weight, bias, eps=epsilon), statistics

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor, Tensor, Tensor, None, None]:
        x, weight, statistics = ctx.saved_tensors
        gradient, centred = gradients[0].float(), x.float() - statistics[0][:, None, None]
        scale = torch.rsqrt(statistics[1] + ctx.epsilon)
        of_shift, of_scale = gradient.sum((0, 2, 3)), (gradient * centred).sum((0, 2, 3)) * scale
        means = torch.stack([of_shift, of_scale]) / ctx.count
        distributed.all_reduce(means)
        # Ioffe and Szegedy 2015, section 3: what the gradient has along 1 and along the normalised map is taken away.
        away = torch.addcmul(means[0][:, None, None], centred, (means[1] * scale)[:, None, None])
        of_input = (gradient - away) * (weight * scale)[:, None, None]
        return of_input.to(x.dtype), of_scale, of_shift, None, None
