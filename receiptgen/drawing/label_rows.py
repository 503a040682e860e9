"""Labels and values: large print is reduced before a label would be broken, and labels may stand further right."""

from collections.abc import Iterator, Sequence
from typing import TypeGuard

from receiptgen.typography.blocks import Block, Frame, Row, Run, Style
from receiptgen.typography.print_settings import PrintSettings
from receiptgen.typography.row_fitting import RowFitter

# What makes print wide, in the order in which it is given up.
_WIDE = ("spaced", "wide", "display")
# A colon that is set apart from its label.
_COLON_APART = " :"
# Columns that a frame of characters takes of the paper at most.
_FRAME = 4
# Columns between a label and its amount that are left at least; a label with fewer of the second stays in its place.
_LEFT, _ROOM = 2, 6


def is_amount_row(row: Row) -> bool:
    """Tell whether a row is a label at the left and an amount at the right."""
    if len(row.runs) != 2:
        return False
    label, amount = row.runs
    return label.role.endswith(".label") and label.align == "left" and amount.align == "right" and not amount.by_hand


def inset(blocks: Sequence[Block], share: float, settings: PrintSettings) -> list[Block]:
    """Return blocks in which all labels of amounts at the right begin further right, one below the other.

    Args:
        blocks: All blocks of a receipt.
        share: Share of the paper that the longest of them leaves empty, 0 to 1. Labels with hardly any room stay.
        settings: Its print settings.
    """
    rows = {index: block for index, block in enumerate(blocks) if _has_label(block)}
    # Amounts may share a column, which is as wide as the widest.
    widest = max((_columns(row.runs[1], settings) for row in rows.values()), default=0)
    paper = settings.width // settings.unit - widest
    rooms = {index: paper - _columns(row.runs[0], settings) for index, row in rows.items()}
    columns = int(share * (min((room for room in rooms.values() if room >= _ROOM), default=0) - _LEFT))
    if columns <= 0:
        return [*blocks]
    moved = {index: _moved(row, columns) for index, row in rows.items() if rooms[index] >= _ROOM}
    return [moved.get(index, block) for index, block in enumerate(blocks)]


def _has_label(block: Block) -> TypeGuard[Row]:
    return isinstance(block, Row) and is_amount_row(block) and not block.leader


def _columns(run: Run, settings: PrintSettings) -> int:
    """Return the columns that a text takes with its indent, rounded up."""
    return run.indent - -settings.glyphs(run).measure(run.text) // settings.unit


def _moved(row: Row, columns: int) -> Row:
    label, amount = row.runs
    return row._replace(runs=(label._replace(indent=label.indent + columns), amount))


def kept_beside(blocks: Sequence[Block], settings: PrintSettings) -> list[Block]:
    """Return blocks in which no large label is broken, or set above its value, that fits the paper in smaller print.

    Args:
        blocks: All blocks of a receipt.
        settings: Its print settings.
    """
    fitter = RowFitter(settings, blocks)
    return [_kept(block, blocks, fitter, settings, settings.width) for block in blocks]


def _kept(block: Block, blocks: Sequence[Block], fitter: RowFitter, settings: PrintSettings, width: int) -> Block:
    if isinstance(block, Frame):
        inside = width - _FRAME * settings.unit
        rows = tuple([_kept(row, blocks, fitter, settings, inside) for row in block.rows])
        return block if rows == block.rows else block._replace(rows=rows)
    if not isinstance(block, Row) or not _is_large_pair(block) or _is_one_line(block, fitter, width):
        return block
    others = [other for other in blocks if other is not block]
    for smaller in _smaller(block):
        # Columns that rows share are as wide as the widest of them.
        if _prints(smaller, settings) and _is_one_line(smaller, RowFitter(settings, [*others, smaller]), width):
            return smaller
    return block


def _is_large_pair(row: Row) -> bool:
    """Tell whether a row is of a label and its value alone, one of them in wide print."""
    texts = [run for run in row.runs if run.text]
    if len(texts) < 2 or any(run.by_hand for run in texts) or not any(map(_is_wide, texts)):
        return False
    return texts[0].role.endswith(".label") and len({run.role.removesuffix(".label") for run in texts}) == 1


def _is_wide(run: Run) -> bool:
    return any(getattr(run.style, name) for name in _WIDE)


def _is_one_line(row: Row, fitter: RowFitter, width: int) -> bool:
    return len(fitter.fit(row.runs, 0, width)) == 1


def _smaller(row: Row) -> Iterator[Row]:
    """Yield a row in narrower and narrower print, and then without its colon."""
    for index in range(len(_WIDE)):
        row = row._replace(runs=tuple([run._replace(style=_without(run.style, _WIDE[index])) for run in row.runs]))
        yield row
    label, *rest = row.runs
    if label.text.endswith(_COLON_APART):
        yield row._replace(runs=(label._replace(text=label.text.removesuffix(_COLON_APART)), *rest))


def _without(style: Style, name: str) -> Style:
    # What is no longer large stands out still.
    return style.model_copy(update={name: False, "bold": True}) if getattr(style, name) else style


def _prints(row: Row, settings: PrintSettings) -> bool:
    """Tell whether the fonts of smaller print have all characters of a row."""
    atlases = [(settings.glyphs(run), run.text) for run in row.runs]
    return all(glyphs.face.covers(text) and glyphs.tells_apart(set(text)) for glyphs, text in atlases)
