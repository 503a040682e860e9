"""A reader of fields: a network tells the roles of words, sums decide between them, and each field is checked."""

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from receiptgen.extraction.assembly.assembled import fields_of_scores
from receiptgen.extraction.fields import ReceiptFields
from receiptgen.extraction.labelling.features import MOST_WORDS, WordFeatures, word_features
from receiptgen.extraction.labelling.page_words import PageWord
from receiptgen.extraction.labelling.whole_numbers import joined, whole_words

# Scores of a page's words, float32 (words, ``OUTPUTS``), by what a network sees of them.
Score = Callable[[WordFeatures], NDArray[np.float32]]


class NetworkFieldReader:
    """Reads fields with the scores of a network; see ``FieldReader``.

    Args:
        score: The network.
    """

    def __init__(self, score: Score) -> None:
        self._score = score

    def read(self, words: Sequence[PageWord]) -> ReceiptFields:
        """Return the fields of a receipt, all of them None where there are no words."""
        if not words:
            return ReceiptFields()
        places = whole_words(words)[:MOST_WORDS]
        whole = joined(words, places)
        return fields_of_scores(whole, self._score(word_features(whole))).on_words(places)


def open_field_reader(
    weights: str | Path = "fields", backend: str = "auto", devices: str = "cpu"
) -> NetworkFieldReader:
    """Open a reader of fields.

    Args:
        weights: A file, or the name of packaged weights.
        backend: ``auto`` or ``torch``, for safetensors.
        devices: ``auto``, ``cpu``, or the index of a GPU, for safetensors.

    Raises:
        WeightsError: There is no such file, it can't be read, or is not of a reader of fields.
        MissingExtraError: Nothing is installed that runs it.
    """
    from receiptgen.extraction.labelling.fields_model import open_fields

    return NetworkFieldReader(open_fields(Path(weights), backend, devices).scores)
