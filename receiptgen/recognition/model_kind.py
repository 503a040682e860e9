"""Kinds of networks that don't read lines, such as finders: what their files say, whatever the kind."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from receiptgen.core.assets import packaged_weights
from receiptgen.core.errors import WeightsError
from receiptgen.core.settings import StoredSettings
from receiptgen.recognition.layers import Layers, ParameterSpec, Shape, parameters_of
from receiptgen.recognition.metadata import VERSION, check_version, json_object, parsed, unreadable


class KindNetwork(StoredSettings, Protocol):
    """Settings that define all layers of a network.

    Attributes:
        about: Description in one line.
    """

    about: ClassVar[str]

    def layers(self) -> Layers:
        """Return all layers."""


@dataclass(frozen=True, eq=False)
class ModelKind:
    """A kind of network; all that files, training and export must know of it.

    Attributes:
        name: Name of the network in metadata and recipes, and of the packaged recipe that trains it.
        reads: What files say that it reads.
        network: Record of the network.
        example: An input to build and trace the network with.
        noun: What messages call it, as ``a finder``.
        lacks: What other weights don't do, as ``find nothing on pages``.
        axes: Names of the axes that vary of each input, in their order, and last of the output, by their names.
        signature: Inputs and output of its ONNX files, in words.
    """

    name: str
    reads: str
    network: type[KindNetwork]
    example: Shape
    noun: str
    lacks: str
    axes: Mapping[str, Mapping[int, str]]
    signature: str

    @property
    def inputs(self) -> tuple[str, ...]:
        """Names of the inputs."""
        return tuple(self.axes)[:-1]

    @property
    def output(self) -> str:
        """Name of the output."""
        return tuple(self.axes)[-1]

    def settings(self, network: KindNetwork) -> dict[str, Any]:
        """Return a network's name and settings, JSON-ready."""
        return {"kind": self.name, **network.values()}

    def specs(self, network: KindNetwork) -> dict[str, ParameterSpec]:
        """Return the specs of all weights by name."""
        return parameters_of(network.layers(), self.example)

    def read(self, texts: Mapping[str, str], path: Path) -> "KindMetadata":
        """Read the metadata of a file.

        Args:
            texts: JSON texts by key.
            path: The file, for messages.

        Raises:
            WeightsError: It is of another kind, was not written by receiptgen, or is damaged.
        """
        check_version(texts, path, f"'train --recipe {self.name}' makes those of {self.noun}")
        if (reads := texts.get("reads", "lines")) != self.reads:
            raise WeightsError(f"{path}: these weights read {reads} and {self.lacks}; name those of {self.noun}")
        try:
            settings = json_object(texts, "network")
            if (kind := settings.pop("kind", "")) != self.name:
                raise ValueError(f"network {kind!r}; expected {self.name!r}")
            network = parsed(self.network.parse, "network", settings)
            return KindMetadata(self, network, json_object(texts, "record"))
        except ValueError as error:
            raise unreadable(path, error) from None

    def load(self, path: Path) -> "KindModel":
        """Read weights of this kind.

        Args:
            path: A safetensors file, or the name of packaged weights.

        Raises:
            WeightsError: There is no such file, it is damaged, or of another kind.
        """
        from receiptgen.recognition.model_file import read_weights  # here, since ONNX files don't need safetensors

        path = packaged_weights(str(path)) or path
        weights, texts = read_weights(path)
        return KindModel.of(self.read(texts, path), weights, path)


class KindMetadata(NamedTuple):
    """What a file of a kind says besides the weights.

    Attributes:
        kind: The kind.
        network: Record of the network.
        record: Record of how it was trained, JSON-ready.
    """

    kind: ModelKind
    network: KindNetwork
    record: Mapping[str, Any]

    def write(self) -> dict[str, str]:
        """Return the texts for a file."""
        network = json.dumps(self.kind.settings(self.network))
        return {
            "receiptgen": VERSION, "reads": self.kind.reads, "network": network, "record": json.dumps(self.record),
        }  # fmt: skip


@dataclass(frozen=True)
class KindModel:
    """A network of a kind with weights.

    Attributes:
        kind: The kind.
        network: Record of the network.
        weights: Arrays float32 by name, as ``ModelKind.specs`` gives them.
        record: Record of how it was trained, JSON-ready.
    """

    kind: ModelKind
    network: KindNetwork
    weights: Mapping[str, NDArray[np.float32]]
    record: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, metadata: KindMetadata, weights: Mapping[str, NDArray[np.float32]], path: Path) -> "KindModel":
        """Return the model of a file's metadata and weights.

        Raises:
            WeightsError: They don't fit.
        """
        from receiptgen.recognition.model_file import check_shapes  # as above

        check_shapes(weights, metadata.kind.specs(metadata.network), path)
        return cls(metadata.kind, metadata.network, weights, metadata.record)

    @property
    def metadata(self) -> KindMetadata:
        """All but the weights."""
        return KindMetadata(self.kind, self.network, self.record)

    @property
    def parameters(self) -> int:
        """Number of weights that are trained."""
        specs = self.kind.specs(self.network)
        return sum(self.weights[name].size for name, spec in specs.items() if spec.trained)
