"""Maps of pages on PyTorch: their activation, and the loss of a finder."""

from typing import Any

import torch
from torch import Tensor, nn

from receiptgen.finding.network import SQUARE
from receiptgen.recognition.layers import Shape

from ...data.pages.batches import BAND, DIRECTION, IGNORED, PAPER, REGION, PageBatch
from .objectives import Forward, ink_of
from .transfer import Uploader

# Negatives per positive that the loss of the bands counts, the worst of all; and the positives that an image without
# any counts for, so that grounds without text teach as well. Shrivastava, Gupta and Girshick 2016 mine such examples
# while they train; Liao et al. 2020 do for text, three to one.
_NEGATIVES, _LEAST = 4, 200
# Weights of the parts of the loss: of the bands' cross-entropy and overlap, of regions, heights, directions and paper.
_CROSS_ENTROPY, _OVERLAP, _REGION, _HEIGHT, _DIRECTION, _PAPER = 2.0, 1.0, 0.5, 0.5, 0.25, 0.2


class MapObjective:
    """Pages to the maps of a finder.

    Args:
        forward: Runs a network in the precision of the learner.
        device: Device of the network.
    """

    def __init__(self, forward: Forward, device: torch.device) -> None:
        self._forward = forward
        self._uploader = Uploader(device)

    def loss(self, network: nn.Module, batch: PageBatch) -> Tensor:
        """Return a batch's part of the mean loss of all crops of the step; hard negatives are those of the part."""
        pixels, *truth = self._uploader(batch.images, *batch.truth)
        scores = scores_of(self._forward(network, ink_of(pixels.unsqueeze(1)), None, None))
        return map_loss(scores, *truth) * (len(batch.images) / batch.total)

    def answer(self, network: nn.Module, *inputs: Any) -> Tensor:
        """Return activated maps (N, maps, H / 2, W / 2) of pages (N, H, W)."""
        (pixels,) = self._uploader(*inputs)
        return activated(scores_of(self._forward(network, ink_of(pixels.unsqueeze(1)), None, None)))


class ExportedFinder(nn.Module):
    """A module from pages uint8 (N, H, W) to activated maps (N, maps, H / 2, W / 2).

    Args:
        network: Network from ink (N, 1, H, W).
    """

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network = network

    def forward(self, pages: Tensor) -> Tensor:
        """Return activated maps."""
        return activated(scores_of(self.network(ink_of(pages.unsqueeze(1)))))


def example_pages(input: Shape) -> tuple[Tensor, ...]:
    """Return two pages to trace a network with."""
    return (torch.zeros(2, input.height, input.width, dtype=torch.uint8),)


def scores_of(output: Tensor) -> Tensor:
    """Return maps (N, maps, H / 2, W / 2) before their activation, of the network's output at a quarter of the size."""
    return nn.functional.pixel_shuffle(output, SQUARE)


def activated(scores: Tensor) -> Tensor:
    """Return maps as ``FinderMaps`` has them, one after the other in axis 1."""
    shares = torch.sigmoid(scores)
    direction = nn.functional.normalize(scores[:, 3:5], dim=1, eps=1e-6)
    return torch.cat([shares[:, :2], torch.exp(scores[:, 2:3]), direction, shares[:, 5:]], 1)


def map_loss(scores: Tensor, marks: Tensor, heights: Tensor, across: Tensor, down: Tensor) -> Tensor:
    """Return the loss of a finder's maps.

    It is the sum, with the weights above, of: the cross-entropy of the bands with hard negatives alone (Shrivastava et
    al. 2016); one less their soft overlap, Dice's coefficient (Milletari, Navab and Ahmadi 2016); the cross-entropy of
    regions and of paper; and on bands the absolute differences of the logarithm of height and of the direction.

    Args:
        scores: Maps before their activation, float32 (N, maps, h, w).
        marks: As ``PageTruth`` has them, as all that follows, (N, h, w).
        heights: Logarithms of heights.
        across: Directions.
        down: Directions.
    """
    band, region, paper = (((marks & bit) > 0).float() for bit in (BAND, REGION, PAPER))
    counts = ((marks & IGNORED) == 0).float()
    # Parted once: the gradient of each part by itself would be a tensor as large as all of them.
    of_band, of_regions, of_heights, of_across, of_down, of_papers = scores.unbind(1)
    overlap = _overlap_loss(torch.sigmoid(of_band) * counts, band * counts)
    of_region = (_cross_entropy(of_regions, region) * counts).mean()
    of_paper = _cross_entropy(of_papers, paper).mean()
    values = band.sum().clamp(min=1)
    of_height = ((of_heights - heights.float()).abs() * band).sum() / values
    turned = [(of_across - across.float() / DIRECTION).abs(), (of_down - down.float() / DIRECTION).abs()]
    of_direction = ((turned[0] + turned[1]) * band).sum() / values
    return (
        _CROSS_ENTROPY * _hard_cross_entropy(of_band, band, counts) + _OVERLAP * overlap + _REGION * of_region
        + _HEIGHT * of_height + _DIRECTION * of_direction + _PAPER * of_paper
    )  # fmt: skip


def _cross_entropy(scores: Tensor, truth: Tensor) -> Tensor:
    return nn.functional.binary_cross_entropy_with_logits(scores, truth, reduction="none")


def _hard_cross_entropy(scores: Tensor, truth: Tensor, counts: Tensor) -> Tensor:
    """Return the mean cross-entropy over all positives that count, and the worst of the negatives."""
    losses = _cross_entropy(scores, truth)
    positives, negatives = (truth > 0) & (counts > 0), (truth == 0) & (counts > 0)
    of_negatives = losses[negatives]
    # How many there are is asked of the device, which a GPU is waited for: its next step has long been prepared.
    number = max(int(positives.sum()), _LEAST)
    worst = min(of_negatives.numel(), _NEGATIVES * number)
    return (losses[positives].sum() + of_negatives.topk(worst, sorted=False).values.sum()) / (number + worst)


def _overlap_loss(shares: Tensor, truth: Tensor) -> Tensor:
    return 1 - (2 * (shares * truth).sum() + 1) / (shares.sum() + truth.sum() + 1)
