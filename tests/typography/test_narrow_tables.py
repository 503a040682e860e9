"""Tables with dates on narrow paper: all rows have one form, and all dates are said."""

from collections.abc import Sequence
from datetime import datetime

import pytest

from receiptgen.commerce.countries.locales import locale
from receiptgen.core.dice import Dice
from receiptgen.elements import draw_voice
from receiptgen.typography.blocks import PLAIN, Block, PrintedValue, Row, Rule, Run
from receiptgen.typography.narrow_tables import narrowed
from receiptgen.typography.print_settings import PrintSettings
from receiptgen.typography.typeface import face

CHARGES = (("22/10/2026", "22/10", "ROOM"), ("22/10/2026", "22/10", "BREAKFAST"), ("23/10/2026", "23/10", "BAR"))


def charge(index: int, date: str, short: str, name: str) -> Row:
    values = (PrintedValue(("items", index, "day"), date),)
    return Row(
        (
            Run(date, "item.date", columns="date", item=index, values=values, short=short),
            Run(name, "item.name", item=index),
            Run("12.50", "item.price", "right", "amount", index),
        )
    )


def table() -> list[Block]:
    heading = Row(
        (Run("DATE", "heading", columns="date"), Run("WHAT", "heading"), Run("NET", "heading", "right", "amount"))
    )
    return [Rule(), heading, *(charge(index, *texts) for index, texts in enumerate(CHARGES)), Row((Run("THANKS"),))]


def texts(blocks: Sequence[Block]) -> list[str]:
    return [" ".join(run.text for run in block.runs) for block in blocks if isinstance(block, Row)]


def form(columns: int) -> list[Block]:
    settings = PrintSettings(columns * 12, 20, "dots", face("cousine"), 20, 12, 26, face("arimo"), 1.7)
    return narrowed(table(), settings)


@pytest.mark.parametrize(("columns", "dates"), [(40, "whole"), (22, "short"), (16, "own"), (8, "own")])
def test_the_rows_of_a_table_have_one_form(columns: int, dates: str) -> None:
    expected = {
        "whole": texts(table()),
        "short": ["DATE WHAT NET", "22/10 ROOM 12.50", "22/10 BREAKFAST 12.50", "23/10 BAR 12.50", "THANKS"],
        "own": ["WHAT NET", "22/10/2026", "ROOM 12.50", "BREAKFAST 12.50", "23/10/2026", "BAR 12.50", "THANKS"],
    }
    assert texts(form(columns)) == expected[dates]


@pytest.mark.parametrize("columns", [40, 22, 16])
def test_all_dates_are_said(columns: int) -> None:
    runs = [run for block in form(columns) if isinstance(block, Row) for run in block.runs]
    assert [value for run in runs for value in run.values] == [
        PrintedValue(("items", index, "day"), date) for index, (date, _, _) in enumerate(CHARGES)
    ]
    assert {run.style for run in runs} == {PLAIN}


@pytest.mark.parametrize(
    ("pattern", "short"),
    [
        ("%d/%m/%Y", "05/10"), ("%d.%m.%y", "05.10."), ("%Y-%m-%d", "10-05"), ("%-d %b %Y", "5 Oct"),
        ("%d%b%y", "05Oct"), ("%a %d.%m.%Y", "05.10."),
        ("%Y\u5e74%-m\u6708%-d\u65e5", "10\u67085\u65e5"), ("%d-%m-%Ey", "05-10"), ("%H:%M", ""),
    ],
)  # fmt: skip
def test_a_short_date_has_no_year(pattern: str, short: str) -> None:
    britain = locale("en_GB")
    voice = draw_voice(britain, britain.taxes[0], Dice(1))._replace(date=pattern)
    assert voice.short_day(datetime(2026, 10, 5)) == short
