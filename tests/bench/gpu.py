"""What a GPU makes of training, in a few minutes: ``python tests/bench/gpu.py [--out gpu.md]``.

Prints tables in Markdown with card, driver, versions and date: images a second by batch and precision, how busy the
GPU is, losses beside those of float32, how long a run waits for its loader, and, where there are two GPUs, what two
processes learn beside one. ``--device cpu`` takes the same way without a GPU, to show that it goes through.
"""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import repeat
from pathlib import Path
from statistics import mean
from tempfile import TemporaryDirectory
from threading import Event, Thread
from typing import Any, NamedTuple

import click
import numpy as np
import torch

from receiptgen.core.cores import cores
from receiptgen.core.errors import ReceiptgenError
from receiptgen.core.versions import versions
from receiptgen.recognition.charset import charset
from receiptgen.recognition.networks import NETWORKS, initial_weights, input_shape, with_head
from receiptgen.recognition.preprocess import Preprocess
from receiptgen.train.backends import Backend, Learner, OptimizerConfig, Precision, Update, backend
from receiptgen.train.data.batch_plan import BatchPlan
from receiptgen.train.data.batches import Batch, collate
from receiptgen.train.data.line_blocks import LineStream, WeightedSource
from receiptgen.train.data.loader import Loader
from receiptgen.train.data.process_group import ProcessGroup
from receiptgen.train.data.sources import DATASETS
from receiptgen.train.data.worker_pool import default_workers

SUPPORT = Path(__file__).parents[1] / "support"  # where the processes are that the tests start
CHARS = charset("receipt")
PRECISIONS: Sequence[Precision] = ("float32", "bfloat16", "float16")
# Networks that take lines of any width.
OF_LINES = [name for name in NETWORKS.names if not NETWORKS.get(name)().width]
# Steps before the clock runs: memory is found, plans are made, and a compiler compiles.
WARM = 5
# Seconds between questions to nvidia-smi.
POLL = 0.5

Rows = list[list[str]]


class Setting(NamedTuple):
    """What is measured.

    Attributes:
        network: Name of the network.
        width: Width of the lines, in pixels.
        seconds: Seconds of each measurement.
        steps: Steps of which losses are compared.
        precisions: Precisions; losses of the others are beside those of the first.
        profile: Profile of the lines that are drawn.
    """

    network: str
    width: int
    seconds: float
    steps: int
    precisions: Sequence[Precision]
    profile: str


def noise(setting: Setting, lines: int, seed: int = 0) -> Batch:
    """Return lines of noise with twenty characters each, fewer where they are narrow."""
    random, height = np.random.default_rng(seed), NETWORKS.get(setting.network)().height
    images = [random.integers(0, 256, (height, setting.width), dtype=np.uint8) for _ in range(lines)]
    count = min(20, setting.width // 8)
    labels = [random.integers(1, len(CHARS), count).astype(np.int32) for _ in range(lines)]
    return collate(images, labels, lines, multiple=4)


def learner_of(chosen: Backend, setting: Setting, precision: Precision, compiles: bool = False) -> Learner:
    network = NETWORKS.get(setting.network)()
    weights, layers = initial_weights(network, len(CHARS), 0), with_head(network, len(CHARS))
    config = OptimizerConfig(ema=0.999)
    return chosen.learner(layers, input_shape(network), weights, config, precision, 0, compiles)


def run_steps(learner: Learner, batches: Iterator[Batch], more: Callable[[int], bool]) -> list[Update]:
    """Train while ``more`` of the number of steps is true; figures are read one step late, as a run does."""
    figures: list[Update] = []
    pending: Callable[[], Update] | None = None
    while more(len(figures) + (pending is not None)):
        begun = learner.update([next(batches)], 1e-4)
        if pending:
            figures.append(pending())
        pending = begun
    return [*figures, *([pending()] if pending else [])]


def lasting(seconds: float) -> Callable[[int], bool]:
    """Return what is true of steps that begin within some seconds from now, and of the first."""
    end = time.perf_counter() + seconds
    return lambda step: not step or time.perf_counter() < end


class Busy:
    """How busy GPU 0 is while a block runs, as nvidia-smi says every half a second."""

    def __enter__(self) -> "Busy":
        self._shares: list[float] = []
        self._stop = Event()
        self._thread = Thread(target=self._ask, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _ask(self) -> None:
        while not self._stop.wait(POLL):
            if said := ask_nvidia("utilization.gpu"):
                self._shares.append(float(said))

    def __str__(self) -> str:
        return f"{mean(self._shares):.0f} %" if self._shares else "-"


def ask_nvidia(field: str) -> str:
    """Return what nvidia-smi says of GPU 0; nothing where there is none."""
    command = ["nvidia-smi", f"--query-gpu={field}", "--format=csv,noheader,nounits", "-i", "0"]
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return ""


def machine(chosen: Backend) -> str:
    """Return card, driver, versions, processor and date in one paragraph."""
    driver = ask_nvidia("driver_version")
    parts = [
        chosen.describe(),
        *([f"driver {driver}, CUDA {torch.version.cuda}, cuDNN {torch.backends.cudnn.version()}"] if driver else []),
        f"beside {cores()} cores",
        ", ".join(map(" ".join, versions("receiptgen", "numpy").items())),
    ]
    return f"Measured {datetime.now(UTC):%Y-%m-%d}: {'; '.join(parts)}."


def measure_speed(chosen: Backend, setting: Setting, sizes: Sequence[int], compiled: bool) -> Rows:
    """Return images a second by batch and precision, of steps as they come and compiled."""
    rows = [["batch", "precision", "step", "images/s", "ms a step", "GPU busy", "memory"]]
    for lines in sizes:
        batch = noise(setting, lines)
        for precision in setting.precisions:
            for compiles in (False, True) if compiled else (False,):
                row = [str(lines), precision, "compiled" if compiles else "eager"]
                try:
                    rows.append([*row, *speed(learner_of(chosen, setting, precision, compiles), batch, setting)])
                except ReceiptgenError as error:
                    rows.append([*row, str(error), "-", "-", "-"])
    return rows


def speed(learner: Learner, batch: Batch, setting: Setting) -> list[str]:
    """Return images a second, milliseconds of a step, how busy the GPU was, and the most memory."""
    run_steps(learner, repeat(batch), lambda step: step < WARM)
    on_gpu = torch.cuda.is_available()
    if on_gpu:
        torch.cuda.reset_peak_memory_stats()
    begun = time.perf_counter()
    with Busy() as busy:
        done = run_steps(learner, repeat(batch), lasting(setting.seconds))
        seconds = time.perf_counter() - begun
    memory = f"{torch.cuda.max_memory_allocated() / 2**20:,.0f} MB" if on_gpu else "-"
    lines = len(batch.images)
    return [f"{len(done) * lines / seconds:,.0f}", f"{1000 * seconds / len(done):.2f}", str(busy), memory]


def compare_losses(chosen: Backend, setting: Setting, lines: int) -> Rows:
    """Return how far losses of each precision are from those of float32 on the same batches."""
    batches = [noise(setting, lines, seed) for seed in range(setting.steps)]
    losses = {}
    for precision in setting.precisions:
        figures = run_steps(learner_of(chosen, setting, precision), iter(batches), lambda step: step < len(batches))
        losses[precision] = np.array([update.loss for update in figures])
    exact = losses[setting.precisions[0]]
    heading = ["precision", "first loss", "last loss", f"furthest from {setting.precisions[0]}"]
    far = {name: f"{np.max(np.abs(own / exact - 1)):.2%}" for name, own in losses.items()}
    return [heading, *([name, f"{own[0]:.4f}", f"{own[-1]:.4f}", far[name]] for name, own in losses.items())]


class Waiting:
    """Batches of a loader, and the seconds that were waited for them."""

    def __init__(self, loader: Loader) -> None:
        self._batches, self.seconds = iter(loader), 0.0

    def __iter__(self) -> Iterator[Batch]:
        while True:
            asked = time.perf_counter()
            batch = next(self._batches)
            self.seconds += time.perf_counter() - asked
            yield batch


def measure_loader(chosen: Backend, setting: Setting, sizes: Sequence[int], workers: int) -> Rows:
    """Return how long a run waits for lines that are drawn while it trains."""
    rows = [["batch", "workers", "images/s", "waits for the loader", "loader alone, lines/s"]]
    return rows + [[str(lines), str(workers), *loaded_speed(chosen, setting, lines, workers)] for lines in sizes]


def loaded_speed(chosen: Backend, setting: Setting, lines: int, workers: int) -> list[str]:
    """Return images a second, the share of the time that is waited for lines, and how many are drawn a second."""
    settings = {"source": "standard", "kinds": ["receipt_text"], "profile": setting.profile}
    live = DATASETS.get("live").model_validate(settings)  # type: ignore[attr-defined]
    preprocess = Preprocess(height=NETWORKS.get(setting.network)().height)
    stream = LineStream([WeightedSource("live", live.open(0))], CHARS, preprocess, 4, 0)
    learner = learner_of(chosen, setting, "auto")
    with Loader(stream, BatchPlan(lines, 1, 4, 0), ProcessGroup(), workers) as loader:
        waiting = Waiting(loader)
        run_steps(learner, iter(waiting), lambda step: step < WARM)
        waiting.seconds, begun = 0.0, time.perf_counter()
        done = run_steps(learner, iter(waiting), lasting(setting.seconds))
        seconds, rate = time.perf_counter() - begun, loader.rate
    return [f"{len(done) * lines / seconds:,.0f}", f"{waiting.seconds / seconds:.0%}", f"{rate:,.0f}"]


def compare_processes(devices: str, alone: str) -> str:
    """Return how far two processes' weights are from those of one, after a few steps of a small network."""
    sys.path.append(str(SUPPORT))
    from one_of_several import both, learnt
    from small_networks import furthest

    with TemporaryDirectory() as folder:
        command = [sys.executable, str(SUPPORT / "one_of_several.py"), "torch", devices, folder, "2"]
        meeting = {"MASTER_ADDR": "127.0.0.1", "MASTER_PORT": "29517"}
        done = subprocess.run(command, env={**os.environ, **meeting}, capture_output=True, text=True, check=False)
        if done.returncode:
            return f"Two processes fail: {(done.stderr.strip().splitlines() or ['without a word'])[-1]}"
        first, second = (dict(np.load(Path(folder, f"{rank}.npz"))) for rank in (0, 1))
    one = backend("torch")
    one.join(alone, alone=True)
    wanted = both(learnt(one, ProcessGroup()))
    apart = furthest({name: first[name] for name in wanted}, {name: second[name] for name in wanted})
    far = furthest({name: first[name] for name in wanted}, wanted)
    return f"Two processes learn the same weights to {apart:.1e}, and what one learns to {far:.1e}."


def table(rows: Rows) -> str:
    """Return rows as a table in Markdown; the first is the heading."""
    heading, *others = rows
    return "\n".join(f"| {' | '.join(row)} |" for row in [heading, ["---"] * len(heading), *others])


def listed(kind: click.ParamType) -> Callable[..., list[Any]]:
    """Return a callback for an option that has several values with commas."""
    return lambda context, option, value: [kind.convert(each, option, context) for each in value.split(",")]


@click.command()
@click.option("--device", default="gpu", show_default=True, type=click.Choice(["gpu", "cpu"]))
@click.option("--network", default="receipt", show_default=True, type=click.Choice(OF_LINES))
@click.option(
    "--lines", default="64,512", show_default=True, callback=listed(click.IntRange(1)), help="Lines of a batch."
)
@click.option("--width", default=320, show_default=True, help="Width of the lines, in pixels.")
@click.option("--seconds", default=8.0, show_default=True, help="Of each measurement.")
@click.option("--steps", default=50, show_default=True, help="Of which losses are compared.")
@click.option(
    "--precisions",
    default=",".join(PRECISIONS),
    show_default=True,
    callback=listed(click.Choice(PRECISIONS)),
    help="The first is what others are beside.",
)
@click.option("--compiled/--eager", default=True, show_default=True, help="Whether compiled steps are measured, too.")
@click.option("--profile", default="real", show_default=True, help="Of the lines that are drawn.")
@click.option("--workers", type=int, help="Of the loader  [default: as train has it]")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="File for the tables.")
def main(
    device: str, network: str, lines: list[int], width: int, seconds: float, steps: int, precisions: list[Precision],
    compiled: bool, profile: str, workers: int | None, out: Path | None,
) -> None:  # fmt: skip
    """Measure and print tables."""
    chosen = backend("torch")
    try:
        count = chosen.processes(device)
    except ReceiptgenError as error:
        raise click.ClickException(str(error)) from None
    chosen.join("0" if device == "gpu" else "cpu", alone=True)
    setting = Setting(network, width, seconds, steps, precisions, profile)
    said: list[str] = []

    def say(*paragraphs: str) -> None:
        said.extend(paragraphs)
        click.echo("\n\n".join(paragraphs) + "\n")

    say(machine(chosen))
    speeds = table(measure_speed(chosen, setting, lines, compiled))
    say(f"Updates of `{network}`, lines {width} pixels wide:", speeds)
    losses = table(compare_losses(chosen, setting, lines[0]))
    say(f"Losses of {steps} steps, {lines[0]} lines each:", losses)
    workers = workers or default_workers(device == "gpu")
    say("With lines drawn meanwhile:", table(measure_loader(chosen, setting, lines, workers)))
    devices = ("cpu,cpu", "cpu") if device == "cpu" else ("0,1", "0")
    say("One GPU: two processes were not compared." if device == "gpu" and count < 2 else compare_processes(*devices))
    if out:
        out.write_text("\n\n".join(said) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
