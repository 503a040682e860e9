"""A rubber stamp."""

from datetime import date, datetime, time
from typing import Annotated, Literal, NamedTuple

from receiptgen.commerce.countries.locales import Locale
from receiptgen.config.records import Record
from receiptgen.core.dice import Dice
from receiptgen.core.distributions import Spread, Weights, among, between
from receiptgen.effects import EFFECTS, EffectStep
from receiptgen.effects.handling._blank_paper import body_height
from receiptgen.effects.handling._lettering import face_for, lettering, soon_after
from receiptgen.effects.handling._overlay import lay, patch_size, tight, turned
from receiptgen.effects.handling._stamping import framed, inked, ringed, stacked
from receiptgen.effects.handling._targets import total_of
from receiptgen.imaging.colors import ColorWeights
from receiptgen.imaging.geometry import Pixels
from receiptgen.imaging.noise import OFFSETS
from receiptgen.imaging.page import Page
from receiptgen.imaging.regions import Mark

_WORDS = ("PAID", "PAID", "POSTED", "RECEIVED", "COPY", "CHECKED", "ENTERED", "CLAIMED", "APPROVED", "VERIFIED",
          "CASH", "GOODS RECEIVED", "DUPLICATE", "CANCELLED", "AUDITED")  # fmt: skip
# Language of these.
_LANGUAGE = "en"
_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_GROUPS = ("sans", "bold", "condensed", "serif")
# The foot of a receipt, as a share of its height.
_FOOT = 0.3

_Aim = Literal["total", "foot", "anywhere"]


class StampDrawn(NamedTuple):
    """What it says, a date or none, frame, height in body heights, opacity, level, degrees, noise offset, and aim."""

    text: str
    date: str
    frame: str
    size: float
    opacity: float
    level: int
    degrees: float
    offset: int
    aim: _Aim = "anywhere"
    color: str = ""


@EFFECTS.register
class Stamp(Record):
    """A stamp such as PAID or RECEIVED with a date, unevenly inked, through which the print still shows.

    Attributes:
        frames: Its frame, with weights: ``rectangle``, ``double``, ``circle``, ``none``.
        dated: Share of stamps with a date in a second row or in the middle, 0 to 1.
        size: Height of its letters in heights of the page's usual words, 0.6 to 6.
        opacity: Opacity of the ink, 0.05 to 1.
        level: Level of the ink, 0 to 180.
        degrees: Turn, counter-clockwise, -180 to 180.
        total: Share of stamps that are aimed at the total, on it or close to it, where the page has one, 0 to 1.
        foot: Share of the others that are aimed at the foot of the page, 0 to 1; what is left is anywhere.
        colors: Colours of the ink, with weights; on pages in colour.
    """

    frames: Annotated[Weights, among("rectangle", "double", "circle", "none")] = Weights(
        rectangle=3.0, double=1.0, circle=2.0, none=2.0
    )
    dated: Annotated[Spread, between(0, 1)] = Spread(0.4)
    size: Annotated[Spread, between(0.6, 6)] = Spread(1.1, 1.6, 2.8)
    opacity: Annotated[Spread, between(0.05, 1)] = Spread(0.4, 0.65, 0.9)
    level: Annotated[Spread, between(0, 180)] = Spread(10, 60, 120)
    degrees: Annotated[Spread, between(-180, 180)] = Spread(-20, -4, 4, 20)
    total: Annotated[Spread, between(0, 1)] = Spread(0.5)
    foot: Annotated[Spread, between(0, 1)] = Spread(0.6)
    colors: ColorWeights = Weights(pen_blue=3.0, violet=3.0, red=3.0, black=1.0, pen_green=0.3)

    def draw(self, dice: Dice) -> tuple[EffectStep, ...]:
        """Draw the wording, frame, ink and turn."""
        date = ""
        if dice.chance(dice.spread(self.dated)):
            date = f"{dice.integer(1, 28)} {dice.choose(_MONTHS)} {dice.integer(2014, 2026)}"
        text = "" if date and dice.chance(0.25) else dice.choose(_WORDS)
        frame = dice.weigh(self.frames)
        size, opacity = dice.spread(self.size), dice.spread(self.opacity)
        level, degrees = round(dice.spread(self.level)), dice.spread(self.degrees)
        offset = dice.integer(0, OFFSETS)
        at_total, at_foot = dice.chance(dice.spread(self.total)), dice.chance(dice.spread(self.foot))
        aim: _Aim = "total" if at_total else "foot" if at_foot else "anywhere"
        return (EffectStep(self, StampDrawn(text, date, frame, size, opacity, level, degrees, offset, aim)),)

    def draw_in_country(self, drawn: StampDrawn, country: Locale, dice: Dice, day: date | None = None) -> StampDrawn:
        """Return the same stamp in words of a country, dated soon after a receipt's day.

        It is a date alone where no face of stamps has these words.
        """
        later = soon_after(day, dice) if day else None
        if country.language == _LANGUAGE and not country.stamps:
            if later and drawn.date:
                return drawn._replace(date=f"{later.day} {_MONTHS[later.month - 1]} {later.year}")
            return drawn
        text = country.upper(dice.choose(country.stamps or country.words["paid"]))
        stamped = datetime(dice.integer(2014, 2026), dice.integer(1, 12), dice.integer(1, 28))
        stamped = datetime.combine(later, time()) if later else stamped
        told = country.upper(country.stamp(stamped, dice.weigh(country.dates)))
        if not _prints(told, country):
            told = f"{stamped:%d.%m.%Y}"
        text = text if drawn.text and _prints(text, country) else ""
        return drawn._replace(text=text, date=told if drawn.date or not text else "")

    def apply(self, page: Page, drawn: StampDrawn) -> Page:
        """Stamp it where it is aimed, over print or paper; it hides what is under it by its opacity."""
        dice, (_, width) = Dice(drawn.offset), page.size
        size = drawn.size * body_height(page)
        patch, text = _stamp(drawn, size, dice)
        most = width * (0.5 if drawn.frame == "circle" else 0.9)
        if patch.shape[1] > most:
            size *= most / patch.shape[1]
            patch, text = _stamp(drawn, size, Dice(drawn.offset))
        patch, _, _ = tight(inked(patch, drawn.opacity, drawn.offset, dice))
        down, across = patch_size(patch.shape, drawn.degrees)
        centre = _aimed(page, (across, down), drawn.aim, dice)
        move = turned((patch.shape[0], patch.shape[1]), centre, drawn.degrees)
        return lay(page, patch, move, Mark("stamp", text), drawn.level, drawn.color, soaks=True)


def _prints(text: str, country: Locale) -> bool:
    """Tell whether stamps can say a text: from left to right, in a face that they have."""
    return country.direction == "ltr" and face_for(text, _GROUPS, Dice(0)) is not None


def _aimed(page: Page, size: tuple[float, float], aim: _Aim, dice: Dice) -> tuple[float, float]:
    """Return the centre of a stamp ``across, down`` pixels large, so that all of it is on the page if it can be."""
    (across, down), (height, width) = size, page.size
    left, right = min(across, width) / 2, max(width - across / 2, width / 2)
    top, bottom = min(down, height) / 2, max(height - down / 2, height / 2)
    total = total_of(page) if aim == "total" else None
    if total is not None:
        x0, y0, x1, y1 = total
        # Most people leave the amount itself legible: beside it, above or below.
        x = (x0 + x1) / 2 + dice.uniform(-1, 1) * ((x1 - x0) / 2 + across)
        y = (y0 + y1) / 2 + dice.uniform(-1, 1) * ((y1 - y0) / 2 + 0.6 * down)
        return min(max(x, left), right), min(max(y, top), bottom)
    first = max(top, min(bottom, (1 - _FOOT) * height)) if aim == "foot" else top
    return dice.uniform(left, right), dice.uniform(first, bottom)


def _stamp(drawn: StampDrawn, size: float, dice: Dice) -> tuple[Pixels, str]:
    """Return the rubber, letters of some height in pixels, and what it says."""
    rows = [row for row in (drawn.text, drawn.date) if row]
    said = " ".join(rows)
    face = face_for(said, _GROUPS, dice)
    if face is None:
        raise AssertionError(f"no packaged face has {said!r}")
    line = max(1, round(size * dice.uniform(0.08, 0.16)))
    if drawn.frame == "circle" and drawn.text:
        middle = drawn.date or dice.choose(("*", "OK", "No.1"))
        return ringed(drawn.text, middle, face, max(5.0, 0.8 * size), line), f"{drawn.text} {middle}"
    heights = (size, 0.7 * size) if drawn.text else (0.9 * size,)
    patches = [lettering(row, face, high) for row, high in zip(rows, heights, strict=False)]
    bare = drawn.frame == "none" or drawn.frame == "circle"
    patch = stacked(patches, round(0.35 * size), 0 if bare else round(size * dice.uniform(0.3, 0.6)))
    return (patch if bare else framed(patch, line, double=drawn.frame == "double")), said
