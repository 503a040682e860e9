"""Receipts whose fields somebody has corrected, to learn from."""

from collections.abc import Sequence

from pydantic import Field

from receiptgen.config.paths import DataPath
from receiptgen.config.records import Record
from receiptgen.core.errors import DatasetError
from receiptgen.extraction.labelling.features import MOST_WORDS
from receiptgen.extraction.labelling.fields_model import open_fields
from receiptgen.reading.corrected_receipts import CorrectedReceipt, corrected_receipts, not_as_saved
from receiptgen.reading.page_fields import FIELD_WEIGHTS, page_words

from .corrected_roles import Score, labelled
from .labelled_words import LabelledWords


class CorrectedSource(Record):
    """Receipts whose fields were corrected, as the form of ``receiptgen serve`` saves them.

    Attributes:
        path: JSON with the fields of each receipt, and the words of its page as they were read; no image is needed.
        weight: Weight of these receipts against those of other sources.
    """

    path: DataPath
    weight: float = Field(default=1.0, gt=0, le=1e9)

    def open(self, seed: int) -> "CorrectedReceipts":
        """Load the receipts, all of which are shown equally often.

        Args:
            seed: Nothing is drawn.

        Raises:
            FileError: The file can't be read.
            DatasetError: It is of another form, or has no words.
        """
        score = open_fields(FIELD_WEIGHTS).scores
        receipts = corrected_receipts(self.path)
        pages = [self._labelled(number, receipt, score) for number, receipt in enumerate(receipts, 1)]
        if not any(page.words for page in pages):
            raise DatasetError(f"{self.path}: none of its receipts has words")
        return CorrectedReceipts([page for page in pages if page.words])

    def _labelled(self, number: int, receipt: CorrectedReceipt, score: Score) -> LabelledWords:
        try:
            words = page_words(receipt.page)[:MOST_WORDS]
            return labelled(words, receipt.values, receipt.fields, score).whole()
        except (KeyError, TypeError, ValueError, AttributeError, IndexError):
            raise not_as_saved(self.path, number) from None


class CorrectedReceipts:
    """Corrected receipts by number, again from the first after the last; can be pickled.

    Args:
        pages: Their words; at least one page.
    """

    def __init__(self, pages: Sequence[LabelledWords]) -> None:
        self._pages = tuple(pages)

    def draw(self, index: int) -> LabelledWords:
        """Return the words of receipt number ``index``."""
        return self._pages[index % len(self._pages)]
