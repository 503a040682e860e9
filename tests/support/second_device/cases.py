"""What is taken over the second device: networks in training, and the batches that they learn from."""

from collections.abc import Mapping
from typing import Any, NamedTuple, get_args

import numpy as np
import torch

from receiptgen.recognition.networks import NETWORKS, Network, initial_weights, input_shape, with_head
from receiptgen.train.backends import Ctc, Learner, OptimizerConfig, Precision, Teacher
from receiptgen.train.backends.pytorch import Pytorch
from receiptgen.train.data.batches import Batch, collate
from receiptgen.train.data.process_group import ProcessGroup

LABELS = 9
# Few units: how many operators there are does not depend on how large they are. A GPU draws its own dropout between
# recurrent layers, so those that are compared with the CPU have none.
SETTINGS: Mapping[str, Mapping[str, Any]] = {
    "receipt": {"channels": 40},
    "receipt lstm": {"channels": 40, "mixer": "lstm"},
    "receipt convolution": {"channels": 40, "mixer": "convolution"},
    "crnn_lite": {"units": 8, "dropout": 0.0},
    "cnn_bilstm": {"units": 8, "dropout": 0.0},
    "char_cnn": {},
    "word_cnn": {"units": 16},
}
PRECISIONS = tuple(name for name in get_args(Precision) if name != "auto")


class Case(NamedTuple):
    """A network in training.

    Attributes:
        name: Name of its settings.
        precision: Precision of the forward pass.
        processes: Number of processes.
        taught: Whether a network like it teaches it, which lacks one of the labels.
    """

    name: str
    precision: str = "float32"
    processes: int = 1
    taught: bool = False

    def network(self) -> Network:
        """Return the network."""
        return NETWORKS.get(self.name.partition(" ")[0])(**SETTINGS[self.name])

    def learner(self, device: torch.device) -> Learner:
        """Return a learner as PyTorch's backend builds it for a device."""
        network = self.network()
        backend = Pytorch()
        backend._device, backend._group = device, ProcessGroup(0, self.processes)
        layers, teacher = with_head(network, LABELS), None
        if self.taught:
            labels = np.array([*range(LABELS - 1), -1])
            teacher = Teacher(layers, initial_weights(network, LABELS, 1), labels)
        return backend.learner(
            layers, input_shape(network), initial_weights(network, LABELS, 0), OptimizerConfig(ema=0.9), self.precision,
            0, objective=Ctc(teacher),
        )  # fmt: skip

    def batch(self, seed: int) -> Batch:
        """Return three lines of noise, of which two end early unless the network has a width."""
        network, random = self.network(), np.random.default_rng(seed)
        widths, counts = ([network.width] * 3, [1, 1, 1]) if network.width else ([96, 72, 40], [5, 3, 2])
        images = [random.integers(0, 256, (network.height, width), dtype=np.uint8) for width in widths]
        labels = [random.integers(1, LABELS, count).astype(np.int32) for count in counts]
        return collate(images, labels, len(images) * self.processes, multiple=network.multiple)
