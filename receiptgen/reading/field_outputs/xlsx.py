"""A workbook for spreadsheets: a sheet of receipts, and one of their items."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, time
from decimal import Decimal
from importlib.util import find_spec
from io import BytesIO
from typing import TYPE_CHECKING, Any, ClassVar

from receiptgen.core.errors import MissingExtraError
from receiptgen.reading.field_outputs import FIELD_OUTPUTS, Receipts
from receiptgen.reading.field_outputs._tables import ITEMS, RECEIPTS, Column, item_rows, receipt_rows

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

# Widths of columns, in characters.
_NARROWEST, _WIDEST = 8, 40
# Colours of rows that don't add up, and of those where there is nothing to add up (red, green, blue).
_COLOURS = {"false": "FFD7D5", "": "FFF3C4"}
_HEAD = "E6EAEE"
# Columns of the sheet of receipts whose amounts are added up.
_SUMMED = ("subtotal", "discounts", "service", "tax", "tip", "total", "payable")
_NAMES = [column.name for column in RECEIPTS]
_CURRENCY, _CHECKED = _NAMES.index("currency"), _NAMES.index("checked")


@FIELD_OUTPUTS.register
class Xlsx:
    """Sheets ``Receipts`` and ``Items``; dates, amounts and truths are such, rows that don't add up are coloured.

    Raises:
        MissingExtraError: openpyxl is not installed.
    """

    suffix: ClassVar[str] = ".xlsx"
    is_text: ClassVar[bool] = False
    beside: ClassVar[Mapping[str, Callable[[Receipts], Iterator[str]]]] = {}

    def __init__(self) -> None:
        if find_spec("openpyxl") is None:
            raise MissingExtraError("the format xlsx needs openpyxl; pip install 'receiptgen[xlsx]'")

    def render(self, receipts: Receipts) -> Iterator[bytes]:
        """Yield the file."""
        from openpyxl import Workbook

        every = list(receipts)
        rows, workbook = list(receipt_rows(every)), Workbook()
        sheet = workbook.active
        sheet.title = "Receipts"
        _fill(sheet, RECEIPTS, rows)
        _colour(sheet, rows)
        _add_sums(sheet, rows)
        _fill(workbook.create_sheet("Items"), ITEMS, list(item_rows(every)))
        content = BytesIO()
        workbook.save(content)
        yield content.getvalue()


def _fill(sheet: "Worksheet", columns: Sequence[Column], rows: Sequence[Sequence[str]]) -> None:
    """Write a table with a header that stays in sight and can be filtered by."""
    from openpyxl.styles import Font, PatternFill
    from openpyxl.utils import get_column_letter

    for number, column in enumerate(columns, 1):
        head = sheet.cell(1, number, column.title)
        head.font, head.fill = Font(bold=True), PatternFill("solid", fgColor=_HEAD)
        for line, row in enumerate(rows, 2):
            if text := row[number - 1]:
                _write(sheet.cell(line, number), column, text)
        widest = max(map(len, [column.title, *(row[number - 1] for row in rows)]))
        letter = get_column_letter(number)
        sheet.column_dimensions[letter].width = min(max(widest + 2, _NARROWEST), _WIDEST)
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(columns))}{len(rows) + 1}"


def _write(cell: Any, column: Column, text: str) -> None:
    """Write a value as what it is; a text stays a text, even if it begins as a formula does."""
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    if column.kind == "date":
        cell.value, cell.number_format = date.fromisoformat(text), "yyyy-mm-dd"
    elif column.kind == "time":
        cell.value, cell.number_format = time.fromisoformat(text), "hh:mm:ss" if text.count(":") > 1 else "hh:mm"
    elif column.kind == "truth":
        cell.value = text == "true"
    elif column.kind == "text":
        cell.value = ILLEGAL_CHARACTERS_RE.sub("", text.encode(errors="replace").decode())
        cell.data_type = "s"
    else:
        cell.value = Decimal(text)
        cell.number_format = _amount_format(text) if column.kind == "amount" else "General"


def _amount_format(text: str) -> str:
    """Return the format that shows an amount with the decimals that it has."""
    decimals = len(text.partition(".")[2])
    return "#,##0" + (f".{'0' * decimals}" if decimals else "")


def _colour(sheet: "Worksheet", rows: Sequence[Sequence[str]]) -> None:
    from openpyxl.styles import PatternFill

    for line, row in enumerate(rows, 2):
        if colour := _COLOURS.get(row[_CHECKED]):
            for number in range(1, len(RECEIPTS) + 1):
                sheet.cell(line, number).fill = PatternFill("solid", fgColor=colour)


def _add_sums(sheet: "Worksheet", rows: Sequence[Sequence[str]]) -> None:
    """Write a row of sums for each currency below the receipts; what has no currency is a sum of its own."""
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    last = len(rows) + 1

    def span(column: int) -> str:
        letter = get_column_letter(column + 1)
        return f"{letter}$2:{letter}${last}"

    for offset, currency in enumerate(dict.fromkeys(row[_CURRENCY] for row in rows)):
        line = last + 2 + offset
        sheet.cell(line, 1, "Sum").font = Font(bold=True)
        name = sheet.cell(line, _CURRENCY + 1)
        name.value, name.data_type = currency or None, "s"
        for column in map(_NAMES.index, _SUMMED):
            texts = [row[column] for row in rows if row[_CURRENCY] == currency and row[column]]
            if texts:
                formula = _sum_of(currency, span(_CURRENCY), span(column))
                cell = sheet.cell(line, column + 1, formula)
                cell.font, cell.number_format = Font(bold=True), max(map(_amount_format, texts), key=len)


def _sum_of(currency: str, currencies: str, amounts: str) -> str:
    """Return the formula of the sum of those amounts that have a currency, or have none."""
    if currency:
        return f'=SUMIF({currencies},"{currency.replace(chr(34), "")}",{amounts})'
    return f'=SUMPRODUCT(--({currencies}=""),{amounts})'
