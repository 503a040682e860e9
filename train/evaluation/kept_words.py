"""Words that were read of receipts, kept in a file, so that readers of fields are compared on the same reading."""

import hashlib
import json
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from receiptgen.annotations.true_receipts import TrueReceipt
from receiptgen.core.errors import DatasetError, FileError
from receiptgen.core.files import read_regular, reason_of, write_atomic
from receiptgen.extraction.labelling.page_words import PageWord

from .word_sources import ReadWords, WordSource

# What all numbers of words are below.
_MOST = 1e9


class _KeptPage(NamedTuple):
    """Words of a page, and the SHA-256 of the image that they were read of; empty where older files have none."""

    image: str
    read: ReadWords


class KeptWords:
    """Words of receipts: those of a file, and what it lacks from a source; ``save`` writes both.

    Words are kept with the digest of their image: an image whose content has changed is read again, and so are those of
    files that have no digests.

    Args:
        file: JSON; there need be none yet.
        read_by: What reads the words, as weights and finder.
        source: Returns the words of a receipt.

    Raises:
        DatasetError: The file is of another form, or something else read it.
        FileError: It can't be read.
    """

    def __init__(self, file: Path, read_by: str, source: WordSource) -> None:
        self._file, self._source = file, source
        self._kept: dict[str, Any] = {"read_by": read_by, "pages": {}}
        try:
            if file.exists():
                self._kept = json.loads(read_regular(file))
            before, self._pages = _text(self._kept["read_by"]), {name: _page(page) for name, page in self._pages_kept()}
        except OSError as error:
            raise FileError(f"{file}: {reason_of(error)}") from None
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError, OverflowError):
            raise DatasetError(f"{file}: holds no readings that 'evaluate --readings' has kept") from None
        if before != read_by:
            raise DatasetError(f"{file}: was read by {before}, not by {read_by}; name another file or remove it")

    def __call__(self, truth: TrueReceipt) -> ReadWords | str:
        """Return the words of a receipt, or why its image can't be read."""
        name = str(truth.image.resolve())
        image = _digest(truth.image)
        if image and name in self._pages and self._pages[name].image == image:
            return self._pages[name].read
        read = self._source(truth)
        # Words of an image that isn't there are those of corrected fields, which may be corrected again.
        if image and not isinstance(read, str):
            self._pages[name] = _KeptPage(image, read)
            words = list(map(list, read.words))
            self._kept["pages"][name] = {"image": image, "words": words, "quads": read.quads.tolist()}
        return read

    def save(self) -> None:
        """Write the file; raises FileError where that fails."""
        # Bytes of names that are not UTF-8 become escapes of JSON.
        write_atomic(self._file, json.dumps(self._kept, ensure_ascii=False).encode(errors="backslashreplace"))

    def _pages_kept(self) -> Any:
        return self._kept["pages"].items()


def _digest(image: Path) -> str:
    """Return the SHA-256 of a file; empty where it can't be read."""
    try:
        return hashlib.sha256(read_regular(image)).hexdigest()
    except (OSError, ValueError):  # a name that no system takes
        return ""


def _page(page: dict[str, Any]) -> _KeptPage:
    """Return a page of the file; raises what ``KeptWords`` takes for a damaged file where it is none."""
    words = tuple(map(_word, page["words"]))
    quads = np.array(page["quads"] or np.empty((0, 4, 2)), np.float64)
    if quads.shape != (len(words), 4, 2) or not (np.abs(quads) < _MOST).all():
        raise ValueError("quads that are not those of the words")
    return _KeptPage(_text(page.get("image", "")), ReadWords(words, quads))


def _word(row: list[Any]) -> PageWord:
    word = PageWord(*row)
    _text(word.text)
    for place in (word.confidence, word.left, word.top, word.right, word.bottom):
        if not (_is_number(place, float | int) and abs(place) < _MOST):
            raise ValueError("places that are none")
    for index in (word.row, word.cell):
        if not (_is_number(index, int) and 0 <= index < _MOST):
            raise ValueError("a row or a cell that is none")
    return word


def _text(text: Any) -> str:
    if not isinstance(text, str):
        raise ValueError("a text that is none")
    return text


def _is_number(number: Any, kind: Any) -> bool:
    return isinstance(number, kind) and not isinstance(number, bool)
