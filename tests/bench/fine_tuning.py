"""Measure how far real lines of one's own take the packaged weights, and draw the curve: docs/fine_tuning.png.

FOLDER has receipts with boxed lines as SROIE publishes them. Every fifth, twenty at most, is set aside to learn from;
all lines of the others are read. Nothing that is learnt here is kept.
"""

import json
import subprocess
import sys
from difflib import SequenceMatcher
from pathlib import Path
from string import ascii_lowercase, ascii_uppercase
from tempfile import TemporaryDirectory
from typing import NamedTuple

import click
import cv2
import numpy as np

from receiptgen.reading.page_reader import PageReader
from receiptgen.recognition.opened_model import open_for_reading
from receiptgen.train.data.sources import Example
from receiptgen.train.data.spec import parse_spec

PICTURE = Path(__file__).parents[2] / "docs" / "fine_tuning.png"
RECEIPTS = 20
NUMBERS = (10, 30, 100, 300)


class Figure(NamedTuple):
    """Shares of the lines read, case-folded: without fault, and of wrong characters, by best path and by default."""

    lines: int
    exact: float
    cer: float
    exact_search: float
    cer_search: float


def receiptgen(*arguments: str) -> str:
    """Run a command of the package; its messages go on to the terminal."""
    command = [sys.executable, "-m", "receiptgen", *arguments]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout


def part(folder: Path, target: Path) -> tuple[Path, Path]:
    """Link every fifth receipt into one folder and the others into another."""
    images = sorted((folder / "img").iterdir())
    mine = set(images[::5][:RECEIPTS])
    parts = target / "mine", target / "others"
    for image in images:
        to = parts[image not in mine]
        for kind, file in (("img", image), ("box", folder / "box" / f"{image.stem}.csv")):
            (to / kind).mkdir(parents=True, exist_ok=True)
            (to / kind / file.name).symlink_to(file.resolve())
    return parts


def labelled(mine: Path, lines: int, target: Path) -> Path:
    """Write a number of lines, spread over the receipts, as crops with labels.tsv.

    Their labels are in capitals whatever is printed; letters get the case in which the packaged weights read them.
    """
    table = parse_spec(f"sroie:{mine}").data.open(0)
    order = np.random.default_rng(0).permutation(table.size or 0).tolist()
    rows = (table.read(number) for number in order)
    chosen = [row for row in rows if isinstance(row, Example)][:lines]
    opened = open_for_reading(Path("receipt"))
    said = PageReader(opened, opened.search()).read_lines([row.image for row in chosen])
    target.mkdir()
    labels = []
    for row, one in zip(chosen, said, strict=True):
        cv2.imwrite(str(target / row.name), row.image)
        labels.append(f"{row.name}\t{cased(row.text, one.text)}\n")
    (target / "labels.tsv").write_text("".join(labels), encoding="utf-8")
    return target


def cased(text: str, said: str) -> str:
    """Return a text with the case of another where both have the same letters."""
    chars = list(text)
    capitals = str.maketrans(ascii_lowercase, ascii_uppercase)
    alike = SequenceMatcher(None, text.translate(capitals), said.translate(capitals), autojunk=False)
    for low, other, size in alike.get_matching_blocks():
        chars[low : low + size] = said[other : other + size]
    return "".join(chars)


def measured(weights: str, others: Path, lines: int) -> Figure:
    """Read all lines of the receipts that were not learnt from."""
    found = []
    for beam in (("--beam", "0"), ("--beam", "5", "--lm", "receipt")):
        said = receiptgen("evaluate", weights, f"sroie:{others}", "--no-fresh", "--devices", "cpu", "--json", *beam)
        (one,) = json.loads(said).values()
        found += [one["kinds"]["all"][name] for name in ("exact_ci", "cer_ci")]
    return Figure(lines, *found)


def draw(figures: list[Figure]) -> None:
    """Draw the curve."""
    from matplotlib.figure import Figure as Picture

    picture = Picture(figsize=(7, 3.4), dpi=100, layout="constrained")
    axes = picture.subplots()
    places = range(len(figures))
    for label, values, colour in (
        ("best path", [figure.exact for figure in figures], "#30638e"),
        ("with the character model", [figure.exact_search for figure in figures], "#d1495b"),
    ):
        axes.plot(places, [100 * value for value in values], "o-", color=colour, label=label)
    axes.set_xticks(places, [str(figure.lines) for figure in figures])
    axes.set_xlabel("real lines learnt from", fontsize=9)
    axes.set_title("lines read without fault, %", fontsize=10, loc="left")
    axes.grid(True, color="#e6e8eb")
    axes.legend(fontsize=9, frameon=False)
    picture.savefig(PICTURE, metadata={"Software": None})


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--steps", default=400, show_default=True, help="Updates of each run.")
def main(folder: Path, steps: int) -> None:
    """Fine-tune with 10, 30, 100 and 300 lines of FOLDER; print a table and draw the curve."""
    with TemporaryDirectory() as scratch:
        mine, others = part(folder, Path(scratch))
        figures = [measured("receipt", others, 0)]
        for lines in NUMBERS:
            data, out = labelled(mine, lines, Path(scratch) / f"lines{lines}"), Path(scratch) / f"run{lines}"
            receiptgen(
                "train", "--recipe", "finetune", "--add-data", str(data), "--steps", str(steps), "--devices", "cpu",
                "--workers", "1", "--quiet", "--out", str(out),
            )  # fmt: skip
            figures.append(measured(str(out / "last.safetensors"), others, lines))
        for figure in figures:
            click.echo(f"| {figure.lines} | " + " | ".join(f"{100 * value:.2f} %" for value in figure[1:]) + " |")
        draw(figures)


if __name__ == "__main__":
    main()
