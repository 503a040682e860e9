"""Engines, which run the network of a weights file; one file in this room for each kind of weights."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from receiptgen.core.registry import Registry
from receiptgen.recognition.line_recognizer import Infer
from receiptgen.recognition.metadata import Metadata
from receiptgen.recognition.model_kind import ModelKind


class LoadedNetwork(NamedTuple):
    """A network that is ready to run.

    Attributes:
        infer: Function that runs it.
        metadata: Metadata of its file.
        description: What runs it and on which device, in words.
        columns: Sum of the widths of a batch at which it is fastest, in pixels.
        mixes: Whether lines of several widths may share a batch.
    """

    infer: Infer
    metadata: Metadata
    description: str
    columns: int
    mixes: bool = True


# Runs a network of a kind, from its inputs by name to its output.
InferNamed = Callable[[Mapping[str, NDArray[Any]]], NDArray[np.float32]]


class LoadedKind(NamedTuple):
    """A network of a kind that is ready to run, such as one that finds text on pages.

    Attributes:
        infer: Function that runs it.
        texts: Metadata of its file, JSON texts by key.
        description: What runs it and on which device, in words.
    """

    infer: InferNamed
    texts: Mapping[str, str]
    description: str


class Engine(Protocol):
    """Runs networks of one kind of file; its name in the room is the suffix of these files, without the dot."""

    def load(self, path: Path, backend: str, devices: str) -> LoadedNetwork:
        """Load a file.

        Args:
            path: The file.
            backend: Framework, for engines that have a choice: ``auto``, ``torch`` or ``mxnet``.
            devices: ``auto``, ``cpu``, or indices of GPUs with commas, for engines that have a choice.

        Raises:
            WeightsError: The file can't be read.
            MissingExtraError: A package that the engine needs is not installed.
        """

    def load_kind(self, kind: ModelKind, path: Path, backend: str, devices: str) -> LoadedKind:
        """Load a file of a network of a kind, as ``load`` does one that reads lines."""


ENGINES: Registry[Engine] = Registry(__name__, "receiptgen.engines", "kind of weights file")
