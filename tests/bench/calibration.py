"""Fit how sure a reader may be of characters, words and lines, on drawn lines, and measure it on others.

Writes ``receiptgen/weights/NAME.json``, and prints the expected calibration errors (ten bins of equal width, Naeini
et al., AAAI 2015) before and after.
"""

from dataclasses import replace
from difflib import SequenceMatcher
from pathlib import Path

import click
import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from receiptgen.reading.page_reader import PageReader, RecognizedLine
from receiptgen.recognition.calibration import LEVELS, RAW, Calibration
from receiptgen.recognition.opened_model import open_for_reading
from receiptgen.train.data.spec import parse_spec
from receiptgen.train.evaluation.held_out import hold_out

FOLDER = Path(__file__).parents[2] / "receiptgen" / "weights"
Pairs = dict[str, list[tuple[float, bool]]]


def judged(said: RecognizedLine, text: str, pairs: Pairs) -> None:
    """Note the confidence of each character, word and line, and whether it is right."""
    right = [False] * len(said.text)
    for low, _, size in SequenceMatcher(None, said.text, text, autojunk=False).get_matching_blocks():
        right[low : low + size] = [True] * size
    pairs["char"] += zip(said.chars, right, strict=True)
    words = said.text.split(" ")
    good = [False] * len(words)
    for low, _, size in SequenceMatcher(None, words, text.split(" "), autojunk=False).get_matching_blocks():
        good[low : low + size] = [True] * size
    at = 0
    for word, is_right in zip(words, good, strict=True):
        if word:
            pairs["word"].append((float(np.prod(said.chars[at : at + len(word)])), is_right))
        at += len(word) + 1
    pairs["line"].append((float(np.prod(said.chars)), said.text == text))


def fitted(found: list[tuple[float, bool]]) -> Calibration:
    """Fit slope and shift of the log-odds by logistic regression: Platt scaling."""
    confidence, right = (np.array(column, np.float64) for column in zip(*found, strict=True))
    # Next to no penalty: the scaling is that of the likelihood.
    model = LogisticRegression(C=1e6).fit(RAW.odds(confidence)[:, None], right)
    return Calibration(round(float(model.coef_[0, 0]), 4), round(float(model.intercept_[0]), 4))


def error(confidence: NDArray[np.float64], right: NDArray[np.bool_]) -> float:
    """Return the expected calibration error."""
    bins = np.minimum((confidence * 10).astype(int), 9)
    total = 0.0
    for number in range(10):
        inside = bins == number
        if inside.any():
            total += inside.mean() * abs(confidence[inside].mean() - right[inside].mean())
    return total


@click.command()
@click.option("--weights", default="receipt", show_default=True, help="Name of packaged weights.")
@click.option("--lines", default=6000, show_default=True, help="Lines to fit on, and as many to measure on.")
@click.option("--data", default="live:standard:receipt_text+receipt_line+price+date@real", show_default=True)
def main(weights: str, lines: int, data: str) -> None:
    """Fit on some lines, measure on others, write the file."""
    opened = open_for_reading(Path(weights))
    reader = PageReader(opened._replace(companions=replace(opened.companions, calibration={})), opened.search())
    halves: list[Pairs] = []
    for seed in (101, 202):
        pairs: Pairs = {level: [] for level in LEVELS}
        held = hold_out("calibration", parse_spec(data).data, lines, seed)
        for example, said in zip(held.examples, reader.read_lines([one.image for one in held.examples]), strict=True):
            judged(said, example.text, pairs)
        halves.append(pairs)
    found: dict[str, Calibration] = {level: fitted(halves[0][level]) for level in LEVELS}
    for level in LEVELS:
        confidence, right = (np.array(column) for column in zip(*halves[1][level], strict=True))
        before, after = error(confidence, right), error(found[level].applied(confidence), right)
        click.echo(f"{level}: {len(right):,}, {100 * right.mean():.2f} % right; error {before:.4f}, then {after:.4f}")
    replace(opened.companions, calibration=found).write_settings(FOLDER / f"{weights}.json")


if __name__ == "__main__":
    main()
