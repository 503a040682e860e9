"""CTC on PyTorch, with or without a teacher."""

from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from ...data.batches import Batch
from .objectives import Forward, ink_of
from .teacher import TorchTeacher
from .transfer import Uploader

_NONE = np.zeros(0, np.int64)


class _Lines(NamedTuple):
    """Lines on a device.

    Attributes:
        pixels: Images uint8 (N, height, width).
        extents: Width of each line, int64 (N,); None where all are as wide as the images.
        own_extents: The same in this process, where layers may use it.
        targets: Labels of all lines, one after the other, int64.
    """

    pixels: Tensor
    extents: Tensor | None
    own_extents: NDArray[np.int64] | None
    targets: Tensor


class CtcObjective:
    """Lines to log-probabilities of labels (Graves et al. 2006).

    Args:
        forward: Runs a network in the precision of the learner.
        device: Device of the networks.
        compiles: Whether the network in training is compiled.
        teacher: Teacher of the network.
    """

    def __init__(self, forward: Forward, device: torch.device, compiles: bool, teacher: TorchTeacher | None) -> None:
        self._forward, self._compiles, self._teacher = forward, compiles, teacher
        self._uploader = Uploader(device)

    def loss(self, network: nn.Module, batch: Batch) -> Tensor:
        """Return a batch's part of the mean loss of all lines of the step."""
        targets = np.concatenate([row[:count] for row, count in zip(batch.labels, batch.lengths, strict=True)])
        lines = self._upload(batch.images, batch.extents, targets.astype(np.int64))
        scores = self._scores(network, lines)
        per_step = batch.width // scores.shape[1]
        steps = torch.from_numpy(np.minimum(-(-batch.widths // per_step), scores.shape[1]).astype(np.int64))
        # The CPU's and the native GPU implementation take concatenated labels; cuDNN's takes int32 without blanks,
        # and lines of one width. The GPU's copies the lengths to the device by itself and waits until the device has
        # done all earlier work: once a step for the forward pass, then for what the loss itself takes.
        loss = nn.functional.ctc_loss(
            scores.transpose(0, 1), lines.targets, steps, torch.from_numpy(batch.lengths.astype(np.int64)),
            reduction="none" if self._teacher else "sum", zero_infinity=True,
        )  # fmt: skip
        if self._teacher:
            with torch.no_grad():
                taught = self._scores(self._teacher.network, lines)
            loss = self._teacher.loss(loss, scores, taught, _own_steps(scores, lines, per_step), batch.labels)
        return loss / batch.total

    def answer(self, network: nn.Module, *inputs: Any) -> Tensor:
        """Return log-probabilities (N, steps, labels) of images (N, height, width), and extents if there are any."""
        images, extents = (*inputs, None)[:2]
        return self._scores(network, self._upload(images, extents))

    def _upload(
        self, images: NDArray[np.uint8], extents: NDArray[np.int64] | None, targets: NDArray[np.int64] = _NONE
    ) -> _Lines:
        """Begin to copy lines to the device, and their labels one after the other."""
        narrow = extents is not None and extents.min() < images.shape[2]
        numbers = np.concatenate([extents, targets]) if narrow else targets
        pixels, numbers_there = self._uploader(images, numbers)
        widths, labels = numbers_there.tensor_split([len(numbers) - len(targets)])
        # Compiled layers take the widths from the device: those of this process would be numbers of the code.
        own = None if self._compiles else extents
        return _Lines(pixels, widths if narrow else None, own, labels)

    def _scores(self, network: Any, lines: _Lines) -> Tensor:
        """Return log-probabilities (N, steps, labels)."""
        out = self._forward(network, ink_of(lines.pixels.unsqueeze(1)), lines.extents, lines.own_extents)
        return nn.functional.log_softmax(out, dim=2)


def _own_steps(scores: Tensor, lines: _Lines, per_step: int) -> Tensor:
    """Return 1 for the time steps of each line, with its paper, and 0 for those beyond, (N, steps)."""
    ones = torch.ones_like(scores[:, :, 0])
    if lines.extents is None:
        return ones
    return ones * ((ones.cumsum(1) - 1) * per_step < lines.extents[:, None])
