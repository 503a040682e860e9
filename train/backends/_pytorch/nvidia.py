"""NVIDIA's GPUs as the system has them, and why a framework can't use them."""

import os
import re
import shutil
from pathlib import Path

# The oldest driver for each major version of CUDA (NVIDIA's "CUDA Compatibility", minor version compatibility).
OLDEST_DRIVERS = {11: 450, 12: 525, 13: 580}


def why_unusable(framework: str, cuda: str | None, root: Path = Path("/")) -> str:
    """Return why no GPU of NVIDIA's can be used, as far as the system tells; empty where it has none or doesn't tell.

    Args:
        framework: Name and version of the framework.
        cuda: Version of CUDA that it was built with; None for a build for CPUs.
        root: Folder in which ``proc`` and ``dev`` are.
    """
    driver = _driver(root)
    if not driver and not _has_devices(root):
        return ""
    here = f"NVIDIA's driver {driver} is here" if driver else "a GPU of NVIDIA's is here"
    if cuda is None:
        return f"{here}, but {framework} is a build for CPUs; install the build with CUDA"
    visible = os.environ.get("CUDA_VISIBLE_DEVICES")
    if visible is not None and visible.strip() in {"", "-1"}:
        return f"{here}, but CUDA_VISIBLE_DEVICES={visible!r} hides its GPUs"
    oldest = OLDEST_DRIVERS.get(int(cuda.partition(".")[0]), 0)
    if driver and int(driver.partition(".")[0]) < oldest:
        return (
            f"{here}, and the CUDA {cuda} of {framework} needs {oldest} or later; update the driver, or install a "
            "build with an older CUDA"
        )
    if not _has_devices(root):
        return (
            f"{here}, but no /dev/nvidia0; containers get GPUs by --gpus all (docker) or --device nvidia.com/gpu=all "
            "(podman)"
        )
    if visible is not None:
        return f"{here}, but CUDA_VISIBLE_DEVICES={visible!r} names none of its GPUs"
    return ""


def _driver(root: Path) -> str:
    """Return the version of the kernel's driver; empty where there is none."""
    try:
        text = (root / "proc/driver/nvidia/version").read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return ""
    # "NVRM version: NVIDIA UNIX x86_64 Kernel Module  535.104.05  Sat Aug 19 ..."
    found = re.search(r"Kernel Module.*?\s(\d+\.[\d.]+)\s", text)
    return found[1] if found else ""


def _has_devices(root: Path) -> bool:
    """Tell whether there are devices; Windows, alone or with Linux in it, shows them by NVIDIA's tool only."""
    return any(root.glob("dev/nvidia[0-9]*")) or shutil.which("nvidia-smi") is not None
