"""Why NVIDIA's GPUs can't be used is told from what the system has."""

import shutil
from pathlib import Path

import pytest

from receiptgen.train.backends._pytorch.nvidia import why_unusable

CLOSED = "NVRM version: NVIDIA UNIX x86_64 Kernel Module  535.104.05  Sat Aug 19 01:15:15 UTC 2023\nGCC version:  gcc\n"
OPEN = "NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  580.65.06  Release Build  (root@host)  Sun Jul 27\n"


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    monkeypatch.setattr(shutil, "which", lambda name: None)
    (tmp_path / "dev").mkdir()
    return tmp_path


def install(root: Path, driver: str = OPEN, devices: int = 1) -> None:
    file = root / "proc/driver/nvidia/version"
    file.parent.mkdir(parents=True)
    file.write_text(driver, encoding="utf-8")
    for index in range(devices):
        (root / f"dev/nvidia{index}").touch()


def test_without_nvidia_there_is_nothing_to_say(root: Path) -> None:
    (root / "dev/nvidiactl").touch()
    assert why_unusable("PyTorch 2", None, root) == ""


@pytest.mark.parametrize(
    ("driver", "devices", "cuda", "visible", "why"),
    [
        (OPEN, 1, None, None, "NVIDIA's driver 580.65.06 is here, but PyTorch 2 is a build for CPUs; install"),
        (CLOSED, 1, "13.0", None, "NVIDIA's driver 535.104.05 is here, and the CUDA 13.0 of PyTorch 2 needs 580"),
        (CLOSED, 1, "12.6", None, ""),
        (OPEN, 1, "13.0", None, ""),
        (OPEN, 1, "99.1", None, ""),
        (OPEN, 0, "13.0", None, "NVIDIA's driver 580.65.06 is here, but no /dev/nvidia0; containers get"),
        (OPEN, 4, "13.0", "", "NVIDIA's driver 580.65.06 is here, but CUDA_VISIBLE_DEVICES='' hides its GPUs"),
        (OPEN, 4, "13.0", "-1", "NVIDIA's driver 580.65.06 is here, but CUDA_VISIBLE_DEVICES='-1' hides its GPUs"),
        (OPEN, 4, "13.0", "1", "NVIDIA's driver 580.65.06 is here, but CUDA_VISIBLE_DEVICES='1' names none"),
        ("unreadable", 1, "13.0", None, ""),
        ("unreadable", 1, None, None, "a GPU of NVIDIA's is here, but PyTorch 2 is a build for CPUs; install"),
    ],
)  # fmt: skip
def test_what_the_system_has_tells_why(
    driver: str, devices: int, cuda: str | None, visible: str | None, why: str, root: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    install(root, driver, devices)
    if visible is not None:
        monkeypatch.setenv("CUDA_VISIBLE_DEVICES", visible)
    told = why_unusable("PyTorch 2", cuda, root)
    assert told.startswith(why)
    assert bool(told) == bool(why)


def test_windows_shows_gpus_by_a_tool(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: f"C:/{name}.exe")
    assert why_unusable("PyTorch 2", None, root).startswith(
        "a GPU of NVIDIA's is here, but PyTorch 2 is a build for CPUs"
    )
