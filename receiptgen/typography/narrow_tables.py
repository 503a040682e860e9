"""Tables whose rows would be broken on narrow paper, with their dates shorter or in rows of their own."""

from collections.abc import Iterator, Sequence

from receiptgen.typography.blocks import Block, Row, Run
from receiptgen.typography.print_settings import PrintSettings
from receiptgen.typography.row_fitting import RowFitter


def narrowed(blocks: Sequence[Block], settings: PrintSettings) -> list[Block]:
    """Return blocks in which all rows of a table with short texts have one form: the first that fits the paper.

    The forms are the texts as they are, the short ones, and the texts in rows of their own above the first row that
    says them. If none fits, it is the last. Tables without short texts are not changed, nor those in frames.

    Args:
        blocks: All blocks of a receipt.
        settings: Its print settings.
    """
    rows = [block for block in blocks if isinstance(block, Row)]
    for column in dict.fromkeys([run.columns for row in rows for run in row.runs if run.short]):
        blocks = _narrowed(blocks, column, settings)
    return [*blocks]


def _narrowed(blocks: Sequence[Block], column: int | str | None, settings: PrintSettings) -> list[Block]:
    """Narrow the one table that has a column."""
    places = [place for place, block in enumerate(blocks) if isinstance(block, Row) and _cell(block, column)]
    table = [block for place in places if isinstance(block := blocks[place], Row)]
    form = _form_of(table, column, settings)
    formed = dict(zip(places, form, strict=True))
    return [new for place, block in enumerate(blocks) for new in formed.get(place, [block])]


def _form_of(table: Sequence[Row], column: int | str | None, settings: PrintSettings) -> list[list[Row]]:
    """Return the form of a table that fits, row by row."""
    whole = [[row] for row in table]
    if _fits(whole, settings):
        return whole
    short = [[row._replace(runs=tuple(map(_shortened, row.runs)))] for row in table]
    if _fits(short, settings) or any(row.runs[0].columns != column for row in table):
        return short
    return [*_in_own_rows(table)]


def _cell(row: Row, column: int | str | None) -> bool:
    return any(run.columns == column for run in row.runs)


def _fits(form: Sequence[Sequence[Row]], settings: PrintSettings) -> bool:
    """Tell whether each row of a form is one line."""
    rows = [row for group in form for row in group]
    fitter = RowFitter(settings, rows)
    return all(len(fitter.fit(row.runs, 0, settings.width)) == 1 for row in rows)


def _shortened(run: Run) -> Run:
    return run._replace(text=run.short, short="") if run.short else run


def _in_own_rows(table: Sequence[Row]) -> Iterator[list[Row]]:
    """Yield the rows of a table without their first runs, each after a row of that run where it says another text."""
    said = ""
    for index, row in enumerate(table):
        first, rest = row.runs[0], row._replace(runs=row.runs[1:])
        if not first.short or first.text == said:
            yield [rest]
            continue
        said = first.text
        same = list[Run]()
        for later in table[index:]:
            if later.runs[0].text != said:
                break
            same.append(later.runs[0])
        values = tuple([value for run in same for value in run.values])
        yield [Row((first._replace(columns=None, values=values),)), rest]
