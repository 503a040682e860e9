"""A note written by hand."""

from datetime import date
from typing import Annotated, NamedTuple

from receiptgen.commerce.countries.locales import Locale
from receiptgen.config.records import Record
from receiptgen.core.dice import Dice
from receiptgen.core.distributions import Spread, Weights, among, between
from receiptgen.effects import EFFECTS, EffectStep
from receiptgen.effects.handling._blank_paper import body_height, cramped, free_place, zone
from receiptgen.effects.handling._lettering import WORDING, face_for, in_country, lettering, warped_by_hand
from receiptgen.effects.handling._overlay import lay, patch_size, turned
from receiptgen.imaging.colors import ColorWeights
from receiptgen.imaging.noise import OFFSETS
from receiptgen.imaging.page import Page
from receiptgen.imaging.regions import Mark

# Groups of faces.
_GROUPS = ("handwriting",)


class HandwritingDrawn(NamedTuple):
    """What is written, its height in body heights, level, slant, turn in degrees, where, and an offset in the noise."""

    text: str
    size: float
    level: int
    slant: float
    degrees: float
    where: str
    offset: int
    color: str = ""


@EFFECTS.register
class Handwriting(Record):
    """A short note by hand: a reference, number, date, name or word, where the paper is empty if it can be.

    Pages as small as one line of print stay as they are.

    Attributes:
        texts: Kinds of text, with weights: ``reference`` such as A06069, ``number``, ``date``, ``name``, ``note``,
            ``amount``.
        size: Height of its capitals in heights of the page's usual words, 0.8 to 6.
        level: Level of the ink, 0 to 200.
        slant: Lean to the right, -0.6 to 0.8 of its height.
        degrees: Turn, counter-clockwise, -90 to 90.
        where: Position on the page, with weights: ``top``, ``margin`` at the sides or the foot, ``anywhere``.
        colors: Colours of the ink, with weights; on pages in colour.
    """

    texts: Annotated[Weights, among(*WORDING)] = Weights(
        reference=4.0, number=3.0, date=1.0, name=1.0, note=1.0, amount=0.5
    )
    size: Annotated[Spread, between(0.8, 6)] = Spread(1.3, 1.8, 2.8)
    level: Annotated[Spread, between(0, 200)] = Spread(10, 50, 130)
    slant: Annotated[Spread, between(-0.6, 0.8)] = Spread(-0.1, 0.1, 0.4)
    degrees: Annotated[Spread, between(-90, 90)] = Spread(-6, 1, 3, 10)
    where: Annotated[Weights, among("top", "margin", "anywhere")] = Weights(top=6.0, margin=2.0, anywhere=1.0)
    colors: ColorWeights = Weights(pen_blue=5.0, black=3.0, red=1.0, pencil=1.0, pen_green=0.2)

    def draw(self, dice: Dice) -> tuple[EffectStep, ...]:
        """Draw the wording and how it is written."""
        text = WORDING[dice.weigh(self.texts)](dice)
        size, level = dice.spread(self.size), round(dice.spread(self.level))
        slant, degrees = dice.spread(self.slant), dice.spread(self.degrees)
        offset = dice.integer(0, OFFSETS)
        return (EffectStep(self, HandwritingDrawn(text, size, level, slant, degrees, dice.weigh(self.where), offset)),)

    def draw_in_country(
        self, drawn: HandwritingDrawn, country: Locale, dice: Dice, day: date | None = None
    ) -> HandwritingDrawn:
        """Return the same text as people of a country write it."""
        return drawn._replace(text=in_country(drawn.text, country, _GROUPS, dice, day))

    def apply(self, page: Page, drawn: HandwritingDrawn) -> Page:
        """Write it where it hides least of some positions tried; it hides what is under it."""
        dice = Dice(drawn.offset)
        face = face_for(drawn.text, _GROUPS, dice)
        if face is None or cramped(page):
            return page
        (height, width), body = page.size, body_height(page)
        patch = lettering(drawn.text, face, drawn.size * body)
        patch = warped_by_hand(patch, drawn.slant, dice.uniform(0.02, 0.05), drawn.offset)
        down, across = patch_size(patch.shape, drawn.degrees)
        if across > width or down > height:
            return page
        part = zone(drawn.where, page.size, body, dice)
        x, y, _ = free_place(page, (down, across), part, dice)
        centre = min(x, width - across) + across / 2, min(y, height - down) + down / 2
        move = turned((patch.shape[0], patch.shape[1]), centre, drawn.degrees)
        return lay(page, patch, move, Mark("handwriting", drawn.text), drawn.level, drawn.color, soaks=True)
