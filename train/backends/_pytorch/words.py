"""Words of pages on PyTorch: the map that a reader of fields sees, and its loss."""

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from receiptgen.extraction.labelling.features import CODES, FEATURES, LETTERS
from receiptgen.extraction.labelling.network import MONTH_FIRST, STARTS
from receiptgen.extraction.labelling.roles import OTHER, ROLE_NUMBERS, ROLES
from receiptgen.recognition.layers import Shape

from ...data.words.batches import WordBatch
from ...data.words.labelled_words import UNKNOWN
from .objectives import Forward
from .transfer import Uploader

# Share of a role's probability that all roles share, since some labels are in doubt (Szegedy et al. 2016); weight of
# words without a meaning, which are most; weights of the other parts of the loss.
_SMOOTHING, _OTHER, _STARTS, _MONTH_FIRST = 0.02, 0.5, 0.3, 0.1


class WordObjective:
    """Words of pages to the scores of their roles.

    Args:
        forward: Runs a network in the precision of the learner.
        device: Device of the network.
    """

    def __init__(self, forward: Forward, device: torch.device) -> None:
        self._forward = forward
        self._uploader = Uploader(device)

    def loss(self, network: nn.Module, batch: WordBatch) -> Tensor:
        """Return a batch's part of the mean loss of all pages of the step."""
        scores, *truth = self._scores(network, batch.codes, batch.features, batch.extents, *batch.truth)
        return word_loss(scores, *truth) * (len(batch.codes) / batch.total)

    def answer(self, network: nn.Module, *inputs: Any) -> Tensor:
        """Return scores (N, words, outputs) of codes, features and extents."""
        return self._scores(network, *inputs)[0]

    def _scores(
        self, network: nn.Module, codes: NDArray[np.uint8], features: NDArray[np.float32],
        extents: NDArray[np.int64], *more: NDArray[Any],
    ) -> list[Tensor]:  # fmt: skip
        """Return scores, and more arrays on the device."""
        own_codes, own_features, own_extents, *rest = self._uploader(codes, features, extents, *more)
        ends = own_extents if extents.min() < codes.shape[2] else None
        return [self._forward(network, word_map(own_codes, own_features), ends, None), *rest]


class ExportedFields(nn.Module):
    """A module from codes, features and extents to scores.

    Args:
        network: Network from maps of words.
    """

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network = network

    def forward(self, codes: Tensor, features: Tensor, extents: Tensor) -> Tensor:
        """Return scores (N, words, outputs)."""
        scores: Tensor = self.network(word_map(codes, features), extents)
        return scores


def example_words(input: Shape) -> tuple[Tensor, ...]:
    """Return codes, features and extents of two pages to trace a network with."""
    codes = torch.zeros(2, LETTERS, input.width, dtype=torch.uint8)
    return codes, torch.zeros(2, len(FEATURES), input.width), torch.tensor([input.width, input.width // 2])


def word_map(codes: Tensor, features: Tensor) -> Tensor:
    """Return what the network takes, (N, codes and features, letters, words): features are the same for all letters."""
    numbers = torch.ones(CODES, dtype=torch.int32, device=codes.device).cumsum(0) - 1
    letters = (codes.unsqueeze(1).to(torch.int32) == numbers.view(1, -1, 1, 1)).float()
    return torch.cat([letters, features.unsqueeze(2).expand(-1, -1, LETTERS, -1)], 1)


def word_loss(scores: Tensor, roles: Tensor, starts: Tensor, month_first: Tensor) -> Tensor:
    """Return the loss of scores.

    It is the sum of the mean cross-entropy of roles, smoothed, in which words of role ``other`` weigh less, and of the
    mean cross-entropies of ``starts`` and ``month_first``, by the weights above; each over the words where it is known.

    Args:
        scores: Scores float32 (N, words, outputs).
        roles: As ``WordTruth`` has them, as all that follows, (N, words).
        starts: First words of items.
        month_first: Order of dates.
    """
    numbers = roles.long()
    each = nn.functional.cross_entropy(
        scores[..., : len(ROLES)].transpose(1, 2), numbers, ignore_index=UNKNOWN, reduction="none",
        label_smoothing=_SMOOTHING,
    )  # fmt: skip
    weights = (numbers != UNKNOWN).float()
    weights = torch.where(numbers == ROLE_NUMBERS[OTHER], _OTHER * weights, weights)
    of_roles = _mean(each, weights)
    of_starts, of_months = (
        _mean(
            nn.functional.binary_cross_entropy_with_logits(
                scores[..., place], truth.clamp(min=0).float(), reduction="none"
            ),
            (truth != UNKNOWN).float(),
        )
        for place, truth in ((STARTS, starts), (MONTH_FIRST, month_first))
    )
    return of_roles + _STARTS * of_starts + _MONTH_FIRST * of_months


def _mean(values: Tensor, weights: Tensor) -> Tensor:
    """Return the mean of values with weights; 0 where nothing weighs."""
    return (values * weights).sum() / weights.sum().clamp(min=1e-6)
