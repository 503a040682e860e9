"""Letters as a hand forms them."""

from typing import Annotated, NamedTuple

import numpy as np
from numpy.typing import NDArray

from receiptgen.config.records import Record
from receiptgen.core.dice import Dice
from receiptgen.core.distributions import Spread, between
from receiptgen.effects import EFFECTS, EffectStep, draw_record
from receiptgen.effects.writing._line import Measures, measures
from receiptgen.imaging.boxes import enclosing_quads, unions
from receiptgen.imaging.geometry import boxes_of_quads, quads_of_boxes
from receiptgen.imaging.mesh import Mesh
from receiptgen.imaging.noise import curve, field
from receiptgen.imaging.page import Page
from receiptgen.imaging.regions import Regions

# Standard deviation of a curve's and a field's values, and where both are cut off, in these.
_CURVE, _FIELD, _MOST = 0.8, 0.6, 2.0
# Letters over which the line wanders, and over which widths change; heights of a word from one tremble to the next.
_SLOW, _WIDE, _QUICK = 5.0, 1.5, 0.4
# Pixels by which neighbouring pixels may be moved apart or together: a letter never folds over another.
_STEEPEST = 0.5
# Points of the mesh for each letter; places along an edge of a character's box at which it may bulge.
_POINTS, _EDGE = 5, np.array([0.25, 0.5, 0.75])[:, None]


class HandDrawn(NamedTuple):
    """Slant and its change, change of size, how lines wander, letters rise, strokes tremble; offset in the noise."""

    slant: float
    lean: float
    size: float
    width: float
    wander: float
    rise: float
    tremble: float
    offset: int


@EFFECTS.register
class Hand(Record):
    """Write with a hand: letters lean, grow, widen and rise each by itself, the line wanders, strokes tremble.

    One map moves the ink, so what joins two letters stays whole. Quads of characters lean with them; those of words,
    fields and lines are upright boxes round these. Pages of more than one line stay as they are.

    Attributes:
        slant: Lean to the right, as a share of the height, -0.6 to 0.8.
        lean: Standard deviation of the letters' lean from that, 0 to 0.3.
        size: Standard deviation of the letters' height, as a share, 0 to 0.3.
        width: Standard deviation of the letters' width, as a share, 0 to 0.3.
        wander: Standard deviation of the line of writing, in heights of the usual word, 0 to 0.3.
        rise: Standard deviation of the letters' height above that line, in the same heights, 0 to 0.2.
        tremble: Standard deviation of single strokes, in the same heights, 0 to 0.1.
    """

    slant: Annotated[Spread, between(-0.6, 0.8)] = Spread(-0.2, 0, 0.15, 0.4)
    lean: Annotated[Spread, between(0, 0.3)] = Spread(0, 0.1)
    size: Annotated[Spread, between(0, 0.3)] = Spread(0, 0.12)
    width: Annotated[Spread, between(0, 0.3)] = Spread(0, 0.15)
    wander: Annotated[Spread, between(0, 0.3)] = Spread(0, 0.12)
    rise: Annotated[Spread, between(0, 0.2)] = Spread(0, 0.06)
    tremble: Annotated[Spread, between(0, 0.1)] = Spread(0, 0.035)

    def draw(self, dice: Dice) -> tuple[EffectStep, ...]:
        """Draw the habits of the hand and an offset in the noise."""
        return (EffectStep(self, draw_record(HandDrawn, self, dice)),)

    def apply(self, page: Page, drawn: HandDrawn) -> Page:
        """Move pixels and quads by one mesh."""
        line = measures(page)
        if line is None:
            return page
        height, width = page.size
        reach = max(line.baseline, height - line.baseline)
        stray = _MOST * drawn.tremble * line.body
        aside = int(np.ceil((abs(drawn.slant) + _MOST * drawn.lean) * reach + _MOST * drawn.width * line.pitch + stray))
        above = int(np.ceil(_MOST * ((drawn.wander + drawn.rise) * line.body + drawn.size * reach) + stray))
        size = (height + 2 * above, width + 2 * aside)
        step = max(2, round(line.pitch / _POINTS))
        x, y = Mesh.lattice(size, step)
        shift = _shifts(x[0], y[:, 0] - above - line.baseline, line, drawn, step)
        quads, chars = page.regions.quads, page.regions.char_quads
        # Points along the edges of the characters' quads are moved in one call with the quads.
        outlines = chars[:, :, None] * (1 - _EDGE) + chars[:, [1, 2, 3, 0], None] * _EDGE
        quads = np.concatenate([quads, outlines.reshape(-1, 4, 2)])
        page = Page(page.image, page.regions.moved(quads), page.maps, page.cover)
        moved = page.warped(Mesh(shift - (aside, above), step), size)
        return Page(moved.image, _enclosed(moved.regions, len(chars)), moved.maps, moved.cover)


def _enclosed(bent: Regions, count: int) -> Regions:
    """Return the regions of a page that was bent, with quads large enough for what bulges beyond straight edges.

    Args:
        bent: Regions whose quads are followed by the outlines of the characters, as three quads each.
        count: Number of characters.
    """
    quads, outlines = np.split(bent.quads, [len(bent.quads) - 3 * count])
    chars = enclosing_quads(quads[-count:], outlines.reshape(count, -1, 2))
    regions = bent.moved(np.concatenate([quads[:-count], chars])).gathered()
    # What people box holds the whole line, wherever its middle went.
    regions.quads[:1] = quads_of_boxes(unions(boxes_of_quads(regions.quads[:2]), [0]))
    return regions


def _shifts(
    x: NDArray[np.float64], y: NDArray[np.float64], line: Measures, drawn: HandDrawn, step: int
) -> NDArray[np.float64]:
    """Return source minus place.

    Args:
        x: Columns of the mesh, in pixels.
        y: Its rows, in pixels below the line of writing.
        line: Measures of the line.
        drawn: How it is written.
        step: Pixels from point to point of the mesh.

    Returns:
        float64 (rows, columns, 2).
    """

    def letters(number: int, scale: float = 1.0) -> NDArray[np.float64]:
        """Return one of the curves along the line, of standard deviation 1."""
        wave = curve(len(x), max(1.0, scale * line.pitch / step), (drawn.offset + number * 0x3C6EF372) % 2**31)
        return np.clip(wave / _CURVE, -_MOST, _MOST)

    def strokes(number: int) -> NDArray[np.float64]:
        """Return noise of the whole mesh, of standard deviation 1."""
        scale = max(1.0, _QUICK * line.body / step)
        noise = field((len(y), len(x)), scale, (drawn.offset + number * 0x3C6EF372) % 2**31)
        return np.clip(noise / _FIELD, -_MOST, _MOST)

    down = y[:, None]
    across = drawn.lean * letters(0) * down + drawn.width * line.pitch * letters(1, _WIDE)
    lifted = down - line.body * (drawn.wander * letters(2, _SLOW) + drawn.rise * letters(3))
    upright = lifted / (1 + drawn.size * letters(4)) - down
    stray = drawn.tremble * line.body
    shift = np.stack([across + stray * strokes(5), upright + stray * strokes(6)], axis=-1)
    steepest = max(float(np.abs(np.diff(shift, axis=axis)).max(initial=0)) for axis in (0, 1)) / step
    shift *= min(1.0, _STEEPEST / max(steepest, 1e-9))
    shift[..., 0] += drawn.slant * down
    return shift
