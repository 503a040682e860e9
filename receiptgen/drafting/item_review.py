"""Goods that were sold, of those that a reader of fields tells: by the rows that they stand on."""

from collections.abc import Sequence
from dataclasses import fields as fields_of_record
from dataclasses import replace

from receiptgen.drafting.rows import ReceiptRow, RowWord
from receiptgen.drafting.sections import Section
from receiptgen.drafting.sums import SumRow
from receiptgen.extraction.fields import Field, ItemFields


def sold_items(items: Sequence[ItemFields], sections: Sequence[Section]) -> tuple[ItemFields, ...]:
    """Return the goods whose names stand among the goods of a receipt, each with what stands there.

    A name that was read over two goods ends where the first has its amount.

    Args:
        items: What was read as goods.
        sections: Parts of the receipt.
    """
    rows = [row for section in sections if section.kind == "items" for row in section.rows]
    taken_off = [one for section in sections if section.kind == "items" for one in section.sums]
    words = {word.index: (word, row) for row in rows if row not in _rows_of(taken_off) for word in row.words}
    found = []
    for item in items:
        name = _name(item.name, words) if item.name else None
        told = [each for each in (item.name, item.code, item.amount) if each]
        if any(index in words for each in told for index in each.words):
            found.append(replace(_among(item, words), name=name))
    return tuple(found)


def _rows_of(sums: Sequence[SumRow]) -> list[ReceiptRow]:
    return [one.row for one in sums]


def _among(item: ItemFields, words: dict[int, tuple[RowWord, ReceiptRow]]) -> ItemFields:
    """Return an item without numbers that stand elsewhere, as in a row of totals."""
    told = {one.name: getattr(item, one.name) for one in fields_of_record(item)}
    astray = {
        name: None
        for name, value in told.items()
        if isinstance(value, Field) and value.words and not any(index in words for index in value.words)
    }
    return replace(item, **astray)


def _name(name: Field, words: dict[int, tuple[RowWord, ReceiptRow]]) -> Field | None:
    """Return a name without words that stand elsewhere or, of another good, below an amount; None for no words."""
    if not name.words:
        return name
    kept: list[RowWord] = []
    for word, row in (words[index] for index in name.words if index in words):
        first = words[kept[0].index][1] if kept else row
        if row.number > first.number and first.money:
            break
        kept.append(word)
    if len(kept) == len(name.words):
        return name
    text = " ".join(word.text for word in kept)
    return replace(name, value=text, text=text, words=tuple(word.index for word in kept)) if kept else None
