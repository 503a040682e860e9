"""HEIC and HEIF, in which phones save photos; an extra package lets Pillow read them."""

from functools import cache

from PIL import ExifTags, Image

# Brands of such files, which stand after the size of the first box (ISO/IEC 14496-12, 4.3).
_BRANDS = (b"ftyphei", b"ftyphev", b"ftypmif", b"ftypmsf")
MISSING = "an image in HEIC, which needs the package pillow-heif; pip install 'receiptgen[heif]'"


def is_heif(content: bytes) -> bool:
    """Tell whether an image file is HEIF by its first bytes; AVIF may begin in the same way."""
    return content.startswith(_BRANDS, 4)


@cache
def reads_heif() -> bool:
    """Let Pillow read HEIF as the format ``HEIF``, and tell whether the package for that is installed."""
    try:
        from pillow_heif import register_heif_opener
    except ModuleNotFoundError:
        return False
    register_heif_opener(thumbnails=False)
    return True


def keep_orientation(image: Image.Image, content: bytes) -> None:
    """Let an opened HEIF keep the orientation of its Exif data where its own properties turn nothing.

    The decoder turns pixels by the properties ``irot`` and ``imir`` (ISO/IEC 23008-12, 6.5.10 and 6.5.12) and drops
    the orientation of Exif, which cameras write beside these, and some programs in place of them.
    """
    orientation = image.info.get("original_orientation")
    properties = content.partition(b"mdat")[0]
    if orientation and not (b"irot" in properties or b"imir" in properties):
        image.getexif()[ExifTags.Base.Orientation] = orientation
