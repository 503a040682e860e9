"""Finders by name."""

from os import PathLike
from pathlib import Path

from receiptgen.finding.classical.finder import ClassicalFinder
from receiptgen.finding.finder_model import open_finder
from receiptgen.finding.found_page import Finder
from receiptgen.finding.learned.finder import LearnedFinder

# The finder that needs no weights.
CLASSICAL = "classical"
# The finder that is used where none is named: packaged weights.
USUAL = "finder"


def finder_of(name: str | PathLike[str] = USUAL) -> Finder:
    """Return the finder of a name.

    Args:
        name: Packaged weights by name, a safetensors file of a training run, an ONNX file, or ``classical``.

    Raises:
        WeightsError: There are no such weights, or they can't be read.
        MissingExtraError: Nothing is installed that reads them; the message names the extra.
    """
    return ClassicalFinder() if name == CLASSICAL else LearnedFinder(open_finder(Path(name)))
