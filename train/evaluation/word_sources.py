"""Where the words of receipts come from whose fields are scored: a recogniser, their truth, or an earlier reading."""

from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from receiptgen.annotations.true_receipts import DrawnTruth, TrueReceipt
from receiptgen.core.errors import PageError
from receiptgen.extraction.labelling.page_words import PageWord
from receiptgen.imaging.geometry import Quads
from receiptgen.imaging.image_files import read_image
from receiptgen.reading.corrected_receipts import CorrectedReceipt, corrected_receipts
from receiptgen.reading.page_fields import page_words
from receiptgen.reading.page_reader import PageReader
from receiptgen.reading.true_words import true_page_words


class ReadWords(NamedTuple):
    """Words of a page.

    Attributes:
        words: The words, as a reader of fields takes them.
        quads: Their corners on the image, float64 (N, 4, 2).
    """

    words: tuple[PageWord, ...]
    quads: Quads


# Returns the words of a receipt, or why they can't be read.
WordSource = Callable[[TrueReceipt], ReadWords | str]


def true_words(truth: TrueReceipt) -> ReadWords | str:
    """Return the words that a receipt has by its truth."""
    if not truth.cells:
        return "its truth has no boxes; leave --true-words out, or add box/"
    words = true_page_words(truth.cells)
    boxes = [
        [(word.left, word.top), (word.right, word.top), (word.right, word.bottom), (word.left, word.bottom)]
        for word in words
    ]
    return ReadWords(words, np.array(boxes, np.float64).reshape(-1, 4, 2))


class PageWordSource:
    """Reads the words of receipts from their images.

    Args:
        reader: Reads a page.
        tell: Is told which pages were refused, one line each.
    """

    def __init__(self, reader: PageReader, tell: Callable[[str], None]) -> None:
        self._reader, self._tell = reader, tell

    def __call__(self, truth: TrueReceipt) -> ReadWords | str:
        """Return the words of a receipt, none where its page was refused; or why its image can't be read."""
        image = read_image(str(truth.image))
        if isinstance(image, str):
            return image
        try:
            page = self._reader.read(image)
        except PageError as error:
            self._tell(f"{truth.image}: {error}")
            return ReadWords((), np.empty((0, 4, 2)))
        return ReadWords(tuple(page_words(page)), np.array([word.quad for word in page.words]).reshape(-1, 4, 2))


class CorrectedWords:
    """Words of corrected receipts as they were read; those of all others from a source.

    Args:
        files: Files of corrected fields; what is a folder is left to the source.
        source: Opens the source, where there is anything else.

    Raises:
        FileError: A file can't be read.
        DatasetError: It is of another form.
    """

    def __init__(self, files: Sequence[Path], source: Callable[[], WordSource]) -> None:
        self._read = {
            image: _words_of(receipt) for file in files if file.is_file() for image, receipt in _named(file).items()
        }
        self._source = source() if any(not file.is_file() for file in files) else None

    def __call__(self, truth: TrueReceipt) -> ReadWords | str:
        """Return the words of a receipt, or why they can't be read."""
        if truth.image in self._read:
            return self._read[truth.image]
        return self._source(truth) if self._source else "its words are not in the file"


def corrected_truths(file: Path) -> list[TrueReceipt]:
    """Return the receipts of a file of corrected fields; what was left as it was read is right.

    Raises:
        FileError: It can't be read.
        DatasetError: It is of another form.
    """
    return [TrueReceipt(image, DrawnTruth(receipt.values), ()) for image, receipt in _named(file).items()]


def _named(file: Path) -> dict[Path, CorrectedReceipt]:
    """Return receipts by their images, as if these lay in the file; of images of one name, with their number."""
    receipts = corrected_receipts(file)
    counts = Counter(receipt.file for receipt in receipts)
    return {
        file / (receipt.file if counts[receipt.file] == 1 else f"{number} {receipt.file}"): receipt
        for number, receipt in enumerate(receipts, 1)
    }


def _words_of(receipt: CorrectedReceipt) -> ReadWords:
    quads = np.array([word.quad for word in receipt.page.words]).reshape(-1, 4, 2)
    return ReadWords(tuple(page_words(receipt.page)), quads)
