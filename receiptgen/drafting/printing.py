"""The printer that a receipt was printed by, as a template says it."""

from typing import Any

from receiptgen.drafting.ink import Printing
from receiptgen.drafting.page_grid import PageGrid

# Most columns of a paper, with its printable width in dots; wider ones have characters of twelve dots.
_PAPERS = ((34, 384), (50, 576), (70, 832))
_DOTS, _WIDEST = 12, 5000
# Width of a digit of fonts of one pitch, height of their capitals, and that of fonts of their own widths, in ems;
# capitals of narrow fonts are that much higher than their characters are wide.
_ADVANCE, _CAPITAL, _OWN_CAPITAL, _NARROW = 0.6, 0.66, 0.716, 1.5
# Stretch of fonts, in steps, within which it is not worth saying.
_STRETCHES, _STEP, _USUAL = (0.6, 1.5), 0.05, (0.92, 1.08)
_LEADINGS, _AROUND, _SIZES = (0.95, 2.4), 0.03, (10, 60)


def printer_of(grid: PageGrid, printing: Printing) -> tuple[dict[str, Any], list[str]]:
    """Return the printer of a receipt by its keys, and what can't be told of it, a line each.

    Args:
        grid: How its characters stand.
        printing: Whether they are of dots or of strokes.
    """
    notes = []
    columns = grid.columns
    dots = min(next((dots for most, dots in _PAPERS if columns <= most), _DOTS * columns), _WIDEST)
    notes.append(f"the paper's width: {columns} characters in a row are usual for {dots} dots, {_paper(dots)}")
    if grid.spacing == "unknown":
        notes.append("whether the font has one pitch: too few characters tell; it is taken to have one")
    if printing == "unknown":
        notes.append("whether dots or strokes print it: the characters are too small or too worn")
    if grid.spacing == "proportional":
        return _of_own_widths(grid, dots), notes
    return _of_one_pitch(grid, dots), notes


def _paper(dots: int) -> str:
    return {384: "paper of 58 mm", 576: "paper of 80 mm"}.get(dots, "wide paper")


def _of_one_pitch(grid: PageGrid, dots: int) -> dict[str, Any]:
    ratio = (grid.pitch / _ADVANCE) * _CAPITAL / grid.height
    stretch = round(min(max(ratio, _STRETCHES[0]), _STRETCHES[1]) / _STEP) * _STEP
    usual = _USUAL[0] <= stretch <= _USUAL[1]
    # Bitmap fonts are never stretched.
    faces = {"bitmap": 3, "terminal": 2, "mono": 3} if usual else {"mono": 3, "terminal": 1}
    size = grid.pitch / _ADVANCE / (1.0 if usual else stretch)
    return {
        "dots": [dots], "columns": [grid.columns], "faces": faces, "leading": _around(grid.distance / size),
        **({} if usual else {"stretch": round(stretch, 2)}),
    }  # fmt: skip


def _of_own_widths(grid: PageGrid, dots: int) -> dict[str, Any]:
    size = grid.height / _OWN_CAPITAL
    narrow = grid.height / grid.pitch > _NARROW
    printed = round(size * dots / max(grid.right - grid.left, 1.0))
    return {
        "dots": [dots], "size": min(max(printed, _SIZES[0]), _SIZES[1]), "ink": "smooth",
        "faces": {"condensed": 3, "sans": 1} if narrow else {"sans": 1}, "leading": _around(grid.distance / size),
    }  # fmt: skip


def _around(leading: float) -> str:
    middle = min(max(leading, _LEADINGS[0]), _LEADINGS[1])
    return f"{middle - _AROUND:.2f}..{middle + _AROUND:.2f}"
