"""Training speed: ``python tests/bench/train.py [--backend mxnet] [--seconds 20]``.

Each network goes through the same batch of 64 lines of 32 x 320 pixels, by itself and with the loader beside it: then
every step also takes a batch of freshly drawn lines, as training does. The two CRNNs are of the usual make, 1.4 and
1.0 million numbers; the others are the project's own.
"""

import time
from collections.abc import Callable, Iterator
from functools import partial

import click
import numpy as np

from receiptgen.recognition.charset import charset
from receiptgen.recognition.layers import Activation, BatchNorm, Conv, Layers, MapToSequence, Pool, Recurrent
from receiptgen.recognition.networks import NETWORKS, Network, initial_weights, input_shape, with_head
from receiptgen.recognition.preprocess import Preprocess
from receiptgen.train.backends import Learner, OptimizerConfig, backend
from receiptgen.train.data.batch_plan import BatchPlan
from receiptgen.train.data.batches import Batch, collate
from receiptgen.train.data.line_blocks import LineStream, WeightedSource
from receiptgen.train.data.loader import Loader
from receiptgen.train.data.sources import DATASETS

CHARS = charset("ascii")
WIDTH, LINES = 320, 64


class Crnn:
    """Five convolutions and two BiLSTMs."""

    about, height, multiple = "", 32, 4

    def __init__(self, separable: bool) -> None:
        self._separable = separable

    def layers(self) -> Layers:
        return (
            *self._conv(32), Pool(), *self._conv(64), Pool(), *self._conv(128), *self._conv(128),
            Pool((2, 1), (2, 1)), *self._conv(256), Pool((2, 1), (2, 1)), Pool((2, 1), (2, 1)), MapToSequence(),
            Recurrent(128, 2),
        )  # fmt: skip

    def _conv(self, filters: int) -> Layers:
        if not self._separable or filters == 32:
            return (Conv(filters), BatchNorm(), Activation())
        return (Conv(0, depthwise=True), BatchNorm(), Activation(), Conv(filters, (1, 1)), BatchNorm(), Activation())


def batch(height: int) -> Batch:
    random = np.random.default_rng(0)
    images = [random.integers(0, 256, (height, WIDTH), dtype=np.uint8) for _ in range(LINES)]
    labels = [random.integers(1, 90, 20).astype(np.int32) for _ in range(LINES)]
    return collate(images, labels, LINES)


def rate(step: Callable[[], object], seconds: float) -> float:
    """Return lines a second, the mean over a number of seconds."""
    for _ in range(3):
        step()
    begun, steps = time.perf_counter(), 0
    while (now := time.perf_counter()) - begun < seconds:
        step()
        steps += 1
    return LINES * steps / (now - begun)


@click.command()
@click.option("--backend", "name", default="auto", show_default=True)
@click.option("--seconds", default=15.0, show_default=True, help="For each figure.")
@click.option("--networks", default=",".join(["crnn", "separable", *NETWORKS.names]), show_default=True)
def main(name: str, seconds: float, networks: str) -> None:
    """Measure and print a table."""
    chosen = backend(name)
    group = chosen.join("cpu")
    live = DATASETS.get("live").model_validate({"source": "standard", "kinds": ["receipt_text"], "profile": "real"})  # type: ignore[attr-defined]
    lines = LineStream([WeightedSource("live", live.open(0))], charset("receipt"), Preprocess(), 4, 0)
    click.echo(chosen.describe())
    with Loader(lines, BatchPlan(LINES, 1, 4, 0), group, workers=1) as loader:
        drawn = iter(loader)
        click.echo(f"loader alone, one process: {rate(partial(next, drawn), seconds):,.0f} lines/s")
        click.echo("| network | parameters | train | with loader | infer |\n| --- | --- | --- | --- | --- |")
        for each in networks.split(","):
            made: Network = {"crnn": Crnn(False), "separable": Crnn(True)}.get(each) or NETWORKS.get(each)()
            weights = initial_weights(made, len(CHARS), 0)
            learner = chosen.learner(
                with_head(made, len(CHARS)), input_shape(made), weights, OptimizerConfig(ema=0.999), "auto", 0
            )
            fixed = batch(made.height)
            alone = rate(partial(update, learner, fixed), seconds)
            loaded = rate(partial(update_and_draw, learner, fixed, drawn), seconds)
            reading = rate(partial(learner.infer, fixed.images), seconds / 3)
            parameters = sum(p.size for n, p in weights.items() if not n.endswith(("mean", "variance")))
            click.echo(f"| {each} | {parameters / 1e6:.1f} M | {alone:,.0f} | {loaded:,.0f} | {reading:,.0f} |")


def update(learner: Learner, fixed: Batch) -> None:
    """Learn from a batch, to the end."""
    learner.update([fixed], 1e-4)()


def update_and_draw(learner: Learner, fixed: Batch, drawn: Iterator[Batch]) -> None:
    """Take a drawn batch as training does, and learn from one that is always as wide."""
    next(drawn)
    update(learner, fixed)


if __name__ == "__main__":
    main()
