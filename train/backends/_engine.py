"""Safetensors files for reading, run by a training backend."""

from collections.abc import Callable, Mapping
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from receiptgen.core.errors import MissingExtraError
from receiptgen.recognition.engines import LoadedKind, LoadedNetwork
from receiptgen.recognition.line_recognizer import COLUMNS
from receiptgen.recognition.model_kind import ModelKind
from receiptgen.recognition.networks import input_shape, with_head

from . import Backend, Learner, OptimizerConfig
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

    def load_kind(self, kind: ModelKind, path: Path, backend: str, devices: str) -> LoadedKind:
        """Load a file of a kind, or packaged weights by their name."""
        framework = _framework(path, backend)
        model = kind.load(path)
        framework.join(devices, alone=True)
        layers = model.network.layers()
        config = OptimizerConfig()
        learner = framework.learner(layers, kind.example, model.weights, config, "auto", 0, objective=kind)
        shared = _shared(framework, learner)

        def infer(inputs: Mapping[str, NDArray[Any]]) -> NDArray[np.float32]:
            return shared(*(inputs[name] for name in kind.inputs))

        return LoadedKind(infer, model.metadata.write(), framework.describe())


def _framework(path: Path, name: str) -> Backend:
    try:
        return backend_of(name)
    except MissingExtraError:
        raise MissingExtraError(
            f"{path}: reading safetensors needs PyTorch or MXNet; pip install 'receiptgen[torch]', or export the "
            "weights to ONNX"
        ) from None


def _shared(framework: Backend, learner: Learner) -> Callable[..., NDArray[np.float32]]:
    """Return a function that runs a network in one thread at a time, as a learner must be; a server has several."""
    lock = Lock()

    def infer(*inputs: NDArray[Any]) -> NDArray[np.float32]:
        with lock, framework.faults("other programs may use it; --devices cpu reads without it"):
            return learner.infer(*inputs)

    return infer
