"""Batch norm over processes is that of one process; what two processes learn is in ``test_data_parallel.py``."""

from collections.abc import Iterator
from typing import Any

import pytest
from components import COMPONENTS

if COMPONENTS["torch"].present():
    import torch
    from torch import Tensor, distributed

    from receiptgen.train.backends._pytorch.batch_norm import BatchNorm

pytestmark = pytest.mark.needs("torch")


@pytest.fixture(autouse=True, scope="module")
def alone() -> Iterator[None]:
    """A group of one process, whose sums are what it adds."""
    distributed.init_process_group("gloo", store=distributed.HashStore(), rank=0, world_size=1)
    yield
    distributed.destroy_process_group()


def made(replicas: int, frozen: bool = False) -> "BatchNorm":
    norm = BatchNorm(3, 1e-5, 0.1, replicas, frozen)
    norm.lines = 5
    with torch.no_grad():
        norm.weight.copy_(torch.tensor([0.5, 2.0, -1.0]))
        norm.bias.copy_(torch.tensor([0.1, 0.0, -3.0]))
    return norm


def maps(mean: float, kind: str = "float32") -> "Tensor":
    random = torch.Generator().manual_seed(4)
    return (torch.randn(5, 3, 4, 7, generator=random) + mean).to(getattr(torch, kind)).requires_grad_()


def passed(norm: "BatchNorm", x: "Tensor") -> "list[Tensor]":
    """Return the output, all gradients and the running statistics."""
    out: Any = norm(x)
    towards = torch.linspace(-1, 1, out.numel()).view_as(out).to(out.dtype)
    found = torch.autograd.grad(out, [x, norm.weight, norm.bias], towards)
    assert norm.running_mean is not None
    assert norm.running_var is not None
    return [out.detach(), *found, norm.running_mean, norm.running_var]


@pytest.mark.parametrize(("mean", "tolerance"), [(0.0, 1e-6), (30.0, 2e-5), (1000.0, 1e-3)])
def test_all_processes_together_are_one(mean: float, tolerance: float) -> None:
    # What float32 leaves of a deviation of 1 beside the mean.
    for found, expected in zip(passed(made(2), maps(mean)), passed(made(1), maps(mean)), strict=True):
        torch.testing.assert_close(found, expected, rtol=1e-5, atol=tolerance * 5)


def test_maps_of_half_precision_stay_so() -> None:
    for found, expected in zip(
        passed(made(2), maps(1.0, "bfloat16")), passed(made(1), maps(1.0, "bfloat16")), strict=True
    ):
        assert found.dtype == expected.dtype
        torch.testing.assert_close(found.float(), expected.float(), rtol=0.02, atol=0.02)


@pytest.mark.parametrize("way", ["frozen", "reading"])
def test_nothing_is_summed_where_statistics_stay(way: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(distributed, "all_reduce", lambda _: pytest.fail("summed"))
    norm = made(2, frozen=way == "frozen").train(way == "frozen")
    assert norm(maps(0.0)).shape == (5, 3, 4, 7)
    assert norm.running_mean is not None
    assert not norm.running_mean.any()
