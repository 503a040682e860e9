"""What a page shows besides text: rules between rows, codes, and of how many parts its characters are."""

from collections.abc import Sequence
from typing import Literal, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from receiptgen.drafting.page_grid import PageGrid
from receiptgen.drafting.rows import ReceiptRow
from receiptgen.imaging.geometry import Pixels
from receiptgen.reading.results import PageText

# Width of a strip at most, in pixels.
_WIDEST = 1600
# Strips lower than this share of a character's height have no rule in them; a rule is lower than the other share.
_LOWEST, _RULE = 0.25, 0.75
# Share of the print's width that a rule covers at least, counted in characters; ink between its characters at least
# this share of the width for it to be drawn in one stroke.
_COVERED, _SOLID = 0.72, 0.93
# Heights of the characters of rules, relative to those of capitals: up to it they are dashes, above it asterisks.
_FLAT = 0.3
# Darkness of ink, below the paper near it.
_DARKER = 18
# Characters of one part only, how many are looked at, how high they are at least in pixels, and parts of dots.
_WHOLE, _LOOKED_AT, _LEGIBLE, _DOTTED, _CONNECTED = frozenset("ABCDEFGHKLMNPRSTUVXYZ0235689"), 120, 18, 2.2, 1.4

# Characters of a row that may be bold, and how much more ink it has then.
_FEW, _BOLD = 5, 1.32

Printing = Literal["dots", "strokes", "unknown"]


class Code(NamedTuple):
    """A barcode or a matrix code.

    Attributes:
        kind: ``barcode`` or ``qr``.
        middle: Height at which it stands on the level page, in pixels.
    """

    kind: Literal["barcode", "qr"]
    middle: float


class PageInk:
    """The ink of a page that is no text.

    Args:
        image: Grey image of the page, uint8 (H, W).
        page: Its text.
        grid: How its characters stand.
    """

    def __init__(self, image: Pixels, page: PageText, grid: PageGrid) -> None:
        self._image, self._page, self._grid = image, page, grid
        quads = np.array([word.quad for word in page.words])
        along = (quads[:, 1] - quads[:, 0] + quads[:, 2] - quads[:, 3]).sum(axis=0)
        cosine, sine = along / (np.hypot(*along) or 1.0)
        # Rows of a matrix that levels points by ``points @ matrix``; transposed, it takes them back.
        self._leveling = np.array([[cosine, -sine], [sine, cosine]])

    def rule_between(self, above: ReceiptRow | None, below: ReceiptRow | None) -> str:
        """Return the pattern of a rule between two rows, of which one may be the page's edge; empty for none."""
        strip = self._strip(above, below)
        if strip is None:
            return ""
        ink, scale = strip
        return _pattern(ink, self._grid.pitch * scale, self._grid.height * scale)

    def codes(self) -> list[Code]:
        """Find barcodes and QR codes by their shape."""
        # The detectors want modules of some pixels, and take long for huge pages.
        zoom = min(1.0, 2400 / max(self._image.shape))
        small = cv2.resize(self._image, None, fx=zoom, fy=zoom, interpolation=cv2.INTER_AREA)
        found = [self._code("qr", corners / zoom) for corners in _corners(cv2.QRCodeDetector().detectMulti(small))]
        bars = cv2.barcode.BarcodeDetector().detectMulti(small)
        return found + [self._code("barcode", corners / zoom) for corners in _corners(bars)]

    def printing(self) -> Printing:
        """Tell whether characters are of dots that part, as those of needle printers, or of strokes."""
        counts: list[int] = []
        for word in self._page.words:
            if len(word.char_quads) != len(word.text):
                continue
            for char, quad in zip(word.text, word.char_quads, strict=True):
                if char in _WHOLE and len(counts) < _LOOKED_AT:
                    parts = self._parts(quad)
                    counts += [parts] if parts else []
        if len(counts) < _LOOKED_AT // 4:
            return "unknown"
        mean = float(np.mean(np.minimum(counts, 8)))
        return "dots" if mean > _DOTTED else "strokes" if mean < _CONNECTED else "unknown"

    def bold(self, rows: Sequence[ReceiptRow]) -> frozenset[ReceiptRow]:
        """Return the rows whose characters have much more ink than usual, as far as they are as wide as usual."""
        shares = {row: self._ink_share(row) for row in rows if sum(len(word.text) for word in row.words) >= _FEW}
        usual = float(np.median([share for share in shares.values() if share] or [1.0]))
        return frozenset(row for row, share in shares.items() if share > _BOLD * usual)

    def _ink_share(self, row: ReceiptRow) -> float:
        """Return the share of the boxes of a row's words that is ink, 0 where they are too small to tell."""
        corners = [np.array([[word.left, word.top], [word.right, word.bottom]]) for word in row.words]
        crops = [self._crop(pair @ self._leveling.T) for pair in corners]
        shares = [
            (float(cv2.threshold(crop, 0, 1, cv2.THRESH_BINARY_INV | cv2.THRESH_OTSU)[1].mean()), crop.shape[1])
            for crop in crops
            if crop.shape[0] >= _LEGIBLE // 2 and crop.shape[1] > 1
        ]
        widths = [width for _, width in shares]
        return float(np.average([share for share, _ in shares], weights=widths)) if shares else 0.0

    def _crop(self, corners: NDArray[np.float64]) -> Pixels:
        left, top = np.maximum(np.floor(corners.min(axis=0)), 0).astype(int)
        right, bottom = np.ceil(corners.max(axis=0)).astype(int)
        return self._image[top : bottom + 1, left : right + 1]

    def _parts(self, quad: NDArray[np.float64]) -> int:
        """Return of how many parts a character is; 0 where it is too small to tell."""
        crop = self._crop(quad)
        if crop.size == 0 or crop.shape[0] <= _LEGIBLE:
            return 0
        _, ink = cv2.threshold(crop, 0, 1, cv2.THRESH_BINARY_INV | cv2.THRESH_OTSU)
        _, _, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
        return int((stats[1:, cv2.CC_STAT_AREA] >= 4).sum())

    def _code(self, kind: Literal["barcode", "qr"], corners: NDArray[np.float64]) -> Code:
        return Code(kind, float((corners @ self._leveling)[:, 1].mean()))

    def _strip(self, above: ReceiptRow | None, below: ReceiptRow | None) -> tuple[Pixels, float] | None:
        """Return the ink between two rows, uint8 (H, W) of 0 and 1, made straight, and its scale; None if too low."""
        grid = self._grid
        width = grid.right - grid.left
        scale = min(1.0, _WIDEST / max(width, 1.0))
        across = np.linspace(grid.left, grid.right, max(8, int(width * scale)))
        edge = 2.5 * grid.distance
        upper = _edge(above, across, "bottom") if above else _edge(below, across, "top") - edge if below else None
        lower = _edge(below, across, "top") if below else _edge(above, across, "bottom") + edge if above else None
        if upper is None or lower is None:
            return None
        high = float(np.median(lower - upper))
        if high < _LOWEST * grid.height:
            return None
        steps = np.linspace(0, 1, max(4, int(high * scale)))[:, None]
        down = upper + (lower - upper) * steps
        level = np.stack([np.broadcast_to(across, down.shape), down], axis=-1)
        x, y = np.moveaxis((level @ self._leveling.T).astype(np.float32), -1, 0)
        strip = cv2.remap(self._image, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        block = 2 * int(grid.height * scale) + 1
        mean = cv2.blur(strip, (4 * block + 1, block), borderType=cv2.BORDER_REPLICATE)
        return (strip.astype(np.int16) < mean.astype(np.int16) - _DARKER).astype(np.uint8), scale


def _corners(found: Sequence[object]) -> list[NDArray[np.float64]]:
    """Return the corners of codes that a detector of OpenCV found."""
    if not found[0] or found[1] is None:
        return []
    return list(np.asarray(found[1], np.float64).reshape(-1, 4, 2))


def _edge(row: ReceiptRow | None, across: NDArray[np.float64], side: Literal["top", "bottom"]) -> NDArray[np.float64]:
    """Return the upper or lower edge of a row at some places, between its words by interpolation."""
    words = sorted(row.words, key=lambda word: word.left) if row else []
    middles = [(word.left + word.right) / 2 for word in words]
    return np.asarray(np.interp(across, middles, [getattr(word, side) for word in words]))


def _pattern(ink: Pixels, pitch: float, height: float) -> str:
    """Return the pattern of the rule that crosses a strip; empty for none."""
    bins = max(8, int(ink.shape[1] / max(pitch, 2.0)))
    edges = np.linspace(0, ink.shape[1], bins + 1).astype(int)
    covered = np.add.reduceat(ink, edges[:-1], axis=1) > 0
    shares = covered.mean(axis=1)
    bands = [band for band in _bands(shares >= _COVERED / 2) if _covers(covered, band)]
    # Edges of letters above and below cover no more than their own row; paper's edge and shadows are higher.
    bands = [band for band in bands if band.stop - band.start <= max(2, _RULE * height)]
    # What touches a row is part of it.
    bands = [band for band in bands if band.start > 0 and band.stop < len(ink)]
    if not bands:
        return ""
    rows = ink[bands[0].start : bands[-1].stop]
    solid = float(rows.any(axis=0).mean()) >= _SOLID
    if len(bands) == 2 and bands[1].start - bands[0].stop < 0.6 * height:
        return "double" if solid else "="
    if solid:
        return "solid"
    thick = bands[0].stop - bands[0].start
    if thick > max(2, _FLAT * height):
        return "*"
    return "-" if _mean_run(np.asarray(ink[bands[0]].any(axis=0))) > 0.35 * pitch else "dotted"


def _bands(marked: NDArray[np.bool_]) -> list[slice]:
    """Return the stretches of rows that are marked."""
    steps = np.flatnonzero(np.diff(np.concatenate([[0], marked.astype(int), [0]])))
    return [slice(start, stop) for start, stop in zip(steps[::2].tolist(), steps[1::2].tolist(), strict=True)]


def _covers(covered: NDArray[np.bool_], band: slice) -> bool:
    return float(covered[band].any(axis=0).mean()) >= _COVERED


def _mean_run(marked: NDArray[np.bool_]) -> float:
    """Return how long the stretches of ink are on average."""
    lengths = [band.stop - band.start for band in _bands(marked)]
    return float(np.mean(lengths or [0]))
