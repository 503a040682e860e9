"""How rows are printed: size, weight, alignment."""

from collections import Counter
from collections.abc import Collection, Sequence

from receiptgen.drafting.page_grid import PageGrid
from receiptgen.drafting.rows import ReceiptRow
from receiptgen.typography.blocks import Align

# Columns by which a row in double width may be wider than the paper was measured.
_TOO_WIDE = 2


class RowStyles:
    """Tells how rows are printed.

    Args:
        grid: How the characters of the page stand.
        bold: Rows in bold print.
    """

    def __init__(self, grid: PageGrid, bold: Collection[ReceiptRow] = ()) -> None:
        self._grid, self._bold = grid, bold

    def aligns(self, rows: Sequence[ReceiptRow]) -> list[Align]:
        """Return how rows stand; those as wide as the print stand as most others."""
        aligns = [self._grid.align(row) for row in rows]
        usual = Counter(align for align in aligns if align).most_common(1)
        return [align or (usual[0][0] if usual else "left") for align in aligns]

    def style(self, row: ReceiptRow) -> dict[str, bool]:
        """Return how a row of text is printed, without what is usual."""
        if self._is_wide(row) and self._grid.spacing == "fixed" and not self._grid.is_double(row):
            return {"display": True}
        return self.column_style(row)

    def column_style(self, row: ReceiptRow) -> dict[str, bool]:
        """Return how a row of label and value is printed, which are in the receipt's usual font."""
        wide, tall = self._is_wide(row), self._grid.is_tall(row)
        # Large print has more ink than usual anyway; what is too long for double width is bold at least.
        bold = not wide and (row in self._bold or self._grid.is_wide(row))
        return {name: True for name, is_so in (("wide", wide), ("tall", tall), ("bold", bold)) if is_so}

    def _is_wide(self, row: ReceiptRow) -> bool:
        return self._grid.is_wide(row) and 2 * len(row.text) <= self._grid.columns + _TOO_WIDE
