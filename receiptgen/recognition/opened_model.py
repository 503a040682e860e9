"""Weights opened for reading, and the search for the text of a line."""

import math
from collections.abc import Callable, Mapping
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from threading import local
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from receiptgen.core.assets import packaged_weights
from receiptgen.core.errors import LanguageError, MissingExtraError, WeightsError
from receiptgen.recognition.beam_scorer import BeamScorer
from receiptgen.recognition.beam_search import beam_search
from receiptgen.recognition.character_model import CharacterModel
from receiptgen.recognition.charset import Charset
from receiptgen.recognition.companions import Companions
from receiptgen.recognition.engines import ENGINES
from receiptgen.recognition.file_kinds import ONNX, SAFETENSORS, kind_of_file
from receiptgen.recognition.lexicon import Lexicon
from receiptgen.recognition.line_recognizer import LineRecognizer, Search
from receiptgen.recognition.networks import Reads, step_of

# Beam width of a search with a scorer: with 8 or 16, no figure of 2,500 real lines changes.
BEAM_WIDTH = 5
# Largest beam width, as the option --beam has it; wider ones cost memory and time, and find nothing more.
WIDEST = 200
# Log-probability of the likeliest label above which a step is sure; a line with only sure steps is not searched,
# which four real lines of ten are.
_SURE = math.log(0.9)
# Tolerance of a search: what a model weighs up is likely on the image as well; a lexicon may call for a letter that is
# a thousand times less likely there than another.
_BESIDE_MODEL, _BESIDE_LEXICON = 1e-2, 1e-4
# The kind of file assumed for a missing or unknown suffix.
_DEFAULT = "safetensors"


class OpenedModel(NamedTuple):
    """Weights ready to read.

    Attributes:
        recognizer: Reads lines.
        charset: Characters or words that its labels stand for.
        description: What runs the network and on which device, in words.
        companions: Character model and calibration of confidences that come with the weights.
        reads: What an image holds.
        record: Record of how they were trained, JSON-ready.
    """

    recognizer: LineRecognizer
    charset: Charset
    description: str
    companions: Companions = Companions()
    reads: Reads = "lines"
    record: Mapping[str, Any] = MappingProxyType({})

    def search(self, width: int | None = None, lexicon: Path | None = None, model: Path | None = None) -> Search | None:
        """Return the search for a line's labels, or None where the best path is to be taken.

        Args:
            width: Beam width; 0 for the best path. None: ``BEAM_WIDTH`` if there is a character model or lexicon, which
                may be the weights' own character model, or else the best path.
            lexicon: File of words, one per line.
            model: File of a character model, or the name of a packaged one; the weights' own, where no width is given.
                One for weights that read from left to right what runs the other way is of texts in that order.

        Raises:
            ReceiptgenError: A file can't be read, or the weights read whole words, among which there is no search.
            ValueError: The width is not from 0 to ``WIDEST``.
        """
        if self.charset.kind == "words" and (width or lexicon or model):
            raise LanguageError(
                "--beam, --lexicon, --lm: the weights read whole words, which are their lexicon; "
                "leave these options out"
            )
        if width is not None and not 0 <= width <= WIDEST:
            raise ValueError(f"beam width {width}: expected a whole number from 0 to {WIDEST}")
        if width == 0:
            return None
        characters, neutral = self._character_model(width, model)
        # A lexicon alone does not favour short texts.
        length_bonus = self.companions.length_bonus if characters else 0.0
        if not (lexicon or characters):
            return _beam_search_with(width, None, _BESIDE_MODEL) if width else None
        words = Lexicon.read(lexicon) if lexicon else None
        if words and self.charset.order == "visual":
            words = words.visual()
        scorer = partial(BeamScorer, self.charset.chars, characters, words, length_bonus=length_bonus, neutral=neutral)
        scorers = _ThreadScorers(scorer)
        search = _beam_search_with(width or BEAM_WIDTH, scorers, _BESIDE_LEXICON if lexicon else _BESIDE_MODEL)
        # A word that the lexicon lacks needs the search, however clearly it is printed.
        return search if lexicon else _only_where_unsure(search)

    def _character_model(self, width: int | None, file: Path | None) -> tuple[CharacterModel | None, str]:
        """Return the character model of a search, and the characters of which it says nothing."""
        if file:
            return CharacterModel.load(packaged_weights(str(file), ".npz") or file), ""
        return (self.companions.parsed_model(), self.companions.neutral) if width is None else (None, "")


class _ThreadScorers(local):
    """A scorer for each thread, since it keeps states while it searches a line; all share model and lexicon."""

    def __init__(self, scorer: Callable[[], BeamScorer]) -> None:
        self.scorer = scorer()


def _beam_search_with(width: int, scorers: _ThreadScorers | None, tolerance: float) -> Search:
    return lambda log_probs: beam_search(log_probs, width, scorers.scorer if scorers else None, tolerance)[0].labels


def _only_where_unsure(search: Search) -> Search:
    """Return a search that runs only for lines with an unsure step."""

    def labels(log_probs: NDArray[np.float32]) -> tuple[int, ...] | None:
        return None if log_probs.max(axis=1).min(initial=0) > _SURE else search(log_probs)

    return labels


def open_model(path: Path, backend: str = "auto", devices: str = "auto") -> OpenedModel:
    """Open weights with the engine for their kind of file.

    Args:
        path: The file, or the name of packaged weights, of which ONNX is taken where no backend is installed.
        backend: Framework for safetensors: ``auto``, ``torch`` or ``mxnet``.
        devices: Devices for safetensors, as ``receiptgen train`` takes them.

    Raises:
        WeightsError: The file can't be read.
        MissingExtraError: Nothing is installed that reads it.
    """
    if not (path.exists() or packaged_weights(str(path))):
        raise WeightsError(f"{path}: no such file" + ("" if path.suffix else ", and no packaged weights of that name"))
    try:
        return _open(path, path, _engine_of(path), backend, devices)
    except MissingExtraError:
        packaged = packaged_weights(str(path), ".onnx")
        if packaged is None or backend != "auto":
            raise
        return _open(path, packaged, "onnx")


def _engine_of(path: Path) -> str:
    """Return the engine for a file: by what it is, whatever its name, or else by its suffix."""
    if (kind := kind_of_file(path)) in {ONNX, SAFETENSORS}:
        return "onnx" if kind == ONNX else _DEFAULT
    suffix = path.suffix.removeprefix(".")
    return suffix if suffix in ENGINES else _DEFAULT


def open_for_reading(path: Path) -> OpenedModel:
    """Open weights to read a few pages: packaged ones with onnxruntime where it is installed, which starts at once.

    Args:
        path: A path or name, as ``open_model`` takes it.

    Raises:
        WeightsError: The file can't be read.
        MissingExtraError: Nothing is installed that reads it.
    """
    packaged = packaged_weights(str(path), ".onnx")
    return _open(path, packaged, "onnx") if packaged and find_spec("onnxruntime") else open_model(path)


def _open(name: Path, file: Path, engine: str, backend: str = "auto", devices: str = "auto") -> OpenedModel:
    """Open a file, with the files packaged beside it if ``name`` is that of packaged weights."""
    infer, metadata, description, columns, mixes = ENGINES.get(engine)().load(file, backend, devices)
    network = metadata.network
    recognizer = LineRecognizer(
        infer, metadata.charset, metadata.preprocess, network.multiple, step_of(network), columns, mixes
    )
    return OpenedModel(
        recognizer,
        metadata.charset,
        description,
        Companions.packaged(str(name)) or metadata.companions,
        metadata.reads,
        metadata.record,
    )
