"""Errors of memory, devices and networks are one line with what to do; others are not touched."""

from collections.abc import Callable
from importlib import import_module
from typing import Any

import pytest

from receiptgen.core.errors import DeviceError, ReceiptgenError, TrainingError
from receiptgen.train.backends import backend
from receiptgen.train.data.process_group import ProcessGroup

pytestmark = pytest.mark.needs("torch")

Fault = Callable[..., ReceiptgenError | None]
NO_SPACE = """NCCL error in: /pytorch/torch/csrc/distributed/c10d/NCCLUtils.cpp:94, unhandled system error (run with \
NCCL_DEBUG=INFO for details), NCCL version 2.29.7
ncclSystemError: System call (e.g. socket, malloc) or external library call failed or device error.
Last error:
Error while creating shared memory segment /dev/shm/nccl-x1 (size 9637888), error: No space left on device (28)"""
TWICE = """NCCL error in: /pytorch/torch/csrc/distributed/c10d/NCCLUtils.cpp:94, invalid usage, NCCL version 2.29.7
ncclInvalidUsage: This usually reflects invalid usage of NCCL library.
Last error:
Duplicate GPU detected : rank 1 and rank 0 both on CUDA device 1000"""
ALONE = "NCCL error in: /c10d/ProcessGroupNCCL.cpp:3690, unhandled system error, NCCL version 2.29.7\nncclSystemError\n"
CLOSED = "[/__w/gloo/transport/tcp/pair.cc:553] Connection closed by peer [10.0.0.2]:4500. This is typically"
MEMORY = (
    "CUDA out of memory. Tried to allocate 2.25 GiB. GPU 1 has a total capacity of 79.11 GiB of which 1.06 GiB is "
    "free. Including non-PyTorch memory, this process has 78.04 GiB memory in use."
)
KERNELS = "\nCUDA kernel errors might be asynchronously reported.\nCompile with `TORCH_USE_CUDA_DSA`."


@pytest.fixture
def fault() -> Fault:
    torch: Any = import_module("torch")
    faults: Any = import_module("receiptgen.train.backends._pytorch.faults")
    return lambda message, size=1: faults.fault_of(message, torch.device("cuda:1"), ProcessGroup(0, size), "halve it")


@pytest.mark.parametrize(
    ("message", "told"),
    [
        (MEMORY, "GPU 1: out of memory (2.25 GiB more were asked for, 1.06 GiB of 79.11 GiB were free); halve it"),
        ("CUDA error: out of memory" + KERNELS, "GPU 1: out of memory; halve it"),
        ("CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublas`", "GPU 1: out of memory; halve it"),
        (
            "CUDA error: no kernel image is available for execution on the device" + KERNELS,
            "GPU 1: CUDA error: no kernel image is available for execution on the device; this build of PyTorch has no",
        ),
        ("CUDA error: device-side assert triggered" + KERNELS, "GPU 1: CUDA error: device-side assert triggered; a"),
        ("CUDA error: uncorrectable ECC error encountered" + KERNELS, "GPU 1: CUDA error: uncorrectable ECC error"),
        ("CUDA error: an illegal memory access was encountered", "GPU 1: CUDA error: an illegal memory access was"),
        ("cuDNN error: CUDNN_STATUS_EXECUTION_FAILED", "GPU 1: cuDNN error: CUDNN_STATUS_EXECUTION_FAILED; nvidia-smi"),
        ("CUDA-capable device(s) is/are busy or unavailable: CUDA error", "GPU 1: CUDA-capable device(s) is/are busy"),
    ],
)  # fmt: skip
def test_a_device_that_fails_is_named_with_what_to_do(message: str, told: str, fault: Fault) -> None:
    error = fault(message)
    assert isinstance(error, DeviceError)
    assert str(error).startswith(told)
    assert "\n" not in str(error)


@pytest.mark.parametrize(
    ("message", "told"),
    [
        (NO_SPACE, "Error while creating shared memory segment /dev/shm/nccl-x1 (size 9637888), error: No"),
        (NO_SPACE, "--shm-size 1g"),
        (TWICE, "Duplicate GPU detected : rank 1 and rank 0 both on CUDA device 1000; start as many processes on each"),
        (ALONE, "unhandled system error; hosts must reach each other at every port: NCCL_SOCKET_IFNAME"),
        (CLOSED, "Connection closed by peer [10.0.0.2]:4500; another process has ended, and its own message tells why"),
        ("Timed out after 601 seconds waiting for clients. 3/8 clients joined.", "only 3 of 8 processes have come"),
        ("The server socket has failed to listen. port: 29500, name: EADDRINUSE", "set MASTER_PORT to a free port"),
        ("[gloo/buffer.cc:78] Timed out waiting 3000ms for recv operation to complete", "another process hangs"),
    ],
)  # fmt: skip
def test_a_network_that_fails_is_told_with_what_to_do(message: str, told: str, fault: Fault) -> None:
    error = fault(message, 2)
    assert isinstance(error, TrainingError)
    assert str(error).startswith("process 1 of 2 on ")
    assert told in str(error)
    assert "\n" not in str(error)


def test_faults_of_the_code_keep_their_traceback() -> None:
    code = RuntimeError("mat1 and mat2 shapes cannot be multiplied (3x4 and 5x6)")
    with pytest.raises(RuntimeError) as caught, backend("torch").faults("halve it"):
        raise code
    assert caught.value is code


def test_memory_that_the_system_has_not_is_told() -> None:
    torch: Any = import_module("torch")
    told = r"^CPU: out of memory \(4503599627370496 bytes more were asked for\); halve it"
    with pytest.raises(DeviceError, match=told), backend("torch").faults("halve it"):
        torch.empty(1 << 50)
