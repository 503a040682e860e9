"""PyTorch's learner on a device that is not the host: nothing strays there, nobody waits, and little is launched.

Nothing here runs on a GPU: ``second_device`` is one that PyTorch's CPU build takes for another device.
"""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from command_line import PATIENCE
from components import require

SUPPORT = Path(__file__).parents[2] / "support"
NETWORKS = ("receipt", "receipt lstm", "receipt convolution", "crnn_lite", "cnn_bilstm", "char_cnn", "word_cnn")
PRECISIONS = ("float32", "bfloat16", "float16")
Report = Mapping[str, Any]


class Budget(NamedTuple):
    """What a stage may cost at most.

    Attributes:
        operators: Operators apart from the optimiser's, each of which a GPU launches one kernel for or more.
        optimiser: The optimiser's.
        uploads: Copies from the host.
        downloads: Copies to the host.
        waits: Waits of the host for the device.
        inner_waits: Operators that wait inside: those of CTC copy the lengths of labels.
        collectives: Collective operations of several processes.
    """

    operators: int
    optimiser: int = 0
    uploads: int = 2
    downloads: int = 1
    waits: int = 0
    inner_waits: int = 2
    collectives: int = 0


# A ratchet: these come down as the learner gets better, and go up for a reason that the commit tells. PyTorch 2.13.
UPDATE = {
    "receipt": Budget(234, 12),
    "receipt lstm": Budget(216, 12),
    "receipt convolution": Budget(228, 12),
    "crnn_lite": Budget(259, 12),
    "cnn_bilstm": Budget(244, 12),
    "char_cnn": Budget(57, 12),
    "word_cnn": Budget(71, 12),
}
# What half precision has more: weights are cast together, but those of recurrent layers, and maps each by an operator.
CASTS = {
    "receipt": 21,
    "receipt lstm": 38,
    "receipt convolution": 5,
    "crnn_lite": 40,
    "cnn_bilstm": 70,
    "char_cnn": 5,
    "word_cnn": 5,
}
# What float16 has more: its loss is scaled, its gradients are scaled back, and the scale follows them.
SCALING = Budget(1, 12)
# Of one of eight processes: the statistics of each batch norm are summed both ways, gradients and loss once.
EIGHT = {
    "receipt": Budget(948, 12, collectives=46),
    "receipt lstm": Budget(824, 12, collectives=40),
    "receipt convolution": Budget(1164, 12, collectives=64),
    "crnn_lite": Budget(751, 12, collectives=32),
    "cnn_bilstm": Budget(588, 12, collectives=21),
    "char_cnn": Budget(157, 12, collectives=8),
    "word_cnn": Budget(231, 12, collectives=12),
}
INFER = {
    "receipt": Budget(107, waits=1),
    "receipt lstm": Budget(91, waits=1),
    "receipt convolution": Budget(114, waits=1),
    "crnn_lite": Budget(126, waits=1),
    "cnn_bilstm": Budget(92, waits=1),
    "char_cnn": Budget(22, waits=1),
    "word_cnn": Budget(29, waits=1),
}
# The loss and the norm arrive together.
FIGURES = Budget(0, uploads=0, downloads=0, waits=1)


@pytest.fixture(scope="module")
def reports() -> Mapping[str, Report]:
    """What the learner costs on the second device: from a process of its own, since that stays registered."""
    require("torch")
    environment = {**os.environ, "PYTHONPATH": str(SUPPORT), "OMP_NUM_THREADS": "1"}
    command = [sys.executable, "-m", "second_device.run"]
    done = subprocess.run(command, env=environment, capture_output=True, timeout=PATIENCE, check=False)
    assert done.returncode == 0, done.stderr.decode()
    found: Mapping[str, Report] = json.loads(done.stdout)
    return found


def faults(report: Report, stage: str, budget: Budget) -> list[str]:
    """Return what is wrong with a stage, with the lines of receiptgen that asked for it."""
    if "error" in report:
        return [report["error"]]
    counts = report["costs"][stage]
    found = [
        f"{stage}: {sum(counts[what].values())} {what}, {most} allowed: {counts[what]}"
        for what, most in budget._asdict().items()
        if sum(counts[what].values()) > most
    ]
    for what, fault in (("pageable", "not from pinned memory"), ("forward_uploads", "inside the forward pass")):
        if counts[what]:
            found.append(f"{stage}: uploads {fault}: {counts[what]}")
    return found


def all_faults(name: str, report: Report) -> list[str]:
    """Return what is wrong with what a network cost in float32."""
    stages = {"update": UPDATE[name], "figures": FIGURES, "infer": INFER[name]}
    return [fault for stage, budget in stages.items() for fault in faults(report, stage, budget)]


@pytest.mark.parametrize("name", NETWORKS)
def test_float32_costs_no_more_than_its_budget(name: str, reports: Mapping[str, Report]) -> None:
    assert all_faults(name, reports[f"{name} float32"]) == []


def test_receipt_keeps_to_what_a_gpu_needs(reports: Mapping[str, Report]) -> None:
    report = reports["receipt float32"]
    assert faults(report, "update", Budget(280, 12, uploads=2, downloads=1, waits=0)) == []


def test_a_teacher_costs_another_pass_and_one_copy(reports: Mapping[str, Report]) -> None:
    report = reports["receipt taught"]
    assert faults(report, "update", Budget(374, 12, uploads=3)) == []
    assert report["loss"] < 1e-4
    assert report["unlike"] == []


@pytest.mark.parametrize("name", NETWORKS)
@pytest.mark.parametrize("precision", PRECISIONS[1:])
def test_half_precision_costs_casts_alone(name: str, precision: str, reports: Mapping[str, Report]) -> None:
    report = reports[f"{name} {precision}"]
    more = SCALING if precision == "float16" else Budget(0)
    budget = UPDATE[name]._replace(
        operators=UPDATE[name].operators + CASTS[name] + more.operators,
        optimiser=UPDATE[name].optimiser + more.optimiser,
    )
    assert faults(report, "update", budget) == []


@pytest.mark.parametrize("name", NETWORKS)
@pytest.mark.parametrize("precision", PRECISIONS)
def test_the_device_learns_what_the_cpu_learns(name: str, precision: str, reports: Mapping[str, Report]) -> None:
    report = reports[f"{name} {precision}"]
    assert "error" not in report, report["error"]
    # Half precision casts other operators on a CPU.
    assert report["loss"] < (1e-4 if precision == "float32" else 0.02)


@pytest.mark.parametrize("name", NETWORKS)
def test_a_restored_learner_goes_on_bit_by_bit(name: str, reports: Mapping[str, Report]) -> None:
    report = reports[f"{name} float32"]
    assert "error" not in report, report["error"]
    assert report["unlike"] == []


@pytest.mark.parametrize("name", NETWORKS)
def test_eight_processes_sum_no_more_than_their_budget(name: str, reports: Mapping[str, Report]) -> None:
    assert faults(reports[f"{name} x8"], "update", EIGHT[name]) == []


def test_receipt_sums_at_most_fifty_times_among_eight_processes(reports: Mapping[str, Report]) -> None:
    counts = reports["receipt x8"]["costs"]["update"]["collectives"]
    # The loop has one more, on the host: the clock, the widths and whether to stop.
    assert sum(counts.values()) + 1 <= 50, counts


# What the report of each mistake says.
MISTAKES = {
    "labels left on the host": "uploads not from pinned memory: {'backends/_pytorch/ctc.py",
    "images left on the host": "takes tensors of the host",
    "grid made on the host": "takes tensors of the host",
    "mask made on the host": "takes tensors of the host",
    "losses added on the host": "add_ at backends/_pytorch/ctc.py",
    "value asked for": "1 waits, 0 allowed: {'_local_scalar_dense at backends/_pytorch/ctc.py",
    "rows chosen by a mask": "waits, 0 allowed: {'index at backends/_pytorch/ctc.py",
    "factor uploaded by a layer": "uploads inside the forward pass: {'backends/_pytorch/modules.py",
    "memory not pinned": "uploads not from pinned memory: {'backends/_pytorch/transfer.py",
    "upload not waited for": "without waiting for it",
    "upload's memory not kept": "record_stream is missing",
    "figures read before they are there": "still on their way",
    "norm asked for": "waits, 0 allowed: {'_local_scalar_dense at backends/_pytorch/optimiser.py",
    "weights updated one by one": "optimiser, 12 allowed",
    "statistics added up twice": "collectives, 46 allowed: {'allreduce of the device at backends/_pytorch/",
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_each_mistake_is_found(mistake: str, reports: Mapping[str, Report]) -> None:
    report = reports[mistake]
    if mistake == "statistics added up twice":
        found = faults(report, "update", EIGHT["receipt"])
    else:
        found = all_faults("receipt", report)
    assert any(MISTAKES[mistake] in fault for fault in found), found
