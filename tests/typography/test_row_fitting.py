"""Rows that are too long for the paper."""

import pytest

from receiptgen.typography.blocks import Row, Run
from receiptgen.typography.print_settings import PrintSettings
from receiptgen.typography.row_fitting import RowFitter
from receiptgen.typography.typeface import face


def lines(row: Row, columns: int) -> list[str]:
    """Return the lines of a row on paper of some columns."""
    font = face("terminus")
    settings = PrintSettings(12 * columns, 16, "dots", font, 24, 12, 28, font, 2.0)
    fitted = RowFitter(settings, [row]).fit(row.runs, 0, settings.width)
    return [" | ".join(run.text for run in line) for line in fitted]


@pytest.mark.smoke
@pytest.mark.parametrize(
    ("text", "columns", "broken"),
    [
        ("24/12/2020 12:26:42 AM", 20, ["24/12/2020", "12:26:42 AM"]),
        ("24.12.2020 12:26 Uhr", 16, ["24.12.2020", "12:26 Uhr"]),
        ("24/12/2020 12:26:42 AM", 10, ["24/12/2020", "12:26:42", "AM"]),
        ("24/12/2020 12:26:42 AM", 24, ["24/12/2020 12:26:42 AM"]),
        ("INKL. MWST @ 20% :", 13, ["INKL. MWST", "@ 20% :"]),
    ],
)
def test_a_time_and_a_rate_stay_whole_where_they_fit(text: str, columns: int, broken: list[str]) -> None:
    assert lines(Row((Run(text),)), columns) == broken


def test_an_amount_stands_after_a_broken_label() -> None:
    label, amount = Run("INKL. MWST @ 20% :", "tax.label"), Run("€ 19,90", "tax", "right", 0)
    assert lines(Row((label, amount)), 22) == ["INKL. MWST", "@ 20% : | € 19,90"]
    # The price of goods is looked for beside the beginning of their name.
    name, price = Run("Sourdough loaf with seeds", "item.name"), Run("5,90", "item.amount", "right", 0)
    assert lines(Row((name, price)), 22) == ["Sourdough loaf | 5,90", "with seeds"]
