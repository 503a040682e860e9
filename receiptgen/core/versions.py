"""What bytes and figures depend on beside their settings: versions, the package itself, the processor."""

import platform
import re
import zlib
from functools import cache
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files
from pathlib import Path

from receiptgen.core.files import walk

# Distributions of OpenCV, any one of which gives the module cv2.
OPENCV = ("opencv-python-headless", "opencv-python", "opencv-contrib-python-headless", "opencv-contrib-python")
# What the pixels and texts of a sample depend on.
_DRAWING = ("receiptgen", "numpy", "pillow", *OPENCV, "faker", "fonttools", "segno", "python-barcode", "resvg-py")
# Parts of the package that samples are made by and of; the rest reads, serves and learns.
DRAWING_PARTS = (
    "annotations", "commerce", "config", "core", "dataset", "drawing", "effects", "elements", "imaging", "scenery",
    "snippets", "typography", "writers", "configs", "fonts",
)  # fmt: skip


def version_of(name: str) -> str:
    """Return the version of a distribution, or ``unknown`` where it is not installed as one."""
    return versions(name).get(name, "unknown")


def versions(*names: str) -> dict[str, str]:
    """Return the versions of distributions by name, without those that are not installed."""
    found = {}
    for name in names:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def drawing_versions() -> dict[str, str]:
    """Return the versions on which the bytes of samples depend."""
    from PIL import features

    return {**versions(*_DRAWING), "freetype": str(features.version("freetype2")), "zlib": zlib.ZLIB_RUNTIME_VERSION}


@cache
def package_digest() -> str:
    """Return the SHA-256 of the code and data that draw: a checkout changes while its version stays."""
    digest = sha256()
    for part in DRAWING_PARTS:
        root = Path(str(files(f"receiptgen.{part}")))
        for folder, names in walk(root):
            for name in names if folder.name != "__pycache__" else ():
                content = (folder / name).read_bytes()
                place = (folder / name).relative_to(root).as_posix()
                digest.update(f"{part}/{place}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()


@cache
def processor() -> str:
    """Return the instructions that OpenCV uses of this processor, as ``x86_64 SSE SSE2 AVX2 IPP-l9``.

    It filters, warps and scales by the widest that there are, and by Intel's library, each of which rounds a gray level
    otherwise now and then.
    """
    import cv2

    # ``*`` stands before what is used if it is there, ``?`` behind what is not there.
    names = [name.lstrip("*") for name in cv2.getCPUFeaturesLine().split() if not name.endswith("?")]
    # Its version tells which of its kernels it has chosen: ``ippIP AVX2 (l9) 2026.0.0``.
    kernels = re.findall(r"\((\w+)\)", cv2.ipp.getIppVersion()) if cv2.ipp.useIPP() else []
    return " ".join([platform.machine(), *names, *(f"IPP-{kernel}" for kernel in kernels)])
