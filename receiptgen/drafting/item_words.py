"""The words of a table of goods that its columns print."""

from collections.abc import Iterator, Mapping, Sequence

from receiptgen.drafting.rows import ReceiptRow, RowWord
from receiptgen.drafting.wording import EDGES
from receiptgen.elements.items import Column

# Columns that the roles of words are, and those that print several.
COLUMNS: dict[str, Column] = {
    "items.code": "code", "items.name": "name", "items.quantity": "quantity", "items.unit_price": "unit_price",
    "items.discount.amount": "discount", "items.gross": "amount", "items.amount": "amount",
    "items.tax_code": "tax_code",
}  # fmt: skip
_TOGETHER: dict[Column, tuple[Column, ...]] = {
    "quantity_price": ("quantity", "unit_price"), "measure": ("quantity",), "amount_code": ("amount", "tax_code"),
}  # fmt: skip
# Letters of a word of a name at least, which units and codes of taxes have not.
_LETTERS = 3
# Signs between quantity and price.
TIMES = frozenset("xX@*")


def item_words(
    rows: Sequence[ReceiptRow], heads: Sequence[ReceiptRow], columns: Sequence[Column], headings: Mapping[str, str]
) -> frozenset[int]:
    """Return the indices of the words of goods and headings that columns print, or print others in place of.

    Args:
        rows: Rows of goods.
        heads: Rows that head their columns.
        columns: Columns that the template prints.
        headings: Words that head them.
    """
    printed = {part for column in columns for part in _TOGETHER.get(column, (column,))}
    found = {word.index for row in rows for word in _of_row(row, printed, "quantity_price" in columns)}
    # A unit stands behind a quantity where it is measured, and between it and its price.
    if {"measure", "quantity_price"} & {*columns}:
        found |= {word.index for row in rows for word in row.with_role("items.unit")}
    said = {part for heading in headings.values() for part in heading.split()}
    return frozenset(found | {word.index for row in heads for word in row.words if word.text.strip(EDGES) in said})


def _of_row(row: ReceiptRow, printed: set[Column], times: bool) -> Iterator[RowWord]:
    """Yield the words of a row that columns print."""
    names = _name_words(row)
    last = row.money[-1] if row.money and not row.with_role("items.amount") else None
    for word in row.words:
        column = COLUMNS.get(word.role)
        if not word.role:
            column = "name" if word in names else "amount" if word is last else None
        if column in printed or (times and word.text in TIMES):
            yield word


def _name_words(row: ReceiptRow) -> list[RowWord]:
    """Return the words of no known meaning that are of the name of a good: those among its words, or with letters."""
    named = [index for index, word in enumerate(row.words) if word.role == "items.name"]
    cells = {row.words[index].cell for index in named} or {
        cell[0].cell for cell in row.cells if sum(char.isalpha() for word in cell for char in word.text) > _LETTERS
    }
    return [
        word for index, word in enumerate(row.words)
        if not word.role and ((named and named[0] < index < named[-1]) or (word.cell in cells and not word.amount))
    ]  # fmt: skip
