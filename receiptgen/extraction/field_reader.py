"""Fields of receipts, read from the words of a page."""

from typing import Protocol

from receiptgen.extraction.fields import ReceiptFields
from receiptgen.extraction.labelling.page_words import PageWords


class FieldReader(Protocol):
    """Tells what the words of a receipt say."""

    def read(self, words: PageWords) -> ReceiptFields:
        """Return the fields of a receipt.

        Args:
            words: Its words, as ``PageText.words`` has them in reading order; fields name them by their indices.
        """
