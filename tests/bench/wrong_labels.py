"""How many wrong labels ``receiptgen suggest --labels`` puts first: 2 % of drawn lines get one on purpose."""

import sys
import time
from pathlib import Path

import click

sys.path.insert(0, str(Path(__file__).parents[1] / "support"))
from wrong_labels import MISTAKES, spoil

from receiptgen.recognition.opened_model import open_for_reading
from receiptgen.train.data.sources import DataSource, Example, Flaw, RowLabel, Table
from receiptgen.train.data.spec import parse_spec
from receiptgen.train.evaluation.suggestions import labels_in_doubt

SHARE = 0.02


class Spoilt:
    """The first lines of a data set, some with a wrong label; a data set and its table in one."""

    def __init__(self, data: DataSource, size: int) -> None:
        self._table = data.open(5)
        self.size = size
        self.wrong = spoil([self._line(index).text for index in range(size)], SHARE, seed=1)

    def _line(self, index: int) -> Example:
        line = self._table.read(index)
        assert isinstance(line, Example), line
        return line

    def open(self, seed: int) -> Table:
        return self

    def read(self, index: int) -> Example | Flaw:
        line = self._line(index)._replace(name=str(index))
        return line._replace(text=" ".join(self.wrong[index][1].split())) if index in self.wrong else line

    def label(self, index: int) -> RowLabel:
        raise NotImplementedError


@click.command()
@click.argument("specs", nargs=-1, metavar="[DATA]...")
@click.option("--lines", default=5000, show_default=True)
@click.option("--weights", type=click.Path(path_type=Path), default=Path("receipt"), show_default=True)
def main(specs: tuple[str, ...], lines: int, weights: Path) -> None:
    """Print the share of the wrong labels among the first 2 % and 4 % of the lines, by the mistake in them."""
    model = open_for_reading(weights)
    for spec in specs or ("live:standard:receipt_text@real", "live:standard:receipt_text@phone"):
        data = Spoilt(parse_spec(spec).data, lines)
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
