"""How the characters of a page stand: pitch, columns, size of rows, alignment."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from receiptgen.drafting.rows import ReceiptRow
from receiptgen.typography.blocks import Align

Pitch = Literal["fixed", "proportional", "unknown"]
# Characters that are much narrower than others, unless all have one pitch.
_NARROW, _WIDE = frozenset("iljI.,:;'|!"), frozenset("MWmw@%")
# Steps with a narrow character relative to others: below it they are those of a proportional font, above it of one
# pitch; between, others tell it by how much they differ, from the tenth to the ninetieth of a hundred. How many tell.
_PROPORTIONAL, _FIXED, _ENOUGH = 0.89, 0.95, 12
_UNEVEN, _EVEN = 0.28, 0.2
# Print that is wider or higher than the usual by this is large.
_WIDER, _HIGHER = 1.5, 1.45
# Characters by which a row may stand off an edge or the middle.
_OFF = 1.6
_DOUBLE = (1.75, 2.3)
# Steps of a row that tell its pitch, and heights that tell its size.
_FEW, _FEW_HEIGHTS = 3, 2
# Characters by which the width of the print may be measured too small.
_MISCOUNTED = 2


@dataclass(frozen=True)
class PageGrid:
    """How the characters of a page stand.

    Attributes:
        pitch: Usual distance from character to character, in pixels.
        height: Usual height of capitals and digits, in pixels.
        distance: Usual distance from row to row, in pixels.
        left: Left edge of the print, in pixels on the level page.
        right: Right edge.
        spacing: Whether all characters have one pitch.
        longest: Characters of the longest row without wide gaps.
    """

    pitch: float
    height: float
    distance: float
    left: float
    right: float
    spacing: Pitch
    longest: int = 0

    @property
    def columns(self) -> int:
        """Number of characters in the width of the print."""
        measured = max(8, round((self.right - self.left) / self.pitch + 0.2))
        # A row that is read whole is counted more exactly than it is measured.
        return self.longest if measured < self.longest <= measured + _MISCOUNTED else measured

    def is_wide(self, row: ReceiptRow) -> bool:
        """Tell whether a row is printed much wider than others."""
        steps = _steps(row)
        return len(steps) >= _FEW and float(np.median(steps)) > _WIDER * self.pitch

    def is_double(self, row: ReceiptRow) -> bool:
        """Tell whether a row is of the usual characters in double width, not of another font."""
        return self.is_wide(row) and _DOUBLE[0] < float(np.median(_steps(row))) / self.pitch < _DOUBLE[1]

    def is_tall(self, row: ReceiptRow) -> bool:
        """Tell whether a row is printed much higher than others."""
        heights = [height for word in row.words for height in word.heights]
        return len(heights) >= _FEW_HEIGHTS and float(np.median(heights)) > _HIGHER * self.height

    def align(self, row: ReceiptRow) -> Align | None:
        """Tell how a row stands on the paper; None for one that is as wide as the print."""
        before, after, off = row.left - self.left, self.right - row.right, _OFF * self.pitch
        if before <= off:
            return None if after <= 2 * off else "left"
        if after <= off and before > 3 * off:
            return "right"
        return "center" if abs(before - after) < 2 * off or after < before else "left"

    def lines_between(self, above: ReceiptRow, below: ReceiptRow) -> float:
        """Return how many lines of empty paper lie between two rows."""
        return (below.middle - above.middle) / self.distance - 1


def _steps(row: ReceiptRow) -> list[float]:
    return [step for word in row.words for _, step in word.steps]


def measure_grid(rows: Sequence[ReceiptRow]) -> PageGrid:
    """Measure how the characters of a page stand.

    Args:
        rows: Its rows, at least one.
    """
    steps = [step for row in rows for step in _steps(row)]
    widths = [(word.right - word.left) / len(word.text) for row in rows for word in row.words]
    heights = [height for row in rows for word in row.words for height in word.heights]
    boxes = [word.bottom - word.top for row in rows for word in row.words]
    height = float(np.median(heights or boxes))
    middles = [row.middle for row in rows]
    distances = [down for down in np.diff(middles) if down > 0.6 * height]
    lefts, rights = [row.left for row in rows], [row.right for row in rows]
    return PageGrid(
        pitch=float(np.median(steps or widths)) or 1.0, height=height or 1.0,
        distance=float(np.percentile(distances, 40)) if distances else 1.5 * height,
        left=float(np.percentile(lefts, 4)), right=float(np.percentile(rights, 96)), spacing=_spacing(rows),
        longest=max((len(row.text) for row in rows if len(row.cells) == 1), default=0),
    )  # fmt: skip


def _spacing(rows: Sequence[ReceiptRow]) -> Pitch:
    """Tell by narrow characters whether all have one pitch."""
    narrow: list[float] = []
    usual: list[float] = []
    for row in rows:
        steps = [pair for word in row.words for pair in word.steps]
        plain = [step for pair, step in steps if not _NARROW.union(_WIDE).intersection(pair)]
        if len(plain) < _FEW:
            continue
        middle = float(np.median(plain)) or 1.0
        usual += [step / middle for step in plain]
        narrow += [step / middle for pair, step in steps if _NARROW.intersection(pair) and not _WIDE.intersection(pair)]
    if len(narrow) < _ENOUGH or len(usual) < _ENOUGH:
        return "unknown"
    ratio = float(np.median(narrow)) / float(np.median(usual))
    if not _PROPORTIONAL <= ratio <= _FIXED:
        return "proportional" if ratio < _PROPORTIONAL else "fixed"
    spread = float(np.subtract(*np.percentile(usual, [90, 10])))
    return "proportional" if spread > _UNEVEN else "fixed" if spread < _EVEN else "unknown"
