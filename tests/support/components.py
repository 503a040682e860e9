"""What a machine may lack that some tests need."""

import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Mapping
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import cv2
import pytest

from receiptgen.core.versions import processor
from receiptgen.typography.face_choice import fonts_of

SHARED = Path(__file__).parents[3] / "shared"
REAL_RECEIPTS = SHARED / "real" / "sroie-dev"
LINE_SCORES = SHARED / "eval" / "score.py"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


class Component(NamedTuple):
    """Something that some tests need.

    Attributes:
        title: What the summary of a run calls it.
        present: Tells whether it is there.
        installable: Whether any machine can have it; ``--require-all`` asks for these.
    """

    title: str
    present: Callable[[], bool]
    installable: bool = True


def package(title: str, module: str) -> Component:
    return Component(title, lambda: find_spec(module) is not None)


def browser_path() -> str | None:
    """Return the path of a browser of the Chromium family."""
    return next((path for name in BROWSERS if (path := shutil.which(name))), None)


def hadolint_path() -> str | None:
    """Return the path of the linter of container files: beside this interpreter, or wherever commands are."""
    return shutil.which("hadolint", path=Path(sys.executable).parent) or shutil.which("hadolint")


@cache
def mounts() -> bool:
    """Tell whether a small disk may be mounted, by mounting one."""
    mount, unmount = shutil.which("mount"), shutil.which("umount")
    if not mount or not unmount:
        return False
    with TemporaryDirectory() as folder:
        command = [mount, "-t", "tmpfs", "-o", "size=64k", "tmpfs", folder]
        if subprocess.run(command, capture_output=True, check=False).returncode:
            return False
        subprocess.run([unmount, folder], check=True)
    return True


@cache
def has_mount_namespace() -> bool:
    """Tell whether a process may have a view of the disks of its own, and mount others in it."""
    unshare = shutil.which("unshare")
    if not unshare:
        return False
    command = [unshare, "--user", "--map-root-user", "--mount", "mount", "-t", "tmpfs", "tmpfs", "/dev/shm"]
    return not subprocess.run(command, capture_output=True, check=False).returncode


def rounds_with_avx2() -> bool:
    """Tell whether OpenCV turns pages otherwise without AVX2: version 5 does, 4.9 does not."""
    return "AVX2" in processor().split() and int(cv2.__version__.partition(".")[0]) >= 5


@cache
def has_ipv6() -> bool:
    """Tell whether this machine can be reached by IPv6."""
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        return False
    return True


COMPONENTS: Mapping[str, Component] = {
    "torch": package("PyTorch", "torch"),
    "mxnet": package("MXNet", "mxnet"),
    "onnx": package("ONNX", "onnx"),
    "onnxruntime": package("ONNX Runtime", "onnxruntime"),
    "lmdb": package("LMDB", "lmdb"),
    "pdf": package("pypdfium2", "pypdfium2"),
    "heif": package("pillow-heif", "pillow_heif"),
    "xlsx": package("openpyxl", "openpyxl"),
    "svg": package("resvg-py", "resvg_py"),
    "matplotlib": package("Matplotlib", "matplotlib"),
    "scikit-learn": package("scikit-learn", "sklearn"),
    "tensorboard": package("TensorBoard", "tensorboard"),
    "wandb": package("Weights & Biases", "wandb"),
    "mlflow": package("MLflow", "mlflow"),
    "zlib-ng": package("zlib-ng", "zlib_ng"),
    "ray": package("Ray", "ray"),
    "s3": Component("an object store (s3fs, moto)", lambda: bool(find_spec("s3fs") and find_spec("moto"))),
    "transformers": package("Transformers", "transformers"),
    "browser": Component("a browser (Chromium)", lambda: browser_path() is not None),
    "japanese": Component("a Japanese font", lambda: bool(fonts_of("japanese"))),
    "chinese": Component("a Chinese font", lambda: bool(fonts_of("chinese"))),
    "korean": Component("a Korean font", lambda: bool(fonts_of("korean"))),
    "hadolint": Component("hadolint", lambda: hadolint_path() is not None),
    "full device": Component("/dev/full", Path("/dev/full").exists, installable=False),
    "process tree": Component("/proc", Path("/proc/thread-self/children").exists, installable=False),
    "ipv6": Component("IPv6", has_ipv6, installable=False),
    "small disk": Component("the right to mount a disk", mounts, installable=False),
    "mount namespace": Component("the right to a mount namespace", has_mount_namespace, installable=False),
    "avx2": Component("a processor and an OpenCV that round otherwise with AVX2", rounds_with_avx2, installable=False),
    "real receipts": Component("real receipts", REAL_RECEIPTS.is_dir, installable=False),
    "line scores": Component("the script that scores lines", LINE_SCORES.is_file, installable=False),
}


def require(name: str) -> None:
    """Leave the test that runs out, unless a component is there."""
    if not COMPONENTS[name].present():
        pytest.skip(COMPONENTS[name].title)
