"""What ``receiptgen suggest`` puts first: of drawn lines those that are misread, and of labels the wrong ones.

For the latter, 2 % of the lines get a wrong label on purpose.
"""

import sys
import time
from pathlib import Path

import click

sys.path.insert(0, str(Path(__file__).parents[1] / "support"))
from wrong_labels import MISTAKES, spoil

from receiptgen.reading.page_reader import PageReader
from receiptgen.recognition.opened_model import OpenedModel, open_for_reading
from receiptgen.train.data.sources import DataSource, Example, Flaw, RowLabel, Table
from receiptgen.train.data.spec import parse_spec
from receiptgen.train.evaluation.suggestions import images_in_doubt, labels_in_doubt

SHARE = 0.02
FIRST = (100, 200, 500)


class Spoilt:
    """The first lines of a data set, some with a wrong label; a data set and its table in one."""

    def __init__(self, data: DataSource, size: int) -> None:
        self._table = data.open(5)
        self.size = size
        self.wrong = spoil([self.right(index).text for index in range(size)], SHARE, seed=1)

    def right(self, index: int) -> Example:
        line = self._table.read(index)
        assert isinstance(line, Example), line
        return line

    def open(self, seed: int) -> Table:
        return self

    def read(self, index: int) -> Example | Flaw:
        line = self.right(index)._replace(name=str(index))
        return line._replace(text=" ".join(self.wrong[index][1].split())) if index in self.wrong else line

    def label(self, index: int) -> RowLabel:
        raise NotImplementedError


def print_misread(spec: str, data: Spoilt, model: OpenedModel) -> None:
    """Read all lines without their labels, and print how many are misread of all, and of the most doubtful."""
    lines = [data.right(index) for index in range(data.size)]
    read = PageReader(model, model.search()).read_lines([line.image for line in lines])
    found = images_in_doubt(
        ((Path(str(index)), line.image, text) for index, (line, text) in enumerate(zip(lines, read, strict=True))),
        max(FIRST),
    )
    misread = [line.text != lines[int(line.name)].text for line in found]
    of_all = sum(text.text != line.text for text, line in zip(read, lines, strict=True)) / len(lines)
    shares = ", ".join(f"{sum(misread[:first]) / first:.1%} of the first {first}" for first in FIRST)
    click.echo(f"{spec}: misread are {of_all:.1%} of {len(lines):,} lines, {shares}")


@click.command()
@click.argument("specs", nargs=-1, metavar="[DATA]...")
@click.option("--lines", default=5000, show_default=True)
@click.option("--weights", type=click.Path(path_type=Path), default=Path("receipt"), show_default=True)
def main(specs: tuple[str, ...], lines: int, weights: Path) -> None:
    """Print how many of the first lines are misread, and how many wrong labels are among the first 2 % and 4 %."""
    model = open_for_reading(weights)
    for spec in specs or ("live:standard:receipt_text@real", "live:standard:receipt_text@phone"):
        data = Spoilt(parse_spec(spec).data, lines)
        print_misread(spec, data, model)
        start = time.perf_counter()
        found = labels_in_doubt(spec, data, model, model.search(), 2 * len(data.wrong), print)
        seconds = time.perf_counter() - start
        order = [int(label.example.name) for label in found]
        click.echo(f"{spec}: {lines:,} lines, {len(data.wrong)} wrong labels, {lines / seconds:,.0f} lines/s")
        for mistake in ("all", *MISTAKES):
            wrong = {index for index, (name, _) in data.wrong.items() if mistake in {"all", name}}
            shares = (len(wrong.intersection(order[: part * len(data.wrong)])) / len(wrong) for part in (1, 2))
            click.echo("  {:24}{:8.1%}{:8.1%}".format(mistake, *shares))


if __name__ == "__main__":
    main()
