"""Versions of the installed distributions on which bytes and figures depend."""

from importlib.metadata import PackageNotFoundError, version

# Distributions of OpenCV, any one of which gives the module cv2.
OPENCV = ("opencv-python-headless", "opencv-python", "opencv-contrib-python-headless", "opencv-contrib-python")
# What the pixels and texts of a sample depend on.
_DRAWING = ("receiptgen", "numpy", "pillow", *OPENCV, "faker")


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
    return versions(*_DRAWING)
