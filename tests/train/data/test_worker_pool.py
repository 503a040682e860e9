"""How many workers suit a process."""

import pytest

from receiptgen.train.data import worker_pool
from receiptgen.train.data.worker_pool import default_workers


@pytest.mark.parametrize(
    ("cores", "processes", "beside_cpu", "beside_gpu"),
    [(1, 1, 1, 1), (2, 1, 1, 1), (16, 1, 8, 14), (16, 4, 2, 3), (64, 8, 4, 7), (4, 8, 1, 1)],
)
def test_workers_take_all_cores_but_two_beside_a_gpu_and_half_of_them_beside_a_cpu(
    cores: int, processes: int, beside_cpu: int, beside_gpu: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker_pool, "cores", lambda: cores)
    monkeypatch.setenv("LOCAL_WORLD_SIZE", str(processes))
    assert (default_workers(gpu=False), default_workers(gpu=True)) == (beside_cpu, beside_gpu)
