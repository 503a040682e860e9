"""Safetensors files for reading, run by a training backend."""

from pathlib import Path
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from receiptgen.core.errors import MissingExtraError
from receiptgen.recognition.engines import LoadedNetwork
from receiptgen.recognition.line_recognizer import COLUMNS
from receiptgen.recognition.networks import input_shape, with_head

from . import OptimizerConfig
from . import backend as backend_of


class SafetensorsEngine:
    """Runs the weights of a training run; reaches ``receiptgen`` by the entry-point group ``receiptgen.engines``."""

    def load(self, path: Path, backend: str, devices: str) -> LoadedNetwork:
        """Load a file, or packaged weights by their name."""
        try:
            framework = backend_of(backend)
        except MissingExtraError:
            raise MissingExtraError(
                f"{path}: reading safetensors needs PyTorch or MXNet; pip install 'receiptgen[torch]', or export the "
                "weights to ONNX"
            ) from None
        from receiptgen.recognition.model_file import load_model  # here, since other engines don't need safetensors

        model = load_model(path)
        framework.join(devices, alone=True)
        layers = with_head(model.network, len(model.charset))
        shape = input_shape(model.network)
        learner = framework.learner(layers, shape, model.weights, OptimizerConfig(), "auto", 0)
        lock = Lock()

        def infer(images: NDArray[np.uint8], extents: NDArray[np.int64]) -> NDArray[np.float32]:
            # A learner works in one thread at a time; a server reads with several.
            with lock, framework.faults("other programs may use it; --devices cpu reads without it"):
                return learner.infer(images, extents)

        return LoadedNetwork(infer, model.metadata, framework.describe(), COLUMNS)
