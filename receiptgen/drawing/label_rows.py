"""Labels that stay beside their values: large print is reduced before a label would be broken."""

from collections.abc import Iterator, Sequence

from receiptgen.typography.blocks import Block, Frame, Row, Run, Style
from receiptgen.typography.print_settings import PrintSettings
from receiptgen.typography.row_fitting import RowFitter

# What makes print wide, in the order in which it is given up.
_WIDE = ("spaced", "wide", "display")
# A colon that is set apart from its label.
_COLON_APART = " :"
# Columns that a frame of characters takes of the paper at most.
_FRAME = 4


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
