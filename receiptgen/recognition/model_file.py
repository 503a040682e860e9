"""Files of weights: safetensors with all that reading needs, under names of no framework."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from receiptgen.core.assets import packaged_weights
from receiptgen.core.errors import WeightsError
from receiptgen.core.files import write_atomic
from receiptgen.recognition.charset import Charset
from receiptgen.recognition.companions import Companions
from receiptgen.recognition.layers import ParameterSpec
from receiptgen.recognition.metadata import Metadata
from receiptgen.recognition.networks import Network, Reads, parameter_specs
from receiptgen.recognition.preprocess import Preprocess
from receiptgen.recognition.tensor_file import pack_tensors, read_tensors


@dataclass(frozen=True)
class Model:
    """A network with weights and what reading needs besides.

    Attributes:
        network: Record of the network.
        charset: Characters or words that its labels stand for.
        preprocess: Preprocessing of images.
        weights: Arrays float32 by name, as ``networks.parameter_specs`` gives them.
        record: Record of how it was trained, JSON-ready.
        reads: What an image holds.
        companions: Character model and calibration of confidences.
    """

    network: Network
    charset: Charset
    preprocess: Preprocess
    weights: Mapping[str, NDArray[np.float32]]
    record: Mapping[str, Any] = field(default_factory=dict)
    reads: Reads = "lines"
    companions: Companions = field(default_factory=Companions)

    @classmethod
    def of(cls, metadata: Metadata, weights: Mapping[str, NDArray[np.float32]], path: Path) -> "Model":
        """Return the model of a file's metadata and weights.

        Raises:
            WeightsError: They don't fit.
        """
        model = cls(
            metadata.network, metadata.charset, metadata.preprocess, weights, metadata.record, metadata.reads,
            metadata.companions,
        )  # fmt: skip
        check_fit(model, path)
        return model

    @property
    def metadata(self) -> Metadata:
        """All but the weights."""
        return Metadata(self.network, self.charset, self.preprocess, self.record, self.reads, self.companions)


class Described(Protocol):
    """Metadata of a model."""

    def write(self) -> Mapping[str, str]:
        """Return the texts for a file."""


class Saved(Protocol):
    """A model that a file can hold: one that reads, or a finder."""

    @property
    def weights(self) -> Mapping[str, NDArray[np.float32]]:
        """Arrays by name."""

    @property
    def metadata(self) -> Described:
        """All but the weights."""


def save_model(model: Saved, path: Path) -> None:
    """Write a model atomically, so that the file is whole at any time.

    Raises:
        FileError: The disk is full, or the path can't be written to.
    """
    arrays = {name: np.ascontiguousarray(array, np.float32) for name, array in model.weights.items()}
    write_atomic(path, pack_tensors(arrays, model.metadata.write()))


def read_weights(path: Path) -> tuple[dict[str, NDArray[Any]], dict[str, str]]:
    """Read the arrays and texts of a file of weights.

    Raises:
        WeightsError: There is no such file, it is damaged or of another format, or the state of a run.
    """
    weights, texts = read_tensors(path)
    if "progress" in texts:
        raise WeightsError(f"{path}: is the state of a run; its weights are best.safetensors and last.safetensors")
    return weights, texts


def load_model(path: Path) -> Model:
    """Read a model.

    Args:
        path: A file, or the name of packaged weights.

    Raises:
        WeightsError: There is no such file, it is damaged or of another format, or its weights don't fit its network.
    """
    beside = Companions.packaged(str(path))
    path = packaged_weights(str(path)) or path
    weights, texts = read_weights(path)
    metadata = Metadata.read(texts, path)
    return Model.of(metadata._replace(companions=beside or metadata.companions), weights, path)


def check_fit(model: Model, path: Path) -> None:
    """Check that weights fit their network.

    Raises:
        WeightsError: One is missing, superfluous, of another shape or not float32, or images would be of
            another size.
    """
    check_shapes(model.weights, parameter_specs(model.network, len(model.charset)), path)
    for side in ("height", "width"):
        made, read = getattr(model.preprocess, side), getattr(model.network, side)
        if made != read:
            raise WeightsError(f"{path}: images are made {made} pixels in {side}, its network reads {read}")


def check_shapes(weights: Mapping[str, NDArray[np.float32]], specs: Mapping[str, ParameterSpec], path: Path) -> None:
    """Check that weights are those of a network.

    Args:
        weights: Arrays by name.
        specs: Specs of the network's weights by name.
        path: File of the weights, for messages.

    Raises:
        WeightsError: One is missing, superfluous, of another shape or not float32.
    """
    for name, array in weights.items():
        if array.dtype != np.float32:
            raise WeightsError(f"{path}: weight {name!r} is {array.dtype}; expected float32")
    for name in sorted(specs.keys() | weights.keys()):
        stored = weights[name].shape if name in weights else "missing"
        needed = specs[name].shape if name in specs else "none"
        if stored != needed:
            raise WeightsError(f"{path}: weight {name!r} is {stored}, its network has {needed}")
