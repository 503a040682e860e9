"""PDF documents as programs, scanners and other engines make them, by PDFium itself."""

import ctypes
import hashlib
from collections.abc import Iterable, Sequence
from io import BytesIO
from typing import Any

from PIL import Image

from receiptgen.imaging.geometry import Pixels

# Points of a receipt's page: 80 mm of paper, and some.
SIZE = (227.0, 400.0)
INVISIBLE = 3
# Pads passwords (ISO 32000-1, 7.6.3.3).
_PADDING = bytes.fromhex("28BF4E5E4E758A4164004E56FFFA01082E2E00B6D0683E802F0CA9FE6453697A")


def pdf(
    pages: Iterable[Sequence[str]], size: tuple[float, float] = SIZE, mode: int = 0, turn: int = 0, slope: bool = False
) -> bytes:
    """Return a document with a page for each list of rows, in points; ``mode`` is how the text is rendered."""
    import pypdfium2

    document = pypdfium2.PdfDocument.new()
    for rows in pages:
        page = document.new_page(*size)
        _write(document, page, rows, mode, slope)
        page.set_rotation(turn)
        page.gen_content()
    return _saved(document)


def scanned(image: Pixels, rows: Sequence[str] = (), mode: int = INVISIBLE) -> bytes:
    """Return a document whose only page is an image, and what an engine lays over it."""
    import pypdfium2

    height, width = image.shape
    document = pypdfium2.PdfDocument.new()
    page = document.new_page(width * 72 / 200, height * 72 / 200)
    stream = BytesIO()
    Image.fromarray(image).convert("RGB").save(stream, "JPEG", quality=95)
    picture = pypdfium2.PdfImage.new(document)
    picture.load_jpeg(BytesIO(stream.getvalue()), inline=True)
    picture.set_matrix(pypdfium2.PdfMatrix().scale(*page.get_size()))
    page.insert_obj(picture)
    _write(document, page, rows, mode, False)
    page.gen_content()
    return _saved(document)


def protected(password: str) -> bytes:
    """Return a document of one page that opens with a password (RC4 of 40 bits, ISO 32000-1, 7.6.3, revision 2)."""
    padded, name, rights = (password.encode() + _PADDING)[:32], b"0123456789abcdef", -4
    owner = _rc4(hashlib.md5(padded).digest()[:5], padded)
    key = hashlib.md5(padded + owner + rights.to_bytes(4, "little", signed=True) + name).digest()[:5]
    user = _rc4(key, _PADDING)
    parts = [
        b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 300]>>",
        b"<</Filter/Standard/V 1/R 2/P %d/O<%s>/U<%s>>>" % (rights, owner.hex().encode(), user.hex().encode()),
    ]  # fmt: skip
    content, starts = b"%PDF-1.4\n", []
    for number, part in enumerate(parts, 1):
        starts.append(len(content))
        content += b"%d 0 obj\n%s\nendobj\n" % (number, part)
    table = b"".join(b"%010d 00000 n \n" % start for start in starts)
    trailer = b"<</Size 5/Root 1 0 R/Encrypt 4 0 R/ID[<%s><%s>]>>" % (name.hex().encode(), name.hex().encode())
    return content + b"xref\n0 5\n0000000000 65535 f \n%strailer\n%s\nstartxref\n%d\n%%%%EOF\n" % (
        table, trailer, len(content),
    )  # fmt: skip


def _write(document: Any, page: Any, rows: Sequence[str], mode: int, slope: bool) -> None:
    import pypdfium2.raw as pdfium

    font = pdfium.FPDFText_LoadStandardFont(document.raw, b"Courier")
    for number, row in enumerate(rows):
        text = pdfium.FPDFPageObj_CreateTextObj(document.raw, font, 10.0)
        letters = ctypes.create_string_buffer(f"{row}\0".encode("utf-16-le"))
        pdfium.FPDFText_SetText(text, ctypes.cast(letters, ctypes.POINTER(ctypes.c_ushort)))
        if slope:  # reads upwards
            pdfium.FPDFPageObj_Transform(text, 0, 1, -1, 0, 30 + 14 * number, 20)
        else:
            pdfium.FPDFPageObj_Transform(text, 1, 0, 0, 1, 12, page.get_height() - 30 - 14 * number)
        pdfium.FPDFTextObj_SetTextRenderMode(text, mode)
        pdfium.FPDFPage_InsertObject(page.raw, text)


def _saved(document: Any) -> bytes:
    stream = BytesIO()
    document.save(stream)
    return stream.getvalue()


def _rc4(key: bytes, content: bytes) -> bytes:
    state, other = list(range(256)), 0
    for index in range(256):
        other = (other + state[index] + key[index % len(key)]) % 256
        state[index], state[other] = state[other], state[index]
    index = other = 0
    made = bytearray()
    for byte in content:
        index = (index + 1) % 256
        other = (other + state[index]) % 256
        state[index], state[other] = state[other], state[index]
        made.append(byte ^ state[(state[index] + state[other]) % 256])
    return bytes(made)
