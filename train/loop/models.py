"""Models that can be trained: recognisers of lines, and networks of other kinds."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from receiptgen.core.assets import packaged_weights
from receiptgen.recognition.metadata import Metadata, network_settings
from receiptgen.recognition.model_file import Model, load_model
from receiptgen.recognition.model_kind import KindMetadata, KindModel, ModelKind
from receiptgen.recognition.tensor_file import read_tensors

from ..recipes.kinds import KIND_RECIPES

AnyModel = Model | KindModel
AnyMetadata = Metadata | KindMetadata


def kind_of(texts: Mapping[str, str]) -> ModelKind | None:
    """Return the kind of network that a file's metadata name; None for a recogniser of lines."""
    kinds = (recipe.kind for recipe in KIND_RECIPES.values())
    return next((kind for kind in kinds if kind.reads == texts.get("reads")), None)


def read_metadata(texts: Mapping[str, str], path: Path) -> AnyMetadata:
    """Read the metadata of a file of any kind.

    Args:
        texts: JSON texts by key.
        path: The file, for messages.

    Raises:
        WeightsError: It was not written by receiptgen, or is damaged.
    """
    kind = kind_of(texts)
    return kind.read(texts, path) if kind else Metadata.read(texts, path)


def model_of(metadata: AnyMetadata, weights: Mapping[str, NDArray[np.float32]], path: Path) -> AnyModel:
    """Return the model of a file's metadata and weights.

    Raises:
        WeightsError: They don't fit.
    """
    if isinstance(metadata, KindMetadata):
        return KindModel.of(metadata, weights, path)
    return Model.of(metadata, weights, path)


def network_name(model: AnyModel) -> str:
    """Return the name of a model's network."""
    return model.kind.name if isinstance(model, KindModel) else str(network_settings(model.network)["kind"])


def load_any(path: Path) -> AnyModel:
    """Read the weights of any kind.

    Args:
        path: A safetensors file, or the name of packaged weights.

    Raises:
        WeightsError: There is no such file, or it is damaged.
    """
    _, texts = read_tensors(packaged_weights(str(path)) or path)
    kind = kind_of(texts)
    return kind.load(path) if kind else load_model(path)
