"""The data of a run: what it trains on, and what it holds out."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from receiptgen.core.dice import key_of
from receiptgen.core.errors import TrainingError

from ..data.line_blocks import WeightedSource
from ..data.mixture import Classes, rows_by_class
from ..data.sources import DataSource, Example, Table, layout_of
from ..data.sources.live import LiveTable
from ..data.spec import data_title, is_on_disk, location_of
from ..data.tables import DividedTable, Fold, FoldedTable, divide, fold_table, parts_note
from ..evaluation.held_out import HeldOut, hold_out, read_held_out
from ..recipes.recipe import Part, Recipe


class RunData(NamedTuple):
    """The data of a run.

    Attributes:
        sources: Data sets to train on.
        held_out: Lines for evaluations, of each held-out set.
        notes: What a data set to train on is joined of, and what is held out of it, in words, by its name.
    """

    sources: tuple[WeightedSource, ...]
    held_out: tuple[HeldOut, ...]
    notes: Mapping[str, str]


def open_run_data(recipe: Recipe, fold: Fold) -> RunData:
    """Open the data of a run.

    Args:
        recipe: Settings of the run.
        fold: How the case of all texts is folded.

    Raises:
        ReceiptgenError: A data set can't be opened, is both trained on and held out, or there is none.
    """
    _check_named(recipe)
    sources: list[WeightedSource] = []
    held_out: list[HeldOut] = []
    notes: dict[str, str] = {}
    divides = False
    for title, part in _titled(recipe.data):
        opened = part.data.open(recipe.seed)
        table, noted = fold_table(opened, fold), [parts_note(opened)]
        if recipe.held_out_share and is_on_disk(part.data):
            divided = divide(table, recipe.held_out_share, title)
            table, divides = divided.training, True
            noted.append(_note(divided, part.data))
            name = _unique(_plain_name(part.data), [*recipe.held_out, *(held.name for held in held_out)])
            key = key_of(recipe.seed, "held out", name)
            held_out.append(read_held_out(name, divided.held_out, recipe.held_out_lines, key))
        if note := "; ".join(filter(None, noted)):
            notes[title] = note
        effects = recipe.effects if is_on_disk(part.data) else ()
        sources.append(WeightedSource(title, table, part.weight, effects, _classes(part, table, title)))
    if recipe.held_out_share and not divides:
        raise TrainingError("held_out_share: all data is generated on the fly; name held-out data instead")
    _check_apart(recipe, sources)
    held_out += [
        hold_out(name, data, recipe.held_out_lines, recipe.seed, fold) for name, data in recipe.held_out.items()
    ]
    for held in held_out:
        if not any(example.text for example in held.examples):
            raise TrainingError(f"held-out set {held.name!r}: all of its lines are blank, and have no error rate")
    return RunData(tuple(sources), tuple(held_out), notes)


def echo_sources(sources: Sequence[WeightedSource], echo: int) -> list[WeightedSource]:
    """Return data sets whose endless synthetic lines are each shown so many times; others come as they are."""
    return [each._replace(table=_echoed(each.table, echo)) for each in sources]


def _echoed(table: Table, echo: int) -> Table:
    if isinstance(table, FoldedTable):
        return FoldedTable(_echoed(table.unfolded, echo))
    return replace(table, copies=echo) if isinstance(table, LiveTable) and table.size is None else table


def _check_named(recipe: Recipe) -> None:
    """Check that a recipe names data, which one for data of the user's own leaves to options.

    Raises:
        TrainingError: It doesn't.
    """
    if not recipe.data:
        raise TrainingError(f"recipe {recipe.name!r}: names no data to train on; --data does")
    if not (recipe.held_out or recipe.held_out_share):
        raise TrainingError(f"recipe {recipe.name!r}: names no held-out data; --held-out does, such as --held-out 10%")


def _titled(parts: Sequence[Part]) -> list[tuple[str, Part]]:
    """Return data sets with unique names for reports."""
    titled: list[tuple[str, Part]] = []
    counts: dict[str, int] = {}
    for part in parts:
        title = data_title(part.data)
        counts[title] = counts.get(title, 0) + 1
        titled.append((title if counts[title] == 1 else f"{title} ({counts[title]})", part))
    return titled


def _classes(part: Part, table: Table, title: str) -> Classes | None:
    """Return the rows of a data set by class where its classes are balanced.

    Raises:
        TrainingError: It is generated on the fly or lies in shards, or no row has a text.
    """
    if part.balance == "none":
        return None
    if not is_on_disk(part.data):
        raise TrainingError(f"{title}: is generated on the fly; weigh its 'kinds' instead of 'balance: class'")
    if layout_of(table):
        raise TrainingError(f"{title}: its texts are known shard by shard; 'balance: class' needs a copy of it on disk")
    classes = rows_by_class(_class(table, row) for row in range(table.size or 0))
    if not classes:
        raise TrainingError(f"{title}: no row has a text, by which 'balance: class' could draw it")
    return classes


def _class(table: Table, row: int) -> str | None:
    """Return the text of a row by which it is drawn as often as others; none where it can't be used."""
    text = table.label(row).text
    # A row without a text may be one of nothing, or one that can't be read.
    return text if text or isinstance(table.read(row), Example) else None


def _note(divided: DividedTable, data: DataSource) -> str:
    held_out = f"{divided.held_out_groups:,} of {divided.groups:,} {getattr(data, 'groups', 'images')}"
    single = divided.held_out.size == divided.held_out_groups
    return f"{held_out} are held out" if single else f"{divided.held_out.size:,} rows, of {held_out}, are held out"


def _plain_name(data: DataSource) -> str:
    """Return a name for lines held out of a data set, of letters, digits, - and _ only."""
    return re.sub(r"[^\w-]+", "_", Path(location_of(data)).stem).strip("_") or "held_out"


def _unique(name: str, taken: Sequence[str]) -> str:
    names = [name, *(f"{name}_{number}" for number in range(2, len(taken) + 3))]
    return next(each for each in names if each not in taken)


def _check_apart(recipe: Recipe, sources: Sequence[WeightedSource]) -> None:
    """Check that no data set on disk is both trained on and held out; synthetic ones are held out by their seed.

    Raises:
        TrainingError: One is.
    """
    for name, held_out in recipe.held_out.items():
        for part, source in zip(recipe.data, sources, strict=True):
            if is_on_disk(part.data) and part.data == held_out:
                raise TrainingError(f"held-out set {name!r}: {source.name} is trained on too; hold other lines out")
