"""Notices at the foot of receipts, of which each kind is told once."""

from collections.abc import Iterable

from receiptgen.typography.blocks import Block, Frame, Row

# Roles of what is said to customers once, wherever a template and a profile say it.
_ONCE = frozenset({f"footer.{word}" for word in ("thanks", "goodbye", "returns", "survey", "hours", "terms")})


def told_once(blocks: Iterable[Block]) -> list[Block]:
    """Return blocks without notices of a kind that was told above, or in words that another one has already."""
    return _told(blocks, {})


def _told(blocks: Iterable[Block], said: dict[str, str]) -> list[Block]:
    kept: list[Block] = []
    for block in blocks:
        if isinstance(block, Frame):
            rows = tuple(_told(block.rows, said))
            if not rows and block.rows:
                continue
            block = block._replace(rows=rows) if len(rows) < len(block.rows) else block
        elif isinstance(block, Row) and _is_told(block, said):
            continue
        kept.append(block)
    return kept


def _is_told(row: Row, said: dict[str, str]) -> bool:
    """Tell whether the notice of a row was told already, and note it."""
    role, text = row.runs[0].role, row.runs[0].text.strip("* .!").casefold()
    if role not in _ONCE or row.runs[0].by_hand:
        return False
    if role in said or any(text in other for other in said.values()):
        return True
    said[role] = text
    return False
