"""Networks of a kind, opened to be run."""

from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

from receiptgen.core.assets import packaged_weights
from receiptgen.core.errors import MissingExtraError, WeightsError
from receiptgen.recognition.engines import ENGINES, InferNamed
from receiptgen.recognition.file_kinds import ONNX, kind_of_file
from receiptgen.recognition.model_kind import KindMetadata, ModelKind


class OpenedKind(NamedTuple):
    """A network of a kind that is ready to run; threads may share it.

    Attributes:
        infer: Function that runs it, from its inputs by name to its output.
        metadata: Metadata of its file.
        description: What runs it and on which device, in words.
        path: Its file.
    """

    infer: InferNamed
    metadata: KindMetadata
    description: str
    path: Path


def open_kind(kind: ModelKind, weights: Path, backend: str = "auto", devices: str = "cpu") -> OpenedKind:
    """Open a network: ONNX with onnxruntime, safetensors with a backend of the training package.

    Args:
        kind: Its kind.
        weights: A file, or the name of packaged weights, of which ONNX is taken where onnxruntime is installed.
        backend: ``auto`` or ``torch``, for safetensors.
        devices: ``auto``, ``cpu``, or the index of a GPU, for safetensors.

    Raises:
        WeightsError: There is no such file, it can't be read, or is of another kind.
        MissingExtraError: Nothing is installed that runs it.
    """
    safetensors, onnx = packaged_weights(str(weights)), packaged_weights(str(weights), ".onnx")
    if not (weights.exists() or safetensors or onnx):
        named = "" if weights.suffix else ", and no packaged weights of that name"
        raise WeightsError(f"{weights}: no such file{named}")
    # Where neither is installed, onnxruntime is what to install.
    prefers_onnx = find_spec("onnxruntime") or not find_spec("torch")
    path = onnx if onnx and prefers_onnx else safetensors or onnx or weights
    engine = "onnx" if kind_of_file(path) == ONNX or path.suffix == ".onnx" else "safetensors"
    if engine not in ENGINES:
        raise MissingExtraError(f"{path}: reading safetensors needs the training package; export it to ONNX")
    infer, texts, description = ENGINES.get(engine)().load_kind(kind, path, backend, devices)
    return OpenedKind(infer, kind.read(texts, path), description, path)
