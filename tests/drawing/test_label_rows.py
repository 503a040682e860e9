"""Large print is reduced before a label is broken, or parted from its value."""

import pytest

from receiptgen.drawing.label_rows import inset, kept_beside
from receiptgen.typography.blocks import Frame, Row, Run, Style
from receiptgen.typography.print_settings import PrintSettings
from receiptgen.typography.row_fitting import RowFitter
from receiptgen.typography.typeface import face

LARGE = Style(wide=True, tall=True)


def settings(columns: int) -> PrintSettings:
    font = face("terminus")
    return PrintSettings(12 * columns, 16, "dots", font, 24, 12, 28, font, 2.0)


def total(label: str, value: str = "1.234,56 EUR", style: Style = LARGE, align: str = "left") -> Row:
    return Row((Run(label, "total.label", align, style=style), Run(value, "total", "right", 0, style=style)))  # type: ignore[arg-type]


def lines(row: Row, columns: int) -> int:
    printed = settings(columns)
    return len(RowFitter(printed, [row]).fit(row.runs, 0, printed.width))


def indents(rows: list[Row], share: float, columns: int) -> list[int]:
    moved = [row for row in inset(rows, share, settings(columns)) if isinstance(row, Row)]
    assert [lines(row, columns) for row in moved] == [lines(row, columns) for row in rows]
    return [row.runs[0].indent for row in moved]


def test_labels_begin_further_right_one_below_the_other() -> None:
    rows = [total("SUBTOTAL", "12,00", Style()), total("TAX 19 %", "1,92", Style()), total("DUE", "13,92", Style())]
    assert indents(rows, 0, 40) == [0, 0, 0]
    assert indents(rows, 0.5, 40) == [12, 12, 12]
    assert indents(rows, 1, 40) == [25, 25, 25]


def test_a_label_with_hardly_any_room_stays_where_it_is() -> None:
    rows = [total("ROUNDING ADJUSTMENT", "0,02", Style()), total("DUE", "13,92", Style())]
    assert indents(rows, 1, 27) == [0, 17]


def test_what_is_no_label_with_an_amount_does_not_move() -> None:
    text = Row((Run("THANK YOU"),))
    leader = total("DUE", "13,92", Style())._replace(leader=".")
    centred = total("DUE", "13,92", Style(), "center")
    assert inset([text, leader, centred], 1, settings(40)) == [text, leader, centred]


@pytest.mark.parametrize("align", ["left", "right"])
def test_a_large_label_that_would_be_broken_is_printed_narrower(align: str) -> None:
    row = total("MONTANT TOTAL TTC :", align=align)
    assert lines(row, 36) > 1
    (kept,) = kept_beside([row], settings(36))
    assert isinstance(kept, Row)
    assert lines(kept, 36) == 1
    assert {run.style for run in kept.runs} == {Style(tall=True, bold=True)}
    assert [run.text for run in kept.runs] == [run.text for run in row.runs]


def test_a_label_that_fits_stays_as_it_is() -> None:
    row = total("TOTAL :", "12,00")
    assert kept_beside([row], settings(32))[0] is row


def test_a_colon_that_is_set_apart_goes_last() -> None:
    row = total("MONTANT TOTAL TTC :", "1.234,5")
    assert lines(total("MONTANT TOTAL TTC :", "1.234,5", Style()), 26) > 1
    (kept,) = kept_beside([row], settings(26))
    assert isinstance(kept, Row)
    assert kept.runs[0].text == "MONTANT TOTAL TTC"


def test_what_fits_in_no_form_is_left_alone_and_so_are_plain_rows() -> None:
    rows = [
        total("A LABEL THAT IS LONGER THAN THE PAPER"),
        total("A LABEL THAT IS LONGER THAN THE PAPER", style=Style()),
    ]
    assert all(kept is row for kept, row in zip(kept_beside(rows, settings(24)), rows, strict=True))


def test_rows_in_frames_are_kept_beside_too() -> None:
    (kept,) = kept_beside([Frame((total("MONTANT TOTAL TTC :", "12,00"),))], settings(32))
    assert isinstance(kept, Frame)
    (row,) = kept.rows
    assert isinstance(row, Row)
    assert not row.runs[0].style.wide
