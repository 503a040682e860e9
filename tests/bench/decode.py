"""Measure the decoders and the metrics on this machine, one core, and print a table.

Lines are made up: `even` ones have any label at any step, the most that a search can have to do; `peaked` ones
are as a trained network's, a peak each few steps, some of them doubtful, and blanks between.
"""

import time
from collections.abc import Callable, Iterator
from functools import partial
from statistics import median
from typing import NamedTuple

import click
import numpy as np
from numpy.typing import NDArray

from receiptgen.recognition.beam_scorer import BeamScorer
from receiptgen.recognition.beam_search import beam_search
from receiptgen.recognition.character_model import CharacterModel
from receiptgen.recognition.charset_spec import ASCII
from receiptgen.recognition.ctc import best_path
from receiptgen.recognition.lexicon import Lexicon
from receiptgen.recognition.metrics import Reading, by_kind, interval, summarise

LINES = 64
SHAPES = ((80, 96), (250, 120))
WORDS = (
    "total", "cash", "change", "milk", "bread", "tea", "coffee", "sugar", "rice", "card", "tax", "invoice", "thank",
    "you", "table", "paid", "item", "receipt",
)  # fmt: skip
LogProbs = NDArray[np.float32]


class Figure(NamedTuple):
    """What was measured, on what, and the milliseconds that each round took."""

    what: str
    lines: str
    times: list[float]


def timed(call: Callable[[], object], rounds: int) -> list[float]:
    """Return the milliseconds of some rounds, after one that doesn't count."""
    call()
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        call()
        times.append((time.perf_counter() - start) * 1000)
    return times


def each(log_probs: LogProbs, scorer: BeamScorer | None) -> list[float]:
    """Return the milliseconds of a beam search for each line."""
    times = []
    for line in log_probs:
        start = time.perf_counter()
        beam_search(line, scorer=scorer)
        times.append((time.perf_counter() - start) * 1000)
    return times


def lines(kind: str, steps: int, classes: int) -> LogProbs:
    """Return log-probabilities, (LINES, steps, classes)."""
    random = np.random.default_rng(7)
    logits = random.normal(size=(LINES, steps, classes)) * 1.5
    if kind == "peaked":
        logits[..., 0] += 12
        for line in logits:
            for step in np.cumsum(random.integers(2, 5, steps)):
                if step < steps:
                    line[step, 0] -= random.choice([4, 9, 16])
                    line[step, random.integers(1, classes, 2)] += random.choice([6, 8, 10, 12], 2)
    shifted = logits - logits.max(axis=-1, keepdims=True)
    return np.asarray(shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True)), np.float32)


def texts(count: int) -> list[str]:
    """Return lines as of receipts."""
    random = np.random.default_rng(7)
    amounts = random.integers(1, 100_000, count) / 100
    words = random.choice(WORDS, (count, 2))
    return [f"{one.upper()} {two} {amount:.2f}" for (one, two), amount in zip(words, amounts, strict=True)]


def readings(count: int) -> list[Reading]:
    """Return lines of which every other one has a fault."""
    return [
        Reading(f"{number // 40:04d}_{number}.png", "", text, text.replace("E", "F") if number % 2 else text)
        for number, text in enumerate(texts(count))
    ]


def figures(rounds: int) -> Iterator[Figure]:
    """Measure all."""
    model = CharacterModel.train(texts(20_000))
    lexicon = Lexicon(WORDS)
    for steps, classes in SHAPES:
        chars = ASCII + "".join(map(chr, range(0xA1, 0xA1 + classes - 1 - len(ASCII))))
        lengths = np.full(LINES, steps)
        for kind in ("peaked", "even"):
            log_probs = lines(kind, steps, classes)
            shape = f"{steps} x {classes}, {kind}"
            yield Figure("best path, 64 lines", shape, timed(partial(best_path, log_probs, lengths), rounds))
            yield Figure("beam 10, a line", shape, each(log_probs, None))
            for what, scorer in (
                ("lexicon", BeamScorer(chars, lexicon=lexicon)),
                ("model", BeamScorer(chars, model)),
                ("both", BeamScorer(chars, model, lexicon)),
            ):
                yield Figure(f"beam 10, {what}, new", shape, each(log_probs, scorer))
                yield Figure(f"beam 10, {what}, warm", shape, each(log_probs, scorer))
    read = readings(30_000)
    yield Figure("summarise", "30,000 texts", timed(lambda: summarise(read), max(1, rounds // 10)))
    yield Figure("by kind", "30,000 texts", timed(lambda: by_kind(read), max(1, rounds // 10)))
    yield Figure("interval", "30,000 texts", timed(lambda: interval(read), max(1, rounds // 10)))
    trained = texts(20_000)
    yield Figure("model trained", "20,000 texts", timed(lambda: CharacterModel.train(trained), max(1, rounds // 10)))


@click.command()
@click.option("--rounds", default=50, show_default=True, help="Of what is measured as a whole.")
def main(rounds: int) -> None:
    """Measure the decoders and the metrics on this machine."""
    click.echo(f"{'':24}{'':22}{'median ms':>11}{'fastest ms':>12}")
    for what, on, times in figures(rounds):
        click.echo(f"{what:24}{on:22}{median(times):>11.2f}{min(times):>12.2f}")


if __name__ == "__main__":
    main()
