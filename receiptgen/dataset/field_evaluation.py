"""Anybody's extractor of fields scored on drawn receipts."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from os import PathLike, fspath
from pathlib import Path
from typing import Any

from receiptgen.annotations.true_receipts import DrawnTruth, drawn_truth
from receiptgen.annotations.truth import TRUTH_FILE
from receiptgen.core.errors import DatasetError
from receiptgen.core.files import read_regular, reason_of
from receiptgen.extraction.field_scores import FieldScores, score_values

# The file that says what a receipt says, beside its image, and the image's name without its end.
_VALUES, _IMAGE = "items.json", "receipt"
# Tells what a receipt says, in the structure of items.json, by the path of its image.
Extractor = Callable[[Path], Mapping[str, Any]]
# Images of receipts and what these say.
Receipts = Iterable[tuple[str | PathLike[str], Mapping[str, Any]]]


def evaluate_fields(reader: Extractor, fixtures: str | PathLike[str] | Receipts) -> FieldScores:
    """Score an extractor on the receipts of a folder, or on pairs of an image's path and what the receipt says.

    Raises:
        DatasetError: There are no receipts, or a file of theirs can't be read.
        TypeError: The extractor returned something that is not a mapping.
    """
    if isinstance(fixtures, str | PathLike):
        source, receipts = fspath(fixtures), _of_folder(Path(fixtures))
    else:
        source, receipts = "fixtures", ((fspath(path), Path(path), DrawnTruth(values)) for path, values in fixtures)
    scores = {}
    for name, path, truth in receipts:
        said = reader(path)
        if not isinstance(said, Mapping):
            raise TypeError(f"{path}: expected a mapping as items.json has it from the reader, got {said!r:.60}")
        scores[name] = score_values(truth, said)
    if not scores:
        raise DatasetError(f"{source}: holds no receipts; 'receiptgen fixtures 5 DIR' draws some")
    return FieldScores.of(scores)


def _of_folder(folder: Path) -> Iterator[tuple[str, Path, DrawnTruth]]:
    """Yield the names of a folder's receipts, their images and what these say, by name."""
    for values in sorted(folder.rglob(_VALUES)):
        image = next((path for path in sorted(values.parent.glob(f"{_IMAGE}.*"))), None)
        if image is None:
            raise DatasetError(f"{values.parent}: has no image {_IMAGE}.png beside {_VALUES}")
        try:
            said = json.loads(_content(values))
        except (ValueError, RecursionError):
            raise DatasetError(f"{values}: is not JSON") from None
        if not (isinstance(said, dict) and isinstance(said.get("items") or [], list)):
            raise DatasetError(f"{values}: is not what a receipt says")
        truth = values.with_name(TRUTH_FILE)
        hidden = _hidden(truth) if truth.exists() else frozenset()
        yield values.parent.relative_to(folder).as_posix(), image, DrawnTruth(said, hidden)


def _hidden(truth: Path) -> frozenset[str]:
    """Return the paths of values that nobody can read on the image."""
    try:
        return drawn_truth(_content(truth)).hidden
    except ValueError:
        raise DatasetError(f"{truth}: is not the truth of a receipt") from None


def _content(file: Path) -> bytes:
    try:
        return read_regular(file)
    except OSError as error:
        raise DatasetError(f"{file}: can't be read: {reason_of(error)}") from error
