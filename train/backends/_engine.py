"""Safetensors files for reading, run by a training backend."""

from pathlib import Path
from threading import Lock
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from receiptgen.core.errors import MissingExtraError
from receiptgen.finding.finder_model import EXAMPLE, load_finder
from receiptgen.imaging.geometry import Pixels
from receiptgen.recognition.engines import LoadedMaps, LoadedNetwork
from receiptgen.recognition.line_recognizer import COLUMNS
from receiptgen.recognition.networks import input_shape, with_head

from . import Backend, Learner, Maps, OptimizerConfig
from . import backend as backend_of


class SafetensorsEngine:
    """Runs the weights of a training run; reaches ``receiptgen`` by the entry-point group ``receiptgen.engines``."""

    def load(self, path: Path, backend: str, devices: str) -> LoadedNetwork:
        """Load a file, or packaged weights by their name."""
        framework = _framework(path, backend)
        from receiptgen.recognition.model_file import load_model  # here, since other engines don't need safetensors

        model = load_model(path)
        framework.join(devices, alone=True)
        layers = with_head(model.network, len(model.charset))
        shape = input_shape(model.network)
        learner = framework.learner(layers, shape, model.weights, OptimizerConfig(), "auto", 0)
        return LoadedNetwork(_shared(framework, learner), model.metadata, framework.describe(), COLUMNS)

    def load_maps(self, path: Path, backend: str, devices: str) -> LoadedMaps:
        """Load a file of a finder, or packaged weights by their name."""
        framework = _framework(path, backend)
        model = load_finder(path)
        framework.join(devices, alone=True)
        layers = model.network.layers()
        learner = framework.learner(layers, EXAMPLE, model.weights, OptimizerConfig(), "auto", 0, objective=Maps())
        return LoadedMaps(_shared(framework, learner), model.metadata.write(), framework.describe())


class _SharedInfer(Protocol):
    """A function as ``Infer`` of lines, and as the one of ``LoadedMaps``."""

    def __call__(self, images: Pixels, extents: NDArray[np.int64] | None = None, /) -> NDArray[np.float32]: ...


def _framework(path: Path, name: str) -> Backend:
    try:
        return backend_of(name)
    except MissingExtraError:
        raise MissingExtraError(
            f"{path}: reading safetensors needs PyTorch or MXNet; pip install 'receiptgen[torch]', or export the "
            "weights to ONNX"
        ) from None


def _shared(framework: Backend, learner: Learner) -> _SharedInfer:
    """Return a function that runs a network in one thread at a time, as a learner must be; a server has several."""
    lock = Lock()

    def infer(images: Pixels, extents: NDArray[np.int64] | None = None, /) -> NDArray[np.float32]:
        with lock, framework.faults("other programs may use it; --devices cpu reads without it"):
            return learner.infer(images, extents)

    return infer
