"""A name or number typed onto the scan."""

from datetime import date
from typing import Annotated, NamedTuple

from receiptgen.commerce.countries.locales import Locale
from receiptgen.config.records import Record
from receiptgen.core.dice import Dice
from receiptgen.core.distributions import Spread, Weights, among, between
from receiptgen.effects import EFFECTS, EffectStep
from receiptgen.effects.handling._blank_paper import body_height, cramped, free_place, zone
from receiptgen.effects.handling._lettering import WORDING, face_for, in_country, lettering
from receiptgen.effects.handling._overlay import lay
from receiptgen.imaging.colors import ColorWeights
from receiptgen.imaging.geometry import Projective
from receiptgen.imaging.noise import OFFSETS
from receiptgen.imaging.page import Page
from receiptgen.imaging.regions import Mark

_MOST_HIDDEN = 0.02  # share of the label's area, with some air round it, that may lie over print

# Groups of faces.
_GROUPS = ("sans",)


class LabelDrawn(NamedTuple):
    """What is typed, its height in body heights, level, and an offset in the noise."""

    text: str
    size: float
    level: int
    offset: int
    color: str = ""


@EFFECTS.register
class Label(Record):
    """A name or number typed at the top of a scan in a modern sans serif, larger than the print.

    It shrinks until it finds empty paper; pages without any, and those as small as one line of print, stay as they are.

    Attributes:
        texts: Kinds of text, with weights: ``name``, ``number``, ``reference``, ``note``, ``date``, ``amount``.
        size: Height of its capitals in heights of the page's usual words, 0.5 to 6.
        level: Level of the type, 0 to 160.
        colors: Colours of the type, with weights; on pages in colour.
    """

    texts: Annotated[Weights, among(*WORDING)] = Weights(name=4.0, number=3.0, reference=1.0)
    size: Annotated[Spread, between(0.5, 6)] = Spread(1.1, 1.4, 2.0)
    level: Annotated[Spread, between(0, 160)] = Spread(0, 0, 0, 40)
    colors: ColorWeights = Weights(black=6.0, pen_blue=1.0, red=1.0)

    def draw(self, dice: Dice) -> tuple[EffectStep, ...]:
        """Draw the wording and its size."""
        text = WORDING[dice.weigh(self.texts)](dice)
        size, level = dice.spread(self.size), round(dice.spread(self.level))
        return (EffectStep(self, LabelDrawn(text, size, level, dice.integer(0, OFFSETS))),)

    def draw_in_country(self, drawn: LabelDrawn, country: Locale, dice: Dice, day: date | None = None) -> LabelDrawn:
        """Return the same text as people of a country write it."""
        return drawn._replace(text=in_country(drawn.text, country, _GROUPS, dice, day))

    def apply(self, page: Page, drawn: LabelDrawn) -> Page:
        """Type it where the top of the page is empty; it hides what is under it."""
        dice = Dice(drawn.offset)
        face = face_for(drawn.text, _GROUPS, dice)
        if face is None or cramped(page):
            return page
        (height, width), body = page.size, body_height(page)
        top = zone("top", page.size, body, dice)
        for share in (1.0, 0.85, 0.7):
            patch = lettering(drawn.text, face, share * drawn.size * body)
            down, across = patch.shape
            air = round(0.35 * body)
            x, y, hidden = free_place(page, (down + 2 * air, across + 2 * air), top, dice)
            if hidden <= _MOST_HIDDEN and x + across + air <= width and y + down + air <= height:
                move = Projective.translation(round(x) + air, round(y) + air)
                return lay(page, patch, move, Mark("label", drawn.text), drawn.level, drawn.color)
        return page
