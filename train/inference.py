"""Weights that read: by a training backend, or by onnxruntime from an ONNX file."""

from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from receiptgen.assets import packaged_weights
from receiptgen.errors import MissingExtraError, WeightsError

from .backends import Rule, backend
from .charset import Charset
from .decode import beam_search
from .description import Description
from .guide import Guide
from .language import CharacterModel, Lexicon
from .networks import entering, step_of, whole
from .reading import Infer, Reader, Search


class Opened(NamedTuple):
    """Weights ready to read.

    Attributes:
        reader: Reads lines.
        charset: Of its labels.
        place: By what and on what it reads, in words.
    """

    reader: Reader
    charset: Charset
    place: str

    def search(self, width: int, lexicon: Path | None = None, model: Path | None = None) -> Search:
        """Return a beam search.

        Args:
            width: Beams that are kept at each step.
            lexicon: File of words, one a line.
            model: File of a character model, or the name of a packaged one.

        Raises:
            ReceiptgenError: A file can't be read.
        """
        guide = None
        if model:
            model = packaged_weights(str(model), ".npz") or model
        if lexicon or model:
            guide = Guide(
                self.charset.chars, CharacterModel.load(model) if model else None,
                Lexicon.read(lexicon) if lexicon else None,
            )  # fmt: skip
        return lambda log_probs: beam_search(log_probs, width, guide)[0].labels


def open_weights(path: Path, backend_name: str = "auto", devices: str = "auto") -> Opened:
    """Open a safetensors or ONNX file.

    Args:
        path: The file, or the name of packaged weights, of which ONNX is taken where no backend is installed.
        backend_name: Of safetensors: ``auto``, ``torch`` or ``mxnet``.
        devices: Of safetensors: as ``receiptgen train`` has them.

    Raises:
        WeightsError: The file can't be read.
        MissingExtraError: Nothing is installed that reads it.
    """
    if path.suffix == ".onnx":
        return _open_onnx(path)
    packaged = packaged_weights(str(path), ".onnx")
    try:
        chosen = backend(backend_name)
        from .weights import load_model  # ONNX files need no package for weights
    except MissingExtraError:
        if packaged is None or backend_name != "auto":
            raise
        return _open_onnx(packaged)
    model = load_model(path)
    chosen.join(devices, alone=True)
    layers = whole(model.network, len(model.charset))
    learner = chosen.learner(layers, entering(model.network), model.weights, Rule(), "auto", 0)
    return _opened(learner.infer, model.description, chosen.describe())


def _opened(infer: Infer, description: Description, place: str) -> Opened:
    network, chars, preprocess, _ = description
    return Opened(Reader(infer, chars, preprocess, network.multiple, step_of(network)), chars, place)


def _open_onnx(path: Path) -> Opened:
    try:
        import onnxruntime
    except ImportError:
        raise MissingExtraError("reading ONNX needs onnxruntime; pip install 'receiptgen[read]'") from None
    if not path.is_file():
        raise WeightsError(f"{path}: no such file")
    try:
        session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime has error classes for each cause, and no common one
        raise WeightsError(f"{path}: can't be read by onnxruntime: {str(error).splitlines()[0].lower()}") from None
    description = Description.read(session.get_modelmeta().custom_metadata_map, path)

    def infer(images: NDArray[np.uint8]) -> NDArray[np.float32]:
        (found,) = session.run(None, {"images": images})
        return np.asarray(found, np.float32)

    return _opened(infer, description, f"onnxruntime {onnxruntime.__version__}")
