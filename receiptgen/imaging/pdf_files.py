"""Pages of PDF files, rendered one after the other by PDFium, with the words of their text layers."""

from collections.abc import Iterator
from contextlib import closing
from importlib.util import find_spec
from threading import RLock
from typing import TYPE_CHECKING, BinaryIO

import numpy as np

from receiptgen.imaging.geometry import Pixels
from receiptgen.imaging.pdf_words import upright_words
from receiptgen.imaging.pictures import Picture

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument, PdfPage

MISSING = "a PDF, which needs the package pypdfium2; pip install 'receiptgen[pdf]'"
# What is said where an image alone is taken, as in a data set.
NOT_AN_IMAGE = "a PDF; save its pages as images, at 200 to 300 dots an inch"
DAMAGED, UNREADABLE_PAGE = "a damaged PDF that can't be read", "a damaged page of a PDF"
PROTECTED, WRONG_PASSWORD = "a PDF with a password; give it by --password", "a PDF with another password"
NO_PAGES = "a PDF without pages"
_NOT_WHOLE = "damaged or cut off; pages or parts of them may be missing"
# Points an inch in PDF (ISO 32000-1, 8.3.2.3), and dots an inch at which a page is rendered.
_POINTS, _DENSITY = 72, 300
# Most pixels of a rendered page: A3 at that density has 17 million. A larger page is rendered smaller.
_MOST_PIXELS = 20_000_000
# Most pixels of one of its sides: a till roll of 200 inches, the longest page that PDF allows, has 60 thousand.
_LONGEST = 60_000
# Pages that are read of one file.
_MOST_PAGES = 10_000
# Bytes before and after a document in which its first and last mark are looked for, as PDFium does.
_MARGIN = 1024
# PDFium must not be called by two threads at once.
_PDFIUM = RLock()


def is_pdf(content: bytes) -> bool:
    """Tell whether a file is a PDF by its first bytes; some programs write others before its mark."""
    return b"%PDF-" in content[:_MARGIN]


def read_pdf(file: BinaryIO, password: str = "") -> Iterator[Picture | str]:
    """Render the pages of a PDF one after the other, in grey on white.

    A page is rendered at 300 dots an inch, or at fewer if it is so large that it would have more than 20 million
    pixels.

    Args:
        file: The open file.
        password: Password of the document; empty if it has none.

    Yields:
        Each page, or the reason why it can't be read.
    """
    if find_spec("pypdfium2") is None:
        yield MISSING
        return
    content = file.read()
    with _PDFIUM:
        document = _opened(content, password)
    if isinstance(document, str):
        yield document
        return
    count = len(document)
    damage = "" if b"%%EOF" in content[-_MARGIN:] else _NOT_WHOLE  # ISO 32000-1, 7.5.5
    try:
        for index in range(min(count, _MOST_PAGES)):
            with _PDFIUM:
                page = _read_page(document, index)
            yield page if isinstance(page, str) else page._replace(damage=damage, pages=count)
        if count > _MOST_PAGES:
            yield f"more than {_MOST_PAGES:,} pages"
    finally:
        with _PDFIUM:
            document.close()


def _opened(content: bytes, password: str) -> "PdfDocument | str":
    """Return an opened document, which needs the bytes of its file as long as it lives, or why it can't be opened."""
    import pypdfium2
    import pypdfium2.raw as pdfium

    # By its own class a document without pages could not be told from one that is damaged.
    handle = pdfium.FPDF_LoadMemDocument64(content, len(content), password.encode() + b"\0" if password else None)
    if not handle:
        protected = pdfium.FPDF_GetLastError() == pdfium.FPDF_ERR_PASSWORD
        return (WRONG_PASSWORD if password else PROTECTED) if protected else DAMAGED
    document = pypdfium2.PdfDocument(handle)
    if len(document):
        document.init_forms()  # so that what was filled in is drawn
        return document
    document.close()
    return NO_PAGES


def _read_page(document: "PdfDocument", index: int) -> Picture | str:
    import pypdfium2

    try:
        with closing(document[index]) as page:
            pixels = _rendered(page)
            return Picture(pixels, words=upright_words(page, (pixels.shape[0], pixels.shape[1])))
    except pypdfium2.PdfiumError:
        return UNREADABLE_PAGE
    except MemoryError:
        return "needs more memory than there is"


def _rendered(page: "PdfPage") -> Pixels:
    """Render a page, uint8 (H, W)."""
    width, height = page.get_size()
    smaller = (_MOST_PIXELS / max(width * height, 1.0)) ** 0.5, _LONGEST / max(width, height, 1.0)
    scale = min(_DENSITY / _POINTS, *smaller)
    with closing(page.render(scale=scale, grayscale=True)) as bitmap:
        return np.array(bitmap.to_numpy(), np.uint8)
