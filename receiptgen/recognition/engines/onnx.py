"""ONNX files, run by onnxruntime."""

import os
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from receiptgen.core.cores import cores
from receiptgen.core.errors import MissingExtraError, WeightsError
from receiptgen.recognition.engines import ENGINES, LoadedNetwork
from receiptgen.recognition.metadata import Metadata

# Columns of a batch: its intermediate arrays then fit a core's cache, which triples the speed.
_COLUMNS = 1024


@ENGINES.register
class Onnx:
    """Runs an ONNX file on the CPU."""

    def load(self, path: Path, backend: str, devices: str) -> LoadedNetwork:
        """Load a file; backend and devices are ignored, since there is one of each."""
        try:
            import onnxruntime
        except ImportError:
            raise MissingExtraError("reading needs onnxruntime; pip install 'receiptgen[read]'") from None
        if not path.is_file():
            raise WeightsError(f"{path}: no such file")
        try:
            options = onnxruntime.SessionOptions()
            # It would keep a memory plan for each shape of a batch, and there is no limit to those.
            options.enable_mem_pattern = False
            # It counts the cores of the machine, each once, whatever this process may use.
            if cores() < (os.cpu_count() or 1):
                options.intra_op_num_threads = cores()
            session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        except Exception as error:  # onnxruntime has error classes for each cause, and no common one
            raise WeightsError(f"{path}: can't be read by onnxruntime: {str(error).splitlines()[0].lower()}") from None
        metadata = Metadata.read(session.get_modelmeta().custom_metadata_map, path)

        def infer(images: NDArray[np.uint8]) -> NDArray[np.float32]:
            (log_probs,) = session.run(None, {"images": images})
            return np.asarray(log_probs, np.float32)

        return LoadedNetwork(infer, metadata, f"onnxruntime {onnxruntime.__version__}", _COLUMNS)
