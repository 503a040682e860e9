"""Values that a template leaves unprinted: what says them goes, with the labels and headings that belong to it."""

from collections.abc import Iterable, Iterator, Sequence

from receiptgen.commerce.sale.value_paths import is_below
from receiptgen.typography.blocks import Block, Frame, Graphic, PrintedValue, Row, Run

_LABEL, _HEADING = ".label", "heading"


def leave_out(blocks: Sequence[Block], paths: Sequence[str]) -> list[Block]:
    """Take what says some values from the blocks of one element.

    A text that says one of them goes whole, with its label; a row that says nothing else goes, as do the heading of a
    column and all headings, rules and gaps of an element of which nothing else is left.

    Args:
        blocks: What the element prints.
        paths: Paths of values that are not printed; ``items.amount`` stands for those of all items.
    """
    before = list(_rows(blocks))
    pruned = _Pruning(paths)
    kept = list(pruned.blocks(blocks))
    if not pruned.found:
        return list(blocks)
    rows = list(_rows(kept))
    if before and all(_is_heading(row) for row in rows):
        return []
    return list(_without_empty_columns(kept, before, rows))


class _Pruning:
    """Takes values from blocks and notes whether there were any."""

    def __init__(self, paths: Sequence[str]) -> None:
        self._paths = paths
        self.found = False

    def blocks(self, blocks: Iterable[Block]) -> Iterator[Block]:
        for block in blocks:
            if isinstance(block, Frame):
                if rows := tuple(self.blocks(block.rows)):
                    yield block._replace(rows=rows)
            elif isinstance(block, Row):
                row = self._row(block)
                if not any(run.text for run in row.runs) and any(run.text for run in block.runs):
                    continue
                yield row
            elif isinstance(block, Graphic) and self._says(block.values):
                self.found = True
            else:
                yield block

    def _row(self, row: Row) -> Row:
        gone = {index for index, run in enumerate(row.runs) if self._says(run.values)}
        if not gone:
            return row
        self.found = True
        for index in sorted(gone):
            label = next((at for at in range(index - 1, -1, -1) if row.runs[at].text), None)
            if label is not None and row.runs[label].role.endswith(_LABEL):
                gone.add(label)
        runs = [_emptied(run) if index in gone else run for index, run in enumerate(row.runs)]
        if all(run.role.endswith(_LABEL) for run in runs if run.text):
            runs = [_emptied(run) for run in runs]
        return row._replace(runs=tuple(runs))

    def _says(self, values: Iterable[PrintedValue]) -> bool:
        return any(is_below(value.path, path) for value in values for path in self._paths)


def _without_empty_columns(blocks: Iterable[Block], before: list[Row], after: list[Row]) -> Iterator[Block]:
    """Take the headings of columns that said something and say nothing now."""
    for block in blocks:
        if isinstance(block, Frame):
            yield block._replace(rows=tuple(_without_empty_columns(block.rows, before, after)))
        elif isinstance(block, Row) and all(run.role == _HEADING for run in block.runs if run.text):
            emptied = _columns(before, len(block.runs)) - _columns(after, len(block.runs))
            runs = [_emptied(run) if index in emptied else run for index, run in enumerate(block.runs)]
            row = block._replace(runs=tuple(runs))
            if any(run.text for run in row.runs):
                yield row
        else:
            yield block


def _columns(rows: Iterable[Row], count: int) -> set[int]:
    """Return the columns in which rows of ``count`` runs say something, headings aside."""
    return {
        index
        for row in rows
        if len(row.runs) == count and not _is_heading(row)
        for index, run in enumerate(row.runs)
        if run.text
    }


def _is_heading(row: Row) -> bool:
    """Tell whether a row only says what others say: headings of columns, or a label above its value."""
    return all(run.role == _HEADING or run.role.endswith(_LABEL) for run in row.runs if run.text)


def _emptied(run: Run) -> Run:
    """Return a run that prints nothing but keeps its columns."""
    return run._replace(text="", values=())


def _rows(blocks: Iterable[Block]) -> Iterator[Row]:
    for block in blocks:
        if isinstance(block, Row):
            yield block
        elif isinstance(block, Frame):
            yield from _rows(block.rows)
