"""Models that can be trained: recognisers of lines and finders of text on pages."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from receiptgen.core.assets import packaged_weights
from receiptgen.finding.finder_model import KIND, FinderMetadata, FinderModel, load_finder
from receiptgen.finding.network import FinderNetwork
from receiptgen.recognition.metadata import PAGES, Metadata, network_settings
from receiptgen.recognition.model_file import Model, load_model
from receiptgen.recognition.networks import Network
from receiptgen.recognition.tensor_file import read_tensors

AnyModel = Model | FinderModel
AnyMetadata = Metadata | FinderMetadata


def read_metadata(texts: Mapping[str, str], path: Path) -> AnyMetadata:
    """Read the metadata of a file of either kind.

    Args:
        texts: JSON texts by key.
        path: The file, for messages.

    Raises:
        WeightsError: It was not written by receiptgen, or is damaged.
    """
    return (FinderMetadata if texts.get("reads") == PAGES else Metadata).read(texts, path)


def model_of(metadata: AnyMetadata, weights: Mapping[str, NDArray[np.float32]], path: Path) -> AnyModel:
    """Return the model of a file's metadata and weights.

    Raises:
        WeightsError: They don't fit.
    """
    if isinstance(metadata, FinderMetadata):
        return FinderModel.of(metadata, weights, path)
    return Model.of(metadata, weights, path)


def network_name(network: Network | FinderNetwork) -> str:
    """Return the name of a network."""
    return KIND if isinstance(network, FinderNetwork) else str(network_settings(network)["kind"])


def load_any(path: Path) -> AnyModel:
    """Read the weights of either kind.

    Args:
        path: A safetensors file, or the name of packaged weights.

    Raises:
        WeightsError: There is no such file, or it is damaged.
    """
    _, texts = read_tensors(packaged_weights(str(path)) or path)
    return load_finder(path) if texts.get("reads") == PAGES else load_model(path)
