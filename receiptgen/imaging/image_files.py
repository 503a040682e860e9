"""Image files of any kind to grey pixels; what is wrong with a file is said in a few words.

Pillow reads them all: unlike OpenCV's, its decoders print nothing, and leave what they had decoded of a damaged file.
"""

from collections.abc import Callable, Iterator
from functools import partial
from importlib.util import find_spec
from io import BytesIO
from itertools import islice
from typing import BinaryIO, TypeVar

import numpy as np
from PIL import Image, UnidentifiedImageError

from receiptgen.core.files import NO_FILE, open_regular, read_regular, reason_of
from receiptgen.imaging.geometry import Pixels
from receiptgen.imaging.heif_files import MISSING, is_heif, keep_orientation, reads_heif
from receiptgen.imaging.image_bytes import ended, is_animated_png, scanned_pixels, without_extras
from receiptgen.imaging.pdf_files import NOT_AN_IMAGE, is_pdf, read_pdf
from receiptgen.imaging.pictures import Picture
from receiptgen.imaging.pillow_images import flatten, flatten_color, load, no_warnings, upright

T = TypeVar("T")

# Ends of the names of image files, lower case. HEIC is among them so that it is told what reads it.
IMAGES = frozenset(
    {
        ".png", ".apng", ".jpg", ".jpeg", ".jpe", ".jfif", ".mpo", ".bmp", ".webp", ".tif", ".tiff", ".gif", ".pgm",
        ".ppm", ".pbm", ".pnm", ".jp2", ".avif", ".heic", ".heif",
    }
)  # fmt: skip
# Formats that are read. Others of Pillow's run programs (EPS) or are no images of paper.
_FORMATS = [
    "PNG", "JPEG", "TIFF", "BMP", "GIF", "PPM", "WEBP", "JPEG2000", "TGA", "PCX", "PSD",
    *(["AVIF"] if find_spec("PIL.AvifImagePlugin") else []),  # from Pillow 11.3 on
]  # fmt: skip
# Ends of the names of files of pages that are read: images and PDF.
READABLE = IMAGES | {".pdf"}
# Pixels above which an image is refused unread: a page of A3 at 600 dots an inch has 70 million.
LARGEST = 80_000_000
# Formats whose decoders hold an image several times, and the pixels above which one of them is refused.
_HELD, _LARGEST_HELD = {"WEBP", "AVIF", "JPEG2000"}, 40_000_000
# Pixels, each counted as often as a JPEG has scans (some ten, if it is progressive), that are decoded of one image.
_MOST_SCANNED = 2_000_000_000
# Pages that are read of one file.
_MOST_PAGES = 10_000
NO_IMAGE, TOO_LARGE, CUT_OFF = "not an image that can be read", "image too large", "damaged or cut off"
# What ``TOO_LARGE`` begins: which limit it is above.
_TOO_MANY_PIXELS = f"{TOO_LARGE}: more than {LARGEST:,} pixels; scale it down"
_TOO_MANY_HELD = f"{TOO_LARGE}: more than {_LARGEST_HELD:,} pixels in this format; scale it down, or save it as PNG"
_TOO_MANY_SCANS = f"{TOO_LARGE}: its scans take {_MOST_SCANNED:,} pixels or more; save it without progressive scans"
_ANIMATED = "has several pictures; save one of them as a file of its own"
_TOO_MUCH_MEMORY = "needs more memory than there is"
# Bytes of a file by which its format is known; a PDF may have as many before its own first.
_HEAD = 1024
_TIFFS = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")


def read_image(path: str) -> Pixels | str:
    """Read an image file as grey.

    Args:
        path: The file.

    Returns:
        uint8 (H, W), black 0; or the reason why there is none. A damaged file gives none.
    """
    try:
        content = read_regular(path)
    except OSError as error:
        return reason_of(error)
    except ValueError:  # a null character in its name
        return NO_FILE
    return decode(content)


def read_pictures(path: str, password: str = "") -> Iterator[Picture | str]:
    """Read all pages of a file, of which TIFF and PDF may hold many; each, or the reason why there is none.

    Args:
        path: The file.
        password: Password of a PDF; empty if it has none.
    """
    try:
        with open_regular(path) as file:
            yield from pictures_in(file, password)
    except OSError as error:
        yield reason_of(error)
    except ValueError:  # a null character in its name
        yield NO_FILE


def has_several_pages(path: str) -> bool:
    """Tell whether a file is a TIFF or PDF of more than one page; one that can't be opened is none."""
    try:
        with open_regular(path) as file:
            head = file.read(_HEAD)
            if not (is_pdf(head) or head.startswith(_TIFFS)):
                return False
            file.seek(0)
            return len(list(islice(pictures_in(file), 2))) > 1
    except (OSError, ValueError):
        return False


def pictures_in(file: BinaryIO, password: str = "") -> Iterator[Picture | str]:
    """Read all pages of an open file, from its start, as ``read_pictures`` does; raises OSError."""
    head = file.read(_HEAD)
    file.seek(0)
    if is_pdf(head):
        yield from read_pdf(file, password)
    elif head.startswith(_TIFFS):
        yield from _pages(file)
    else:
        yield decode_picture(file.read())


def decode(content: bytes) -> Pixels | str:
    """Decode a whole image as grey.

    Args:
        content: An image file.

    Returns:
        uint8 (H, W), black 0; or the reason why there is none. A damaged file gives none.
    """
    picture = _first_page(content)
    if isinstance(picture, str):
        return picture
    return CUT_OFF if picture.damage else picture.pixels


def decode_picture(content: bytes) -> Picture | str:
    """Decode an image as grey, as far as its file goes; what is transparent lies on white, 16 bits become 8.

    Args:
        content: An image file.

    Returns:
        The image, or the reason why there is none.
    """
    picture = _first_page(content)
    if isinstance(picture, str) or picture.damage:
        for longer in ended(content):
            more = _first_page(longer, lengthened=True)
            if not isinstance(more, str):
                return more
    return picture


def decode_still(content: bytes, longest: int, ground: int = 255) -> Pixels | str:
    """Decode an image that is to be used as a whole, as grey: a single picture of limited size, without damage.

    Args:
        content: An image file.
        longest: Most pixels of a side.
        ground: Level that what is transparent lies on.

    Returns:
        uint8 (H, W), black 0; or the reason why there is none.
    """
    return _ANIMATED if is_animated_png(content) else _opened(content, partial(_still, longest=longest, ground=ground))


def _still(image: Image.Image, longest: int, ground: int) -> Pixels | str:
    """Decode an opened image unless it is too large or animated; raises what Pillow's plugins do."""
    if max(image.size) > longest:
        return f"{image.width:,} x {image.height:,} pixels are too many; scale it to {longest:,} or fewer a side"
    # A JPEG of several pictures (MPO) has a main one and others for 3D or previews.
    if getattr(image, "is_animated", False) and image.format != "MPO":
        return _ANIMATED
    try:
        load(image)
    except OSError:
        return CUT_OFF
    return upright(flatten(image, ground), image)


def decode_photo(content: bytes, longest: int, shortest: int = 1) -> Pixels | str:
    """Decode an image in colour, a single whole picture, and shrink it to what is needed of it.

    Args:
        content: An image file.
        longest: Pixels of the longer side that are kept.
        shortest: Pixels that its shorter side has at least.

    Returns:
        RGB uint8 (H, W, 3), upright, what is transparent on white; or the reason why there is none.
    """
    if is_animated_png(content):
        return _ANIMATED
    return _opened(content, partial(_photo, longest=longest, shortest=shortest))


def _excess(image: Image.Image) -> str:
    """Say above which limit of pixels an opened image is; empty where it is below."""
    pixels = image.width * image.height
    if image.format in _HELD and pixels > _LARGEST_HELD:
        return _TOO_MANY_HELD
    return _TOO_MANY_PIXELS if pixels > LARGEST else ""


def _photo(image: Image.Image, longest: int, shortest: int) -> Pixels | str:
    """Decode an opened image unless it is too large, too small or animated; raises what Pillow's plugins do."""
    if min(image.size) < shortest:
        return f"{image.width:,} x {image.height:,} pixels are too few; the shorter side needs {shortest:,} or more"
    scale = min(1.0, longest / max(image.size))
    size = max(1, round(image.width * scale)), max(1, round(image.height * scale))
    if image.format in {"JPEG", "MPO"}:
        image.draft("RGB", size)  # decoded at an eighth, a quarter or half of its size where that is enough
    if excess := _excess(image):
        return excess
    if getattr(image, "is_animated", False) and image.format != "MPO":
        return _ANIMATED
    try:
        load(image)
    except OSError:
        return CUT_OFF
    pixels = flatten_color(image)
    shrunk = Image.fromarray(pixels).resize(size, Image.Resampling.BOX) if pixels.shape[1::-1] != size else None
    return upright(pixels if shrunk is None else np.asarray(shrunk, np.uint8), image)


def _first_page(content: bytes, lengthened: bool = False) -> Picture | str:
    """Decode an image, whose end may not be its own."""
    return _opened(content, partial(_picture, lengthened=lengthened))


def _opened(content: bytes, use: Callable[[Image.Image], T | str]) -> T | str:
    """Open an image file and return what is made of it, or the reason why it can't be opened or decoded."""
    if not content:
        return "is empty"
    if scanned_pixels(content) > _MOST_SCANNED:
        return _TOO_MANY_SCANS
    heif = is_heif(content)
    formats = [*_FORMATS, "HEIF"] if heif and reads_heif() else _FORMATS
    try:
        with no_warnings(), Image.open(BytesIO(without_extras(content)), formats=formats) as image:
            if image.format == "HEIF":
                keep_orientation(image, content)
            return use(image)
    except UnidentifiedImageError:
        if heif:
            return CUT_OFF if reads_heif() else MISSING
        return NOT_AN_IMAGE if is_pdf(content[:_HEAD]) else NO_IMAGE
    except Image.DecompressionBombError:
        return _TOO_MANY_PIXELS
    except MemoryError:
        return _TOO_MUCH_MEMORY
    except Exception:  # Pillow's plugins raise what they please on broken files
        return CUT_OFF if heif else NO_IMAGE


def _pages(file: BinaryIO) -> Iterator[Picture | str]:
    """Decode the pages of a TIFF one after the other, straight from its file."""
    try:
        with no_warnings():
            image = Image.open(file, formats=("TIFF",))
    except Image.DecompressionBombError:
        yield _TOO_MANY_PIXELS
        return
    except Exception:  # as in _first_page
        yield NO_IMAGE
        return
    for number in range(_MOST_PAGES):
        try:
            with no_warnings():
                image.seek(number)
                page = _picture(image)
        except EOFError:
            return
        except Image.DecompressionBombError:
            page = _TOO_MANY_PIXELS
        except MemoryError:
            page = _TOO_MUCH_MEMORY
        except Exception:  # as in _first_page
            page = NO_IMAGE
        yield page
        if image.tell() != number:  # the list of pages itself is broken
            return
    yield f"more than {_MOST_PAGES:,} pages"


def _picture(image: Image.Image, lengthened: bool = False) -> Picture | str:
    """Decode the page that an opened image stands at; raises what Pillow's plugins do."""
    if excess := _excess(image):
        return excess
    if image.format in {"JPEG", "MPO"}:
        image.draft("L", image.size)  # its luminance, without colours being computed first
    whole = not lengthened
    try:
        load(image)
    except OSError:
        if lengthened:
            return CUT_OFF
        image.tile = []  # type: ignore[attr-defined]  # of its files; what was decoded is the image
        whole = False
    pixels = flatten(image)
    if whole:
        return Picture(upright(pixels, image))
    # Rows that were not decoded are empty; those that libjpeg was not given are grey.
    rows = np.asarray(image).reshape(image.height, -1)
    missing = (rows == (128 if lengthened else 0)).all(axis=1)
    if missing.all():
        return CUT_OFF
    pixels = np.where(missing[:, None], np.uint8(255), pixels)
    lacks = (
        f"{max(0.01, missing.mean()):.0%} of its rows are missing" if missing.any() else "parts of it may be missing"
    )
    return Picture(upright(pixels, image), f"{CUT_OFF}; {lacks}")
