"""What is written by hand on a receipt: a pen is drawn for it, and inks it once the printer has done its part."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np

from receiptgen.core.bidi import Direction
from receiptgen.core.dice import Dice
from receiptgen.core.distributions import Range, Weights
from receiptgen.core.errors import FontError
from receiptgen.drawing.profile import Profile
from receiptgen.effects import EffectStep, apply_steps, draw_steps
from receiptgen.imaging.colors import color_of, hex_of, printed_shades, shaded, varied
from receiptgen.imaging.geometry import Chain, Pixels, Quads, boxes_of_quads
from receiptgen.imaging.noise import OFFSETS
from receiptgen.imaging.page import Page
from receiptgen.typography.blocks import PLAIN
from receiptgen.typography.face_choice import upright_for
from receiptgen.typography.layout import Layout, PlacedRun
from receiptgen.typography.print_settings import PrintSettings
from receiptgen.typography.printer import draw_printer
from receiptgen.typography.raster import draw_text

# Pixels an em of a receipt's print for which the sizes of a pen are meant; paper round a text while it is written.
_BODY, _MARGIN = 24, 2


class Handwriting(NamedTuple):
    """The ink of a pen.

    Attributes:
        image: uint8 (H, W), black on white, of the page as it is drawn; RGB (H, W, 3) of one in colour.
        records: A record of each effect on each text, as of ``apply_effects``.
        colors: The ``pen``'s colour as ``#rrggbb``; empty where nothing is written, or the page is grey.
    """

    image: Pixels
    records: tuple[Mapping[str, Any], ...] = ()
    colors: Mapping[str, str] = {}

    def colored(self, inks: Weights, dice: Dice) -> "Handwriting":
        """Return the same ink in one of some colours; that of a ribbon of two is the first."""
        if not self.records:
            return self
        color = varied(color_of(dice.weigh(inks).partition("+")[0]), dice)
        image = shaded(self.image, printed_shades((255, 255, 255), color))
        return Handwriting(image, self.records, {"pen": hex_of(color)})

    def inked(self, page: Page) -> Page:
        """Return a page under the ink, which darkens paper and print alike."""
        if not self.records:
            return page
        ink = self.image
        if page.maps:
            ink = Chain(page.maps).image(ink, page.size, 255)
        product = page.image.astype(np.uint16) * ink + 127
        return page.with_image(np.asarray(product // 255, np.uint8))


def draw_pen(pen: Profile, chars: set[str], body: int, dice: Dice, language: str = "") -> PrintSettings:
    """Draw the font of a hand, and its size.

    Args:
        pen: Its printers have the fonts.
        chars: Characters to write.
        body: Size of the receipt's print, in pixels an em.
        dice: Dice of the pen.
        language: Language that is written, a code of two letters.

    Raises:
        FontError: No font of the pen draws the characters apart, and it names others than groups of hands.
    """
    printer = draw_printer(pen.printers, dice)
    low, high = (max(8, round(end * body / _BODY)) for end in printer.size.ends)
    fitted = printer.model_copy(update={"size": Range(low, high), "columns": ()})
    try:
        return fitted.draw({PLAIN: chars}, dice, language)
    except FontError:
        if not (upright := upright_for(printer.faces)):
            raise
        return fitted.model_copy(update={"faces": upright}).draw({PLAIN: chars}, dice, language)


def write(page: Page, layout: Layout, pen: Profile, dice: Dice) -> tuple[Page, Handwriting]:
    """Write what a layout says by hand, each text as a snippet of its own.

    Args:
        page: The layout's page, on which these texts have places and no ink.
        layout: How it was set.
        pen: Its effects of printing are those of the pen.
        dice: Dice of the hand.

    Returns:
        The page with their quads where the ink will be, and the ink.
    """
    ink = np.full(page.size, 255, np.uint8)
    records: list[Mapping[str, Any]] = []
    habits = draw_steps(pen.printing, dice)
    char_quads = page.regions.char_quads.astype(np.float64)
    for placed, start, stop in _by_hand(layout):
        text = draw_text(placed.run._replace(text=placed.text, style=PLAIN), layout.settings.glyphs(placed.run),
                         (_MARGIN,) * 4)  # fmt: skip
        written, effects = apply_steps([_again(step, dice) for step in habits], text)
        room = page.image.shape[1] - 2 * _MARGIN
        if written.image.shape[1] > room >= text.image.shape[1]:
            written = text  # no room for a hand that spreads out
        x, y = _corner(written, char_quads[start:stop], page.size, layout.direction)
        rows, columns = written.image.shape
        under = ink[max(0, y) : y + rows, max(0, x) : x + columns]
        np.minimum(under, written.image[max(0, -y) :, max(0, -x) :][: under.shape[0], : under.shape[1]], out=under)
        char_quads[start:stop] = written.regions.char_quads + np.array([x, y])
        records += effects
    if not records:
        return page, Handwriting(ink)
    parts = page.regions.split(page.regions.quads)
    regions = page.regions.moved(parts._replace(chars=char_quads).joined()).gathered()
    return Page(page.image, regions, page.maps, page.cover), Handwriting(ink, tuple(records))


def _again(step: EffectStep, dice: Dice) -> EffectStep:
    """Return a step of the same hand: its habits stay, but no two letters of it are the same."""
    offset = dice.integer(0, OFFSETS)
    drawn: Any = step.drawn
    return step._replace(drawn=drawn._replace(offset=offset)) if hasattr(drawn, "offset") else step


def _by_hand(layout: Layout) -> Iterator[tuple[PlacedRun, int, int]]:
    """Yield the runs that are written by hand, and where the characters of each start and stop on the page."""
    count = 0
    for line in layout.lines:
        for placed in line:
            start, count = count, count + len(placed.text.replace(" ", ""))
            if placed.run.by_hand:
                yield placed, start, count


def _corner(written: Page, char_quads: Quads, shape: tuple[int, ...], direction: Direction) -> tuple[int, int]:
    """Return where a text lies on its page so that it begins and stands where it was set, and is on the paper."""
    was, now = boxes_of_quads(char_quads), boxes_of_quads(written.regions.char_quads)
    begins = was[:, 0].min() - now[:, 0].min() if direction == "ltr" else was[:, 2].max() - now[:, 2].max()
    x = round(float(begins))
    y = round(float(np.median(was[:, 3]) - np.median(now[:, 3])))
    height, width = written.image.shape
    return max(_MARGIN, min(x, shape[1] - width - _MARGIN)), max(_MARGIN, min(y, shape[0] - height - _MARGIN))
