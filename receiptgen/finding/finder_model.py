"""Weights of finders, and finders opened to find text on pages."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from receiptgen.core.assets import packaged_weights
from receiptgen.core.errors import MissingExtraError, WeightsError
from receiptgen.finding.network import MAPS, MULTIPLE, PER_VALUE, FinderNetwork
from receiptgen.imaging.geometry import Pixels
from receiptgen.recognition.engines import ENGINES
from receiptgen.recognition.file_kinds import ONNX, kind_of_file
from receiptgen.recognition.layers import ParameterSpec, Shape, parameters_of
from receiptgen.recognition.metadata import PAGES, VERSION, first_fault, json_object

# Name of the network in metadata and recipes.
KIND = "finder"
# A page to build and trace the network with; it takes any other whose sides are multiples of ``MULTIPLE``.
EXAMPLE = Shape(1, 3 * MULTIPLE, 2 * MULTIPLE)


class FinderMaps(NamedTuple):
    """What a finder says of a page, each map float32 (ceil(H / 2), ceil(W / 2)) for a page (H, W).

    Attributes:
        band: Probability that a value lies in the core of a cell: a strip 0.48 letters high along the middle of each
            run of words without a wide gap, 0 to 1.
        region: Probability that it lies in the cell itself, at its full height, 0 to 1.
        height: Height of its letters, ascender to descender, in pixels of the page.
        across: Part along x of the unit vector of the reading direction, -1 to 1.
        down: Part along y, -1 to 1.
        paper: Probability that it is paper of the receipt, 0 to 1.
    """

    band: NDArray[np.float32]
    region: NDArray[np.float32]
    height: NDArray[np.float32]
    across: NDArray[np.float32]
    down: NDArray[np.float32]
    paper: NDArray[np.float32]


class FinderMetadata(NamedTuple):
    """What a file of a finder says besides the weights.

    Attributes:
        network: Record of the network.
        record: Record of how it was trained, JSON-ready.
    """

    network: FinderNetwork
    record: Mapping[str, Any]

    def write(self) -> dict[str, str]:
        """Return the texts for a file."""
        network = json.dumps(finder_settings(self.network))
        return {"receiptgen": VERSION, "reads": PAGES, "network": network, "record": json.dumps(self.record)}

    @classmethod
    def read(cls, texts: Mapping[str, str], path: Path) -> "FinderMetadata":
        """Read the metadata of a file.

        Args:
            texts: JSON texts by key.
            path: The file, for messages.

        Raises:
            WeightsError: It is of a recogniser, was not written by receiptgen, or is damaged.
        """
        if texts.get("receiptgen") != VERSION:
            raise WeightsError(f"{path}: these are not weights of receiptgen; 'train --recipe finder' makes a finder's")
        if (reads := texts.get("reads", "lines")) != PAGES:
            raise WeightsError(f"{path}: these weights read {reads} and find nothing on pages; name those of a finder")
        try:
            settings = json_object(texts, "network")
            if (kind := settings.pop("kind", "")) != KIND:
                raise ValueError(f"network {kind!r}; expected {KIND!r}")
            return cls(FinderNetwork.model_validate(settings), json_object(texts, "record"))
        except ValueError as error:
            raise WeightsError(f"{path}: its metadata can't be read: {first_fault(error)}") from None


@dataclass(frozen=True)
class FinderModel:
    """A finder's network with weights.

    Attributes:
        network: Record of the network.
        weights: Arrays float32 by name, as ``finder_specs`` gives them.
        record: Record of how it was trained, JSON-ready.
    """

    network: FinderNetwork
    weights: Mapping[str, NDArray[np.float32]]
    record: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, metadata: FinderMetadata, weights: Mapping[str, NDArray[np.float32]], path: Path) -> "FinderModel":
        """Return the model of a file's metadata and weights.

        Raises:
            WeightsError: They don't fit.
        """
        from receiptgen.recognition.model_file import check_shapes  # here, since ONNX files don't need safetensors

        check_shapes(weights, finder_specs(metadata.network), path)
        return cls(metadata.network, weights, metadata.record)

    @property
    def metadata(self) -> FinderMetadata:
        """All but the weights."""
        return FinderMetadata(self.network, self.record)


def finder_settings(network: FinderNetwork) -> dict[str, Any]:
    """Return a finder's name and settings, JSON-ready."""
    return {"kind": KIND, **network.model_dump(mode="json")}


def finder_specs(network: FinderNetwork) -> dict[str, ParameterSpec]:
    """Return the specs of all weights by name."""
    return parameters_of(network.layers(), EXAMPLE)


def load_finder(path: Path) -> FinderModel:
    """Read the weights of a finder.

    Args:
        path: A safetensors file, or the name of packaged weights.

    Raises:
        WeightsError: There is no such file, it is damaged, or not of a finder.
    """
    from receiptgen.recognition.model_file import read_weights  # as above

    path = packaged_weights(str(path)) or path
    weights, texts = read_weights(path)
    return FinderModel.of(FinderMetadata.read(texts, path), weights, path)


class OpenedFinder:
    """A finder ready to find text on pages; threads may share it.

    Args:
        infer: Function that runs it, from pages uint8 (N, H, W) to maps float32 (N, ``len(MAPS)``, H / 2, W / 2).
        metadata: Metadata of its file.
        description: What runs it and on which device, in words.
        path: Its file, for messages.
    """

    def __init__(
        self, infer: Callable[[Pixels], NDArray[np.float32]], metadata: FinderMetadata, description: str, path: Path
    ) -> None:
        self._infer, self.metadata, self.description, self._path = infer, metadata, description, path

    def maps(self, image: Pixels) -> FinderMaps:
        """Return the maps of a page.

        Args:
            image: Page uint8 (H, W) of any size, 0 black to 255 white.

        Raises:
            WeightsError: The network can't be run, or is not that of its metadata.
        """
        height, width = image.shape
        # Its last rows and columns again: an edge of another colour would look like that of the paper.
        padded = cv2.copyMakeBorder(image, 0, -height % MULTIPLE, 0, -width % MULTIPLE, cv2.BORDER_REPLICATE)
        maps = self._infer(np.ascontiguousarray(padded, np.uint8)[None])
        if maps.shape != (1, len(MAPS), padded.shape[0] // PER_VALUE, padded.shape[1] // PER_VALUE):
            raise WeightsError(f"{self._path}: is damaged, or its metadata are of another network")
        rows, columns = -(-height // PER_VALUE), -(-width // PER_VALUE)
        return FinderMaps(*maps[0, :, :rows, :columns])


def open_finder(weights: Path, backend: str = "auto", devices: str = "cpu") -> OpenedFinder:
    """Open a finder: ONNX with onnxruntime, safetensors with a backend of the training package.

    Args:
        weights: A file, or the name of packaged weights, of which ONNX is taken where onnxruntime is installed.
        backend: ``auto`` or ``torch``, for safetensors.
        devices: ``auto``, ``cpu``, or the index of a GPU, for safetensors.

    Raises:
        WeightsError: There is no such file, it can't be read, or is not of a finder.
        MissingExtraError: Nothing is installed that runs it.
    """
    safetensors, onnx = packaged_weights(str(weights)), packaged_weights(str(weights), ".onnx")
    if not (weights.exists() or safetensors or onnx):
        named = "" if weights.suffix else ", and no packaged weights of that name"
        raise WeightsError(f"{weights}: no such file{named}")
    path = onnx if onnx and find_spec("onnxruntime") else safetensors or onnx or weights
    engine = "onnx" if kind_of_file(path) == ONNX or path.suffix == ".onnx" else "safetensors"
    if engine not in ENGINES:
        raise MissingExtraError(f"{path}: reading safetensors needs the training package; export it to ONNX")
    infer, texts, description = ENGINES.get(engine)().load_maps(path, backend, devices)
    return OpenedFinder(infer, FinderMetadata.read(texts, path), description, path)
