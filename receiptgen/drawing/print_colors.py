"""The colours of a print: of its paper, of its ink, and of a second ink where a ribbon has two."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated, NamedTuple

import cv2
import numpy as np
from pydantic import AfterValidator

from receiptgen.core.dice import Dice
from receiptgen.core.distributions import Weights, among
from receiptgen.effects import EFFECTS, Effects
from receiptgen.imaging.boxes import Box
from receiptgen.imaging.colors import Color, ColorWeights, color_of, hex_of, level_of, printed_shades, shaded, varied
from receiptgen.imaging.geometry import Chain, Pixels, Projective, Quads, boxes_of_quads
from receiptgen.imaging.page import Page

_SUMS = frozenset({"total", "payable"})
_HEADINGS = frozenset({"heading", "title", "merchant.name"})
# A minus before or after a number, or a number in brackets.
_NEGATIVE = re.compile(r"[-\N{MINUS SIGN}]\D*\d.*|.*\d[-\N{MINUS SIGN}]|\(.*\d.*\)")
# Share of rows that come out in the second colour where these are drawn by rows; dots by which ink spreads.
_ROWS, _SPREAD = 0.2, 2
# How far a pixel is of a picture, of 255, for it to have the picture's colour.
_SEEN = 127
# Levels by which a full print must be darker than its paper for the text to be there to read.
_LEGIBLE = 48


def _known_inks(weights: Weights) -> Weights:
    for name in weights:
        inks = name.split("+")
        if len(inks) > 2:
            raise ValueError(f"{name!r}: a ribbon has one ink, or two joined by +")
        for ink in inks:
            color_of(ink)
    return weights


# Weights of inks by name or as #rrggbb; ``black+red`` is a ribbon of two.
InkWeights = Annotated[Weights, AfterValidator(_known_inks)]
AccentWeights = Annotated[Weights, among("total", "negative", "heading", "rows")]


def illegible(papers: Weights, inks: Weights) -> str | None:
    """Return what is wrong with the first ink of some that can't be read on one of the papers, or None."""
    for paper in papers:
        for ink in dict.fromkeys(ink for name in inks for ink in name.split("+")):
            sheet, full = color_of(paper), printed_shades(color_of(paper), color_of(ink))[0]
            if level_of(sheet) - level_of((int(full[0]), int(full[1]), int(full[2]))) < _LEGIBLE:
                return f"{ink!r} can't be read on paper {paper!r}; ink must be darker, or the paper lighter"
    return None


PAPERS: ColorWeights = Weights(
    white=5.0, cool_white=2.0, warm_white=3.0, cream=0.6, yellowed=0.5, yellow=0.25, pink=0.15, blue=0.15, green=0.1
)
# Thermal print, with some of the paper that prints a second colour where it is hotter; the ribbons of an impact
# printer; toner or ink-jet, with letterheads in colour; what people write with.
_THERMAL: InkWeights = Weights({"black": 5.0, "blue_black": 4.0, "brown": 0.5, "black+red": 0.3})
_RIBBONS: InkWeights = Weights({"black": 3.0, "violet": 3.0, "ribbon_blue": 1.5, "black+red": 2.0, "violet+red": 1.0})
_OFFICE: InkWeights = Weights({"black": 8.0, "black+ribbon_blue": 1.0, "black+red": 0.5, "blue_black": 0.5})
_PENS: InkWeights = Weights(pen_blue=5.0, black=4.0, pencil=1.0, red=0.5, pen_green=0.2)
# Effects of printing that tell what it is that prints.
_INKS_OF = {"pins": _RIBBONS, "toner": _OFFICE, "streaks": _OFFICE, "hand": _PENS, "pressure": _PENS}


def usual_inks(printing: Effects) -> InkWeights:
    """Return the inks of what prints by some effects: ribbons, toner, pens; by default, those of thermal paper."""
    for effect in printing:
        name = EFFECTS.name_of(type(effect))
        inks = _INKS_OF.get(name) or usual_inks(getattr(effect, "of", ()))
        if inks is not _THERMAL:
            return inks
    return _THERMAL


ACCENTS: AccentWeights = Weights(total=3.0, negative=2.0, heading=1.0, rows=1.0)


class PrintColors(NamedTuple):
    """What a print is drawn to look like.

    Attributes:
        paper: Colour of the paper.
        ink: Colour of the ink.
        accent: Colour of the second ink; None where there is one only.
        accents: What the second ink prints; empty without one.
        seed: Key of the dice that choose rows.
    """

    paper: Color
    ink: Color
    accent: Color | None
    accents: str
    seed: int

    @classmethod
    def draw(cls, papers: Weights, inks: Weights, accents: Weights, dice: Dice) -> "PrintColors":
        """Draw the colours by the weights of a profile."""
        paper = varied(color_of(dice.weigh(papers)), dice)
        first, plus, second = dice.weigh(inks).partition("+")
        ink = varied(color_of(first), dice)
        if not plus:
            return cls(paper, ink, None, "", dice.key)
        return cls(paper, ink, varied(color_of(second), dice), dice.weigh(accents), dice.key)

    @property
    def record(self) -> Mapping[str, str]:
        """The colours, ready for JSON."""
        record = {"paper": hex_of(self.paper), "ink": hex_of(self.ink)}
        return record if self.accent is None else record | {"accent": hex_of(self.accent), "accents": self.accents}

    def print(self, page: Page, pictures: Iterable[tuple[Box, Pixels]] = ()) -> Page:
        """Return a page in colour; regions stay.

        Args:
            page: The page, grey as it was printed.
            pictures: Boxes of pictures that keep their colours, on the page as it was drawn, and RGB uint8 (H, W, 3).
        """
        image = shaded(page.image, printed_shades(self.paper, self.ink))
        if self.accent is not None:
            ramp = printed_shades(self.paper, self.accent)
            for quad in self._accented(page):
                x0, y0, x1, y1 = _box(quad, page.size)
                if x0 < x1 and y0 < y1:
                    inside = np.zeros((y1 - y0, x1 - x0), np.uint8)
                    cv2.fillConvexPoly(inside, np.rint(quad - [x0, y0]).astype(np.int32), 1)
                    part = page.image[y0:y1, x0:x1]
                    np.copyto(image[y0:y1, x0:x1], shaded(part, ramp), where=inside.view(bool)[..., None])
        for (x, y, _, _), picture in pictures:
            move = Chain((Projective.translation(x, y), *page.maps))
            seen = move.image(np.full(picture.shape[:2], 255, np.uint8), page.size, 0)
            inked = cv2.multiply(move.image(picture, page.size, 255), np.full_like(image, self.paper), scale=1 / 255)
            image = np.where(seen[..., None] > _SEEN, inked, image)
        return page.with_image(image)

    def _accented(self, page: Page) -> Iterator[Quads]:
        """Yield quads (4, 2) of what the second ink prints, with room for its dots."""
        regions = page.regions
        if self.accents == "rows":
            dice = Dice(self.seed)
            chosen = [quad for quad in regions.line_quads if dice.chance(_ROWS)]
        else:
            fields = zip(regions.fields, regions.field_quads, strict=True)
            chosen = [quad for field, quad in fields if _is_accented(self.accents, field.role, field.text)]
        grounds = [quad for mark, quad in zip(regions.marks, regions.mark_quads, strict=True) if mark.kind == "inverse"]
        for quad in chosen:
            # An inverse block is of one ink.
            around = next((ground for ground in grounds if _holds(ground, quad)), quad)
            yield around + _SPREAD * np.sign(around - around.mean(axis=0))


def _is_accented(accents: str, role: str, text: str) -> bool:
    if accents == "negative":
        return _NEGATIVE.fullmatch(text) is not None
    return role.removesuffix(".label") in (_SUMS if accents == "total" else _HEADINGS)


def _holds(ground: Quads, quad: Quads) -> bool:
    (x0, y0, x1, y1), (x, y) = boxes_of_quads(ground[None])[0], quad.mean(axis=0)
    return bool(x0 <= x <= x1 and y0 <= y <= y1)


def _box(quad: Quads, size: tuple[int, int]) -> tuple[int, int, int, int]:
    """Return the upright box round a quad in whole pixels of the image, perhaps empty."""
    low, high = np.floor(quad.min(axis=0)).astype(int), np.ceil(quad.max(axis=0)).astype(int)
    return max(0, int(low[0])), max(0, int(low[1])), min(size[1], int(high[0]) + 1), min(size[0], int(high[1]) + 1)
