"""What ends a run from outside is one line with what to do, and the run resumes from its last state."""

from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from command_line import Run
from small_recipe import SMALL

from receiptgen.train.backends import Update
from receiptgen.train.loop.checkpoint import load_state

pytestmark = pytest.mark.needs("torch")

# As of an H100.
NO_MEMORY = (
    "CUDA out of memory. Tried to allocate 2.25 GiB. GPU 0 has a total capacity of 79.11 GiB of which 1.06 GiB is "
    "free. Including"
)
TRAIN = ("train", "--recipe", "small.yaml", "--devices", "cpu", "--workers", "0", "--out", "run", "--quiet")


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Return what makes the fourth update of a learner fail with a message."""
    learner: Any = import_module("receiptgen.train.backends._pytorch.learner")
    update = learner.TorchLearner.update

    def fail_with(message: str) -> None:
        def fails(self: Any, batches: Sequence[Any], learning_rate: float) -> Callable[[], Update]:
            if self._steps == 3:
                raise RuntimeError(message)
            wait: Callable[[], Update] = update(self, batches, learning_rate)
            return wait

        monkeypatch.setattr(learner.TorchLearner, "update", fails)

    return fail_with


def test_memory_that_runs_out_is_one_line_and_the_state_stays(run: Run, failing: Callable[[str], None]) -> None:
    recipe = SMALL + "batch: 16\nevaluations: 5\nheld_out_lines: 8\nlearning: {accumulate: 2}\n"
    Path("small.yaml").write_text(recipe, encoding="utf-8")
    failing(NO_MEMORY)
    assert run(*TRAIN).fault == (
        "receiptgen: CPU: out of memory (2.25 GiB more were asked for, 1.06 GiB of 79.11 GiB were free); "
        "it holds 8 lines at a time; halve them by --accumulate 4, which trains alike, or by --batch 8"
    )
    state = load_state(Path("run"))
    assert state is not None
    assert state.progress.step == 2


def test_a_device_that_fails_is_one_line(run: Run, failing: Callable[[str], None]) -> None:
    Path("small.yaml").write_text(SMALL + "batch: 8\nheld_out_lines: 8\n", encoding="utf-8")
    failing("CUDA error: uncorrectable ECC error encountered\nCUDA kernel errors might be reported later")
    assert run(*TRAIN).fault.startswith("receiptgen: CPU: CUDA error: uncorrectable ECC error encountered; its memory")
