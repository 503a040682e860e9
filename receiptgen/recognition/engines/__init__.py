"""Engines: what runs the network of a weights file, a file of this room for each kind."""

from pathlib import Path
from typing import NamedTuple, Protocol

from receiptgen.core.registry import Registry
from receiptgen.recognition.line_recognizer import Infer
from receiptgen.recognition.metadata import Metadata


class LoadedNetwork(NamedTuple):
    """A network that is ready to run.

    Attributes:
        infer: Runs it.
        metadata: What its file says of it.
        description: What runs it and on which device, in words.
        columns: Pixels of width of all lines of a batch together, at which it is fastest.
    """

    infer: Infer
    metadata: Metadata
    description: str
    columns: int


class Engine(Protocol):
    """Runs networks of one kind of file; its name in the room is the suffix of these files, without the dot."""

    def load(self, path: Path, backend: str, devices: str) -> LoadedNetwork:
        """Load a file.

        Args:
            path: The file.
            backend: Framework, for engines that have a choice: ``auto``, ``torch`` or ``mxnet``.
            devices: ``auto``, ``cpu``, or numbers of GPUs with commas, for engines that have a choice.

        Raises:
            WeightsError: The file can't be read.
            MissingExtraError: A package that the engine needs is not installed.
        """


ENGINES: Registry[Engine] = Registry(__name__, "receiptgen.engines", "kind of weights file")
