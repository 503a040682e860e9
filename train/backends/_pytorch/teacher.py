"""A teacher on PyTorch: a trained network whose probabilities at each time step another one learns."""

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from .. import Teacher
from .transfer import Uploader


class TorchTeacher:
    """The loss of a network that has a teacher.

    Args:
        teacher: Layers, labels and settings.
        network: Network of the teacher, on the device, in evaluation mode.
        device: Device of the network in training.
    """

    def __init__(self, teacher: Teacher, network: nn.Module, device: torch.device) -> None:
        self.network = network
        self._share, self._temperature = teacher.share, teacher.temperature
        self._upload = Uploader(device)
        lacks = teacher.labels < 0
        self._lacking = frozenset(np.flatnonzero(lacks).tolist())
        self._labels = torch.from_numpy(teacher.labels.clip(0)).to(device)
        self._shift = torch.from_numpy(np.where(lacks, -np.inf, 0).astype(np.float32)).to(device)

    def loss(self, ctc: Tensor, scores: Tensor, taught: Tensor, own: Tensor, labels: NDArray[np.int32]) -> Tensor:
        """Return the loss of all lines: their share of CTC's, and their divergence from the teacher.

        Args:
            ctc: Loss of each line, (N,).
            scores: Log-probabilities (N, steps, labels).
            taught: Those of the teacher, (N, steps, its labels).
            own: 1 for the time steps of each line and 0 for those beyond, (N, steps).
            labels: Labels of each line, int32 (N, longest), padded with 0.
        """
        share = torch.full_like(ctc, self._share)
        unknown = np.array([not self._lacking.isdisjoint(row) for row in labels.tolist()])
        if unknown.any():
            share = share.masked_fill(self._upload(unknown)[0], 0.0)
        return ((1 - share) * ctc + share * (self._divergence(scores, taught) * own).sum(1)).sum()

    def _divergence(self, scores: Tensor, taught: Tensor) -> Tensor:
        """Return the Kullback-Leibler divergence at each time step, (N, steps), times the squared temperature.

        The square keeps its gradients as large as those of CTC (Hinton, Vinyals and Dean 2015).
        """
        target = nn.functional.softmax((taught[:, :, self._labels] + self._shift) / self._temperature, dim=2)
        found = nn.functional.log_softmax(scores / self._temperature, dim=2)
        return nn.functional.kl_div(found, target, reduction="none").sum(2) * self._temperature**2
