"""PyTorch's devices: which GPUs can be used, and what is said of the others."""

import warnings
from collections.abc import Callable, Iterator, Sequence
from importlib import import_module
from typing import Any

import pytest

from receiptgen.core.errors import DeviceError
from receiptgen.train.backends import backend

pytestmark = pytest.mark.needs("torch")

# The wheel of PyTorch 2.13 with CUDA 13.0, by ``get_arch_list``.
CODES = ["sm_75", "sm_80", "sm_86", "sm_90", "sm_100", "sm_120"]
NEW = "CUDA initialization: Unexpected error from cudaGetDeviceCount(). Did you? Error 802: system not yet initialized"
OLD = "CUDA initialization: The NVIDIA driver on your system is too old (found version 12020). Please update"
Machine = Callable[..., None]


@pytest.fixture
def devices() -> Any:
    return import_module("receiptgen.train.backends._pytorch.devices")


@pytest.fixture
def machine(devices: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Machine]:
    """Give this machine GPUs by their compute capabilities, or a warning instead."""
    torch = devices.torch

    def have(capabilities: Sequence[tuple[int, int]], codes: Sequence[str] = CODES, warning: str = "") -> None:
        def is_available() -> bool:
            if warning:
                warnings.warn(warning + " (Triggered internally at CUDAFunctions.cpp:109.)", stacklevel=1)
            return bool(capabilities)

        monkeypatch.setattr(torch.version, "cuda", "13.0")
        monkeypatch.setattr(torch.cuda, "is_available", is_available)
        monkeypatch.setattr(torch.cuda, "device_count", lambda: len(capabilities) or 8)
        monkeypatch.setattr(torch.cuda, "get_arch_list", lambda: list(codes))
        monkeypatch.setattr(torch.cuda, "get_device_capability", lambda index: capabilities[index])
        monkeypatch.setattr(torch.cuda, "get_device_name", lambda index: f"card {index}")
        monkeypatch.setattr(devices, "why_unusable", lambda framework, cuda: "")
        devices.find_gpus.cache_clear()

    yield have
    devices.find_gpus.cache_clear()


def test_gpus_that_this_build_has_code_for_are_used(machine: Machine, devices: Any) -> None:
    machine([(8, 0), (8, 9), (9, 0), (7, 5), (10, 3)])
    assert devices.find_gpus() == devices.Gpus((0, 1, 2, 3, 4), "")


def test_gpus_without_code_are_left_out_and_named(machine: Machine, devices: Any) -> None:
    machine([(7, 0), (9, 0)])
    gpus = devices.find_gpus()
    assert gpus.usable == (1,)
    assert gpus.fault.startswith("GPU 0 (card 0) has compute capability 7.0, and PyTorch 2.")
    assert "sm_75, sm_80" in gpus.fault
    assert (
        devices.devices_of("auto", gpus)
        == devices.devices_of("gpu", gpus)
        == devices.devices_of("1", gpus)
        == ["cuda:1"]
    )
    with pytest.raises(DeviceError, match=r"^--devices '0': expected .*; GPUs here: 1; GPU 0 \(card 0\) has compute"):
        devices.devices_of("0", gpus)


@pytest.mark.parametrize(
    ("code", "capability", "runs"),
    [
        ("sm_80", (8, 6), True), ("sm_86", (8, 0), False), ("sm_86", (9, 0), False), ("compute_86", (9, 0), True),
        ("compute_90", (8, 9), False), ("sm_90a", (9, 0), True), ("sm_100a", (10, 3), False),
        ("sm_100f", (10, 3), True),
    ],
)  # fmt: skip
def test_code_runs_on_later_gpus_of_its_generation_and_ptx_on_all_later_ones(
    code: str, capability: tuple[int, int], runs: bool, machine: Machine, devices: Any
) -> None:
    machine([capability], [code])
    assert bool(devices.find_gpus().usable) == runs


@pytest.mark.parametrize(
    ("warning", "why"),
    [
        (OLD, "The NVIDIA driver on your system is too old (found version 12020)"),
        (NEW, "CUDA says Error 802: system not yet initialized; start NVIDIA's fabric manager"),
        ("something deprecated", ""),
    ],
)
def test_what_cuda_can_not_begin_with_is_told(warning: str, why: str, machine: Machine, devices: Any) -> None:
    machine([], warning=warning)
    gpus = devices.find_gpus()
    assert gpus.usable == ()
    assert gpus.fault.startswith(why)
    assert bool(gpus.fault) == bool(why)
    assert devices.find_gpus() is gpus, "CUDA warns once only"


def test_gpus_that_fail_as_they_are_asked_are_told(
    machine: Machine, devices: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(index: int) -> None:
        raise RuntimeError("CUDA error: CUDA-capable device(s) is/are busy or unavailable\nCUDA kernel errors might")

    machine([(9, 0)])
    monkeypatch.setattr(devices.torch.cuda, "get_device_capability", fails)
    assert devices.find_gpus() == devices.Gpus((), "CUDA error: CUDA-capable device(s) is/are busy or unavailable")


def test_gpus_of_amd_have_no_names_of_nvidia(machine: Machine, devices: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    machine([(9, 4)], ["gfx942"])
    monkeypatch.setattr(devices.torch.version, "cuda", None)
    assert devices.find_gpus() == devices.Gpus((0,), "")


def test_gpu_means_a_gpu_and_says_why_there_is_none(devices: Any) -> None:
    with pytest.raises(DeviceError, match=r"^--devices 'gpu': PyTorch finds no GPU here; the driver is old$"):
        devices.devices_of("gpu", devices.Gpus((), "the driver is old"))
    assert devices.devices_of("auto", devices.Gpus((), "the driver is old")) == ["cpu"]


def test_auto_says_once_why_a_gpu_is_not_used(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    machine([], warning=OLD)
    for rank in ("0", "1"):
        monkeypatch.setenv("LOCAL_RANK", rank)
        backend("torch").join("auto")
    backend("torch").join("cpu")
    backend("torch").join("auto", alone=True)
    (told,) = caplog.messages
    assert told.startswith("The NVIDIA driver on your system is too old")


def test_each_process_of_a_host_has_a_gpu_or_says_that_it_lacks_one(devices: Any) -> None:
    names = ["cuda:0", "cuda:1", "cuda:2"]
    assert [devices.own_device(names, local) for local in range(3)] == names
    with pytest.raises(
        DeviceError, match=r"^process 4 of this host has no GPU, of which there are 3; .* 3 of torchrun"
    ):
        devices.own_device(names, 3)
    assert devices.own_device(["cuda:0"], 3) == "cuda:0", "its launcher shows each its own"
    assert devices.own_device(["cpu", "cpu"], 3) == "cpu"


@pytest.mark.parametrize(
    ("variables", "here", "together"),
    [
        ({}, 2, 2),
        ({"WORLD_SIZE": "3"}, 2, 6),
        ({"WORLD_SIZE": "6", "LOCAL_RANK": "1"}, 1, 6),
    ],
)
def test_hosts_have_as_many_devices_each(
    variables: dict[str, str], here: int, together: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("WORLD_SIZE", "LOCAL_RANK"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    framework = backend("torch")
    assert (framework.processes("cpu,cpu"), framework.device_count("cpu,cpu")) == (here, together)
