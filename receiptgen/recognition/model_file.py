"""Files of weights: safetensors with all that reading needs, and no framework's own names."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from receiptgen.core.assets import packaged_weights
from receiptgen.core.errors import MissingExtraError, WeightsError
from receiptgen.core.files import write_atomic
from receiptgen.recognition.charset import Charset
from receiptgen.recognition.metadata import Metadata
from receiptgen.recognition.networks import Network, parameter_specs
from receiptgen.recognition.preprocess import Preprocess

try:
    from safetensors import SafetensorError, safe_open
    from safetensors.numpy import save
except ImportError:
    raise MissingExtraError("weights need the package safetensors; pip install 'receiptgen[torch]'") from None


@dataclass(frozen=True)
class Model:
    """A network with weights, and what it takes to read with it.

    Attributes:
        network: Its record.
        charset: What its labels stand for.
        preprocess: How lines are made ready.
        weights: float32 by name, as ``networks.parameter_specs`` says.
        record: How it was trained, JSON-ready.
    """

    network: Network
    charset: Charset
    preprocess: Preprocess
    weights: Mapping[str, NDArray[np.float32]]
    record: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, metadata: Metadata, weights: Mapping[str, NDArray[np.float32]], place: Path) -> "Model":
        """Join a metadata and weights that a file has.

        Raises:
            WeightsError: They don't fit.
        """
        model = cls(metadata.network, metadata.charset, metadata.preprocess, weights, metadata.record)
        check_fit(model, place)
        return model

    @property
    def metadata(self) -> Metadata:
        """All but the weights."""
        return Metadata(self.network, self.charset, self.preprocess, self.record)


def save_model(model: Model, path: Path) -> None:
    """Write a model aside, then put it in its place: the file is whole at any time.

    Raises:
        FileError: The disk is full, or the place can't be written to.
    """
    arrays = {name: np.ascontiguousarray(array, np.float32) for name, array in model.weights.items()}
    write_atomic(path, save(arrays, model.metadata.write()))


def load_model(path: Path) -> Model:
    """Read a model.

    Args:
        path: A file, or the name of packaged weights.

    Raises:
        WeightsError: There is no such file, it is damaged or of another make, or its weights don't fit its network.
    """
    path = packaged_weights(str(path)) or path
    if not path.is_file():
        raise WeightsError(
            f"{path}: {'is a folder' if path.is_dir() else 'no such file'}; expected weights, as best.safetensors"
        )
    try:
        with safe_open(path, "np") as file:
            said = file.metadata() or {}
            weights = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118  # a handle, no mapping
    except (OSError, SafetensorError, TypeError) as error:  # NumPy knows no bfloat16
        raise WeightsError(f"{path}: is no safetensors file that can be read: {str(error).lower()}") from None
    return Model.of(Metadata.read(said, path), weights, path)


def check_fit(model: Model, place: Path) -> None:
    """Compare weights with what their network declares.

    Raises:
        WeightsError: One is missing, too many, of another shape or no float32, or lines would be of another height.
    """
    for name, array in model.weights.items():
        if array.dtype != np.float32:
            raise WeightsError(f"{place}: weight {name!r} has numbers of kind {array.dtype}; expected float32")
    wanted = {name: parameter.shape for name, parameter in parameter_specs(model.network, len(model.charset)).items()}
    found = {name: array.shape for name, array in model.weights.items()}
    for name in sorted(wanted.keys() | found.keys()):
        if wanted.get(name) != found.get(name):
            has, needs = found.get(name, "missing"), wanted.get(name, "none")
            raise WeightsError(f"{place}: weight {name!r} is {has}, its network has {needs}")
    if model.preprocess.height != model.network.height:
        raise WeightsError(
            f"{place}: lines are made {model.preprocess.height} pixels high, its network reads {model.network.height}"
        )
