"""Safetensors files for reading, run by a training backend."""

from pathlib import Path
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from receiptgen.recognition.engines import LoadedNetwork
from receiptgen.recognition.line_recognizer import COLUMNS
from receiptgen.recognition.networks import input_shape, with_head

from . import OptimizerConfig
from . import backend as chosen_backend


class SafetensorsEngine:
    """Runs the weights of a training run; reaches ``receiptgen`` by the entry-point group ``receiptgen.engines``."""

    def load(self, path: Path, backend: str, devices: str) -> LoadedNetwork:
        """Load a file, or packaged weights by name."""
        chosen = chosen_backend(backend)
        from receiptgen.recognition.model_file import load_model  # only now: other engines need no safetensors

        model = load_model(path)
        chosen.join(devices, alone=True)
        layers = with_head(model.network, len(model.charset))
        shape = input_shape(model.network)
        learner = chosen.learner(layers, shape, model.weights, OptimizerConfig(), "auto", 0)
        lock = Lock()

        def infer(images: NDArray[np.uint8]) -> NDArray[np.float32]:
            # A learner is made for one thread; a server reads with several.
            with lock:
                return learner.infer(images)

        return LoadedNetwork(infer, model.metadata, chosen.describe(), COLUMNS)
