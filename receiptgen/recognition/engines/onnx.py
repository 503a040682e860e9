"""ONNX files, run by onnxruntime."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from receiptgen.core.cores import cores
from receiptgen.core.errors import MissingExtraError, WeightsError
from receiptgen.recognition.engines import ENGINES, LoadedKind, LoadedNetwork
from receiptgen.recognition.file_kinds import ONNX, it_is, kind_of_file
from receiptgen.recognition.metadata import Metadata
from receiptgen.recognition.model_kind import ModelKind
from receiptgen.recognition.networks import steps

# Columns of a batch: its intermediate arrays then fit a core's cache, which triples the speed.
_COLUMNS = 1024


@ENGINES.register
class Onnx:
    """Runs an ONNX file on the CPU."""

    def load(self, path: Path, backend: str, devices: str) -> LoadedNetwork:
        """Load a file; backend and devices are ignored, since there is one of each."""
        session, texts, description = _open(path)
        metadata = Metadata.read(texts, path)
        network = metadata.network

        # Older files lack it: in a batch they read lines as if all were as wide as the widest of them.
        mixes = "extents" in {input.name for input in session.get_inputs()}

        def infer(images: NDArray[np.uint8], extents: NDArray[np.int64]) -> NDArray[np.float32]:
            log_probs = _run(session, {"images": images} | ({"extents": extents} if mixes else {}), path)
            if log_probs.shape != (len(images), steps(network, images.shape[2]), len(metadata.charset)):
                raise WeightsError(f"{path}: is damaged, or its metadata are of another network")
            return np.asarray(log_probs, np.float32)

        return LoadedNetwork(infer, metadata, description, _COLUMNS, mixes)

    def load_kind(self, kind: ModelKind, path: Path, backend: str, devices: str) -> LoadedKind:
        """Load a file of a network of a kind; backend and devices are ignored, as in ``load``."""
        session, texts, description = _open(path)

        def infer(inputs: Mapping[str, NDArray[Any]]) -> NDArray[np.float32]:
            return np.asarray(_run(session, inputs, path), np.float32)

        return LoadedKind(infer, texts, description)


def _open(path: Path) -> tuple[Any, dict[str, str], str]:
    """Open a file; return the session, the metadata, and what runs it in words.

    Raises:
        WeightsError: The file can't be read.
        MissingExtraError: onnxruntime is not installed.
    """
    try:
        import onnxruntime
    except ImportError:
        raise MissingExtraError("reading needs onnxruntime; pip install 'receiptgen[read]'") from None
    if not path.is_file():
        raise WeightsError(f"{path}: no such file")
    if (kind := kind_of_file(path)) and kind != ONNX:
        raise WeightsError(f"{path}: can't be read as an ONNX file: {it_is(path, kind)}")
    try:
        options = onnxruntime.SessionOptions()
        # It would keep a memory plan for each shape of a batch, and there is no limit to those.
        options.enable_mem_pattern = False
        # It counts the cores of the machine, each once, whatever this process may use.
        if cores() < (os.cpu_count() or 1):
            options.intra_op_num_threads = cores()
        # Its faults are told in our words.
        options.log_severity_level = 4
        providers = ["CPUExecutionProvider"]
        # Without a fallback, which would try the same again and print lines of its own.
        session = onnxruntime.InferenceSession(str(path), options, providers, enable_fallback=0)
        texts = session.get_modelmeta().custom_metadata_map
    except Exception as error:  # onnxruntime has error classes for each cause, and no common one
        raise WeightsError(f"{path}: can't be read by onnxruntime: {_first_line(error)}") from None
    precision = f", {texts['precision']}" if "precision" in texts else ""
    return session, texts, f"onnxruntime {onnxruntime.__version__}{precision}"


def _run(session: Any, inputs: Mapping[str, NDArray[Any]], path: Path) -> NDArray[Any]:
    """Return the output of a session that has one.

    Raises:
        WeightsError: It can't be run.
    """
    try:
        (output,) = session.run(None, dict(inputs))
    except Exception as error:  # onnxruntime has error classes for each cause, and no common one
        raise WeightsError(f"{path}: can't be run by onnxruntime: {_first_line(error)}") from None
    return np.asarray(output)


def _first_line(error: Exception) -> str:
    return next(iter(str(error).splitlines()), type(error).__name__).lower()
