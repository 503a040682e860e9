"""What the bytes of image files say, before anything is decoded."""

import struct
from collections.abc import Iterator

_PNG, _KEPT = b"\x89PNG\r\n\x1a\n", (b"tRNS", b"eXIf")
_JPEG, _TABLES, _SCAN, _END = b"\xff\xd8\xff", b"\xff\xc4", b"\xff\xda", b"\xff\xd9"
# A WebP that lacks more than this many times what there is of it has no rows worth reading.
_MOST_LACKING = 9


def without_extras(content: bytes) -> bytes:
    """Return a PNG without the chunks that pixels don't need, which may be broken, or huge once unpacked."""
    if not content.startswith(_PNG):
        return content
    kept, at = [_PNG], len(_PNG)
    while at < len(content):
        kind = content[at + 4 : at + 8]
        stop = at + 12 + int.from_bytes(content[at : at + 4], "big")
        if kind in _KEPT or not kind[:1].islower():
            kept.append(content[at:stop])
        at = stop
    return b"".join(kept)


def is_animated_png(content: bytes) -> bool:
    """Tell whether a PNG is animated: its animation control stands before its pixels."""
    return content.startswith(_PNG) and b"acTL" in content[: content.find(b"IDAT")]


def ended(content: bytes) -> Iterator[bytes]:
    """Yield a file that was cut off with an end, where its decoder gives nothing, or less, of one without."""
    if content.startswith(_JPEG):
        yield content + _END
        yield content[: content.rfind(_TABLES)] + _END  # it was cut within the tables of its last scan
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        lacking = int.from_bytes(content[4:8], "little") + 8 - len(content)
        if 0 < lacking < _MOST_LACKING * len(content):
            yield content + bytes(lacking)


def scanned_pixels(content: bytes) -> int:
    """Return the pixels of a JPEG times its scans, to which the time to decode it is proportional; 0 for others."""
    return _jpeg_pixels(content) * content.count(_SCAN) if content.startswith(_JPEG) else 0


def _jpeg_pixels(content: bytes) -> int:
    """Return the pixels that a JPEG's frame header states (ISO/IEC 10918-1, B.2.2), 0 where there is none."""
    at = 2
    while at + 9 <= len(content) and content[at] == 0xFF:
        marker = content[at + 1]
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack(">HH", content[at + 5 : at + 9])
            return int(height * width)
        # Fill bytes and markers without a length stand alone.
        alone = marker == 0xFF or 0xD0 <= marker <= 0xD8
        at += 1 if marker == 0xFF else 2 if alone else 2 + int.from_bytes(content[at + 2 : at + 4], "big")
    return 0
