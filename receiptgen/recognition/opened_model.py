"""Weights that read: by a training backend, or by onnxruntime from an ONNX file."""

import math
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from receiptgen.core.assets import packaged_weights
from receiptgen.core.errors import MissingExtraError, WeightsError
from receiptgen.recognition.beam_scorer import Guide
from receiptgen.recognition.beam_search import beam_search
from receiptgen.recognition.calibration import Calibration, read_calibration
from receiptgen.recognition.character_model import CharacterModel, Lexicon
from receiptgen.recognition.charset import Charset
from receiptgen.recognition.line_recognizer import COLUMNS, Infer, Reader, Search
from receiptgen.recognition.metadata import Description
from receiptgen.recognition.networks import entering, step_of, whole
from receiptgen.train.backends import Rule, backend

# Beams of a guided search: with 8 or 16, no figure of 2,500 real lines changes.
BEAMS = 5
# Log-probability of a step's likeliest label above which no character model is asked: four real lines of ten.
_SURE = math.log(0.9)
# Columns of a batch for onnxruntime: what it makes of so few stays in a core's cache, which triples its speed.
_CACHED = 1024


class Opened(NamedTuple):
    """Weights ready to read.

    Attributes:
        reader: Reads lines.
        charset: Of its labels.
        place: By what and on what it reads, in words.
        model: Character model that comes with the weights, or None.
        calibration: What probabilities mean, by level; where there is none, what they say.
    """

    reader: Reader
    charset: Charset
    place: str
    model: Path | None = None
    calibration: Mapping[str, Calibration] = MappingProxyType({})

    def search(self, width: int | None = None, lexicon: Path | None = None, model: Path | None = None) -> Search | None:
        """Return the search for a line's labels, or None where the best path is to be taken.

        Args:
            width: Beams that are kept at each step; 0 for the best path. None: ``BEAMS`` if there is anything to guide
                them, which may be the weights' own character model, or else the best path.
            lexicon: File of words, one a line.
            model: File of a character model, or the name of a packaged one; the weights' own, where no width is given.

        Raises:
            ReceiptgenError: A file can't be read.
        """
        if width == 0:
            return None
        if model:
            model = packaged_weights(str(model), ".npz") or model
        elif width is None:
            model = self.model
        if not (lexicon or model):
            return _searching(width, None) if width else None
        guide = Guide(
            self.charset.chars, CharacterModel.load(model) if model else None,
            Lexicon.read(lexicon) if lexicon else None,
        )  # fmt: skip
        found = _searching(width or BEAMS, guide)
        # A word that the lexicon lacks is amiss however clearly it is printed.
        return found if lexicon else _where_unsure(found)


def _searching(width: int, guide: Guide | None) -> Search:
    return lambda log_probs: beam_search(log_probs, width, guide)[0].labels


def _where_unsure(search: Search) -> Search:
    """Search for the labels of lines of which a step is unsure."""

    def labels(log_probs: NDArray[np.float32]) -> tuple[int, ...] | None:
        return None if log_probs.max(axis=1).min(initial=0) > _SURE else search(log_probs)

    return labels


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
        from receiptgen.recognition.model_file import load_model  # ONNX files need no package for weights
    except MissingExtraError:
        if packaged is None or backend_name != "auto":
            raise
        return _with_companions(_open_onnx(packaged), path)
    model = load_model(path)
    chosen.join(devices, alone=True)
    layers = whole(model.network, len(model.charset))
    learner = chosen.learner(layers, entering(model.network), model.weights, Rule(), "auto", 0)
    return _with_companions(_opened(learner.infer, model.description, chosen.describe()), path)


def open_quickly(path: Path) -> Opened:
    """Open weights to read a few pages: packaged ones by onnxruntime where it is installed, which begins at once.

    Args:
        path: As ``open_weights`` takes it.

    Raises:
        WeightsError: The file can't be read.
        MissingExtraError: Nothing is installed that reads it.
    """
    packaged = packaged_weights(str(path), ".onnx")
    if packaged is None or not find_spec("onnxruntime"):
        return open_weights(path)
    return _with_companions(_open_onnx(packaged), path)


def _with_companions(opened: Opened, path: Path) -> Opened:
    """Return weights with what is packaged beside them, if ``path`` is the name of packaged ones."""
    calibration = packaged_weights(str(path), ".json")
    return opened._replace(
        model=packaged_weights(str(path), ".npz"), calibration=read_calibration(calibration) if calibration else {}
    )


def _opened(infer: Infer, description: Description, place: str, columns: int = COLUMNS) -> Opened:
    network, chars, preprocess, _ = description
    return Opened(Reader(infer, chars, preprocess, network.multiple, step_of(network), columns), chars, place)


def _open_onnx(path: Path) -> Opened:
    try:
        import onnxruntime
    except ImportError:
        raise MissingExtraError("reading ONNX needs onnxruntime; pip install 'receiptgen[read]'") from None
    if not path.is_file():
        raise WeightsError(f"{path}: no such file")
    try:
        options = onnxruntime.SessionOptions()
        # It would keep a plan of its memory for each shape of a batch, of which there are any number.
        options.enable_mem_pattern = False
        session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime has error classes for each cause, and no common one
        raise WeightsError(f"{path}: can't be read by onnxruntime: {str(error).splitlines()[0].lower()}") from None
    description = Description.read(session.get_modelmeta().custom_metadata_map, path)

    def infer(images: NDArray[np.uint8]) -> NDArray[np.float32]:
        (found,) = session.run(None, {"images": images})
        return np.asarray(found, np.float32)

    return _opened(infer, description, f"onnxruntime {onnxruntime.__version__}", _CACHED)
