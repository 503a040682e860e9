"""How the characters of a page stand."""

from dataclasses import replace

import pytest
from printed_rows import printed_row, printed_rows

from receiptgen.drafting.page_grid import measure_grid
from receiptgen.drafting.rows import ReceiptRow

TEXT = """
             RED LANTERN
          1 HIGH ST. LONDON
TEA, ORANGE. MILK               6.20
CAKE. PLUM; SILK                14.10
TOTAL DUE                       20.30
"""


@pytest.mark.smoke
def test_columns_and_alignment_are_those_of_the_print() -> None:
    rows = printed_rows(TEXT)
    grid = measure_grid(rows)
    assert (grid.columns, grid.distance, grid.spacing) == (37, 24, "fixed")
    assert [grid.align(row) for row in rows] == ["center", "center", None, None, None]


def test_large_print_is_told_from_the_usual() -> None:
    rows = printed_rows(TEXT)
    large = printed_row("TOTAL 20.30", 8, scale=2)
    grid = measure_grid([*rows, large])
    assert (grid.is_wide(large), grid.is_tall(large)) == (True, True)
    assert not any(grid.is_wide(row) or grid.is_tall(row) for row in rows)


def test_narrow_points_tell_a_font_of_its_own_widths() -> None:
    def own_widths(row: ReceiptRow) -> ReceiptRow:
        narrow = [
            replace(
                word, steps=tuple((pair, step * (0.7 if set(pair) & set("I.,;") else 1)) for pair, step in word.steps)
            )
            for word in row.words
        ]
        return replace(row, words=tuple(narrow))

    assert measure_grid([own_widths(row) for row in printed_rows(TEXT)]).spacing == "proportional"
    assert measure_grid(printed_rows(TEXT)[:1]).spacing == "unknown"


def test_empty_lines_between_rows_are_counted() -> None:
    rows = printed_rows("ONE ROW\nNEXT ROW\nNEXT ROW\n\n\nLAST ROW")
    assert round(measure_grid(rows).lines_between(rows[2], rows[3]), 1) == 2
