"""Images by mutation: files of drawn receipts in many formats, spoilt, and read by the real command."""

import json
import os
import sys
import tempfile
from collections.abc import Callable
from functools import partial
from io import BytesIO
from pathlib import Path
from random import Random

import cv2
import numpy as np
from guard import guarded
from outcome import Outcome
from PIL import Image

from receiptgen.cli import main
from receiptgen.drawing.receipts import Receipts

# Suffix, format and options of Pillow for each form of file.
FORMS: tuple[tuple[str, str, dict[str, object]], ...] = (
    ("png", "PNG", {}),
    ("jpg", "JPEG", {"quality": 80}),
    ("jpg", "JPEG", {"progressive": True}),
    ("webp", "WEBP", {}),
    ("webp", "WEBP", {"lossless": True}),
    ("tif", "TIFF", {}),
    ("tif", "TIFF", {"compression": "tiff_lzw", "save_all": True}),
    ("tif", "TIFF", {"compression": "group4"}),
    ("gif", "GIF", {}),
    ("bmp", "BMP", {}),
    ("pgm", "PPM", {}),
    ("jp2", "JPEG2000", {}),
)
MODES = ("L", "L", "RGB", "P", "1", "LA", "RGBA", "CMYK", "I;16")


def fuzz(cases: int, seed: int) -> Outcome:
    """Spoil files and read each in a process of its own; one line a fault, and nothing else, may be said."""
    random, outcome = Random(seed), Outcome()
    cv2.setNumThreads(1)  # its pool of threads does not exist in a forked process
    drawn = Receipts(["parking", "cafe"], profile="scan", seed=seed)
    pages = [Image.fromarray(drawn.draw(index).page.image) for index in range(2)]
    with tempfile.TemporaryDirectory() as folder:
        for number in range(cases):
            suffix, content = _file(pages, random)
            for _ in range(random.randint(1, 3)):
                content = random.choice(MUTATIONS)(content, random)
            path = Path(folder, f"case{number}.{suffix}")
            path.write_bytes(content)
            outcome.tried += 1
            if fault := guarded(partial(_read, path)):
                outcome.failures.append(f"{path.name}, seed {seed}: {fault}")
            path.unlink()
    return outcome


def _file(pages: list[Image.Image], random: Random) -> tuple[str, bytes]:
    """Return a page as a file of some format and mode, with its suffix."""
    suffix, form, options = random.choice(FORMS)
    page, stream = random.choice(pages), BytesIO()
    mode = "1" if options.get("compression") == "group4" else random.choice(MODES)
    image = Image.fromarray(np.asarray(page).astype(np.uint16) * 257) if mode == "I;16" else page.convert(mode)
    try:
        image.save(stream, form, **options)
    except (OSError, ValueError):  # the format has no such mode
        page.save(stream, form, **options)
    return suffix, stream.getvalue()


def _flip(content: bytes, random: Random) -> bytes:
    spoilt = bytearray(content)
    for _ in range(random.choice((1, 1, 5, 50))):
        if spoilt:
            spoilt[random.randrange(len(spoilt))] ^= 1 << random.randrange(8)
    return bytes(spoilt)


def _cut(content: bytes, random: Random) -> bytes:
    return content[: random.randint(0, len(content))]


def _edit_head(content: bytes, random: Random) -> bytes:
    at = random.randrange(100)
    number = random.choice((0, 1, 255, 256, 60_000, 2**31 - 1, 2**32 - 1))
    return content[:at] + number.to_bytes(4, random.choice(("big", "little"))) + content[at + 4 :]


def _replace(content: bytes, random: Random) -> bytes:
    start, length = random.randint(0, len(content)), random.choice((1, 4, 64, 1024))
    middle = random.choice((b"", bytes(length), random.randbytes(length), content[start : start + length] * 2))
    return content[:start] + middle + content[start + length :]


def _append(content: bytes, random: Random) -> bytes:
    return content + random.choice((content, random.randbytes(500)))


MUTATIONS: tuple[Callable[[bytes, Random], bytes], ...] = (_flip, _flip, _cut, _cut, _edit_head, _replace, _append)


def _read(path: Path) -> str:
    """Read a file with the command in this process, which is made for it; return what it should not have said."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as errors:
        # Libraries print to the descriptors themselves.
        for descriptor, file in ((1, out), (2, errors)):
            os.dup2(file.fileno(), descriptor)
        sys.stdout, sys.stderr = os.fdopen(1, "w", closefd=False), os.fdopen(2, "w", closefd=False)
        code: object = 0
        try:
            main(["read", str(path), "--format", "json", "--quiet"])
        except SystemExit as ended:
            code = ended.code
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        texts = []
        for file in (out, errors):
            file.seek(0)
            texts.append(file.read().decode())
    said, told = texts
    if code not in {0, 1} or any(not line.startswith(f"receiptgen: {path}") for line in told.splitlines()):
        return f"ended with {code}: {told}"
    return "" if len(json.loads(said)) or code else "neither read nor refused"
