"""The columns of a table of taxes."""

from receiptgen.drafting.rows import ReceiptRow
from receiptgen.elements.tax_summary import Column as TaxColumn

# Columns of a table of taxes, by the roles of words.
_TAX_COLUMNS: dict[str, TaxColumn] = {
    "taxes.code": "code", "taxes.name": "code", "taxes.percent": "percent", "taxes.net": "net", "net": "net",
    "taxes.tax": "tax", "tax": "tax", "taxes.gross": "gross",
}  # fmt: skip


def tax_columns(row: ReceiptRow) -> tuple[TaxColumn, ...]:
    """Return the columns of a table of taxes that a row has, from the left; none of other rows."""
    found: list[TaxColumn] = []
    for word in row.words:
        column = _TAX_COLUMNS.get(word.role)
        if column is None and word.amount and word.amount.percent:
            column = "percent"
        if column is None and word.amount and word.amount.is_money and "net" in found:
            column = "tax"
        if column and column not in found:
            found.append(column)
    return tuple(found) if any(word.role.startswith("taxes.") for word in row.words) else ()
