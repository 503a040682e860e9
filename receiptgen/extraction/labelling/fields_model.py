"""Readers of fields opened to tell the roles of words, and what kind of network they are."""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from receiptgen.core.errors import WeightsError
from receiptgen.extraction.labelling.features import FEATURES, LETTERS, WordFeatures
from receiptgen.extraction.labelling.network import EXAMPLE, OUTPUTS, FieldsNetwork
from receiptgen.recognition.model_kind import KindMetadata, ModelKind
from receiptgen.recognition.opened_kind import OpenedKind, open_kind

FIELDS = ModelKind(
    name="fields",
    reads="fields",
    network=FieldsNetwork,
    example=EXAMPLE,
    noun="a reader of fields",
    lacks="tell no fields of receipts",
    axes={
        "codes": {0: "pages", 2: "words"},
        "features": {0: "pages", 2: "words"},
        "extents": {0: "pages"},
        "scores": {0: "pages", 1: "words"},
    },
    signature=f"codes uint8 (pages, {LETTERS}, words), features float32 (pages, {len(FEATURES)}, words) and extents "
    f"int64 (pages,), the number of words of each page, to scores (pages, words, {OUTPUTS})",
)


class OpenedFields:
    """A reader of fields ready to tell the roles of words; threads may share it.

    Args:
        opened: Its network, from codes, features and extents to scores.
    """

    def __init__(self, opened: OpenedKind) -> None:
        self._opened = opened

    @property
    def metadata(self) -> KindMetadata:
        """Metadata of its file."""
        return self._opened.metadata

    @property
    def description(self) -> str:
        """What runs it and on which device, in words."""
        return self._opened.description

    def scores(self, features: WordFeatures) -> NDArray[np.float32]:
        """Return the scores of a page's words, logits float32 (words, ``OUTPUTS``) as ``network`` orders them.

        Args:
            features: What is seen of the words of one page, of any number.

        Raises:
            WeightsError: The network can't be run, or is not that of its metadata.
        """
        words = features.codes.shape[1]
        if not words:
            return np.zeros((0, OUTPUTS), np.float32)
        extents = np.array([words], np.int64)
        page: dict[str, NDArray[Any]] = {
            "codes": features.codes[None],
            "features": features.features[None],
            "extents": extents,
        }
        scores = self._opened.infer(page)
        if scores.shape != (1, words, OUTPUTS):
            raise WeightsError(f"{self._opened.path}: is damaged, or its metadata are of another network")
        return np.asarray(scores[0], np.float32)


def open_fields(weights: Path, backend: str = "auto", devices: str = "cpu") -> OpenedFields:
    """Open a reader of fields, as ``open_kind`` does.

    Args:
        weights: A file, or the name of packaged weights.
        backend: ``auto`` or ``torch``, for safetensors.
        devices: ``auto``, ``cpu``, or the index of a GPU, for safetensors.

    Raises:
        WeightsError: There is no such file, it can't be read, or is not of a reader of fields.
        MissingExtraError: Nothing is installed that runs it.
    """
    return OpenedFields(open_kind(FIELDS, weights, backend, devices))
