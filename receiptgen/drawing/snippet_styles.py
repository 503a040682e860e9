"""Looks of snippets: face, size, striking and profile, drawn for thousands of snippets at a time."""

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from receiptgen.core.assets import word_list
from receiptgen.core.dice import Dice, key_of
from receiptgen.core.errors import FontError
from receiptgen.drawing.profile import Profile, profile
from receiptgen.drawing.template import SnippetSet, snippet_set
from receiptgen.typography.blocks import Style
from receiptgen.typography.glyph_atlas import ASCII, Atlas
from receiptgen.typography.print_settings import PrintSettings
from receiptgen.typography.printer import Printer, Texts, draw_printer
from receiptgen.typography.raster import Tip

# So many looks serve so many snippets of each kind, then others are drawn: their glyphs are drawn once for thousands
# of snippets, and memory stays flat. Small sets still meet all faces.
STYLES, STYLES_SERVE = 96, 8192
# Pixels of the row that stands for a snippet's neighbours.
_TIPS = 640


class SnippetStyle:
    """How a snippet is printed.

    Attributes:
        setting: Face, size and pitch.
        style: How it is struck.
        profile: What happens to it.
    """

    __slots__ = ("_neighbours", "profile", "setting", "style")

    def __init__(self, setting: PrintSettings, style: Style, used: Profile) -> None:
        self.setting, self.style, self.profile = setting, style, used
        self._neighbours: list[NDArray[np.uint8]] = []

    @property
    def glyphs(self) -> Atlas:
        """Return its characters."""
        return self.setting.atlas(self.style)

    def draw_tip(self, width: int, side: int, dice: Dice) -> Tip | None:
        """Draw what stands above (side -1) or below (side 1) of a text, if anything does, over a width in pixels."""
        crop = self.profile.crop
        if crop is None or not dice.chance(crop.leak):
            return None
        text, dashes, solid = self._neighbours or self._draw_neighbours()
        row = text
        if dice.chance(crop.rules):
            row = dashes if dice.chance(0.6) else solid
        start = dice.integer(0, max(0, row.shape[1] - width))
        rows = round(dice.spread(crop.leading) * self.setting.size * (2 if self.style.tall else 1))
        return Tip(row[:, start : start + width], side * rows)

    def _draw_neighbours(self) -> list[NDArray[np.uint8]]:
        """Draw rows that stand for any neighbour: words and prices, dashes, a line."""
        glyphs = self.glyphs
        dice = Dice(key_of("neighbours", self.setting.face.name, self.setting.size))
        words, text = word_list("english"), ""
        while glyphs.measure(text) < _TIPS:
            word = dice.choose(words) if dice.chance(0.6) else f"{dice.integer(0, 99)}.{dice.digits(2)}"
            text += f"{word.upper() if dice.chance(0.5) else word} "
        dashes = "-" * (_TIPS // max(1, glyphs["-"].advance) + 1)
        solid = np.zeros((glyphs.height, _TIPS), np.uint8)
        solid[glyphs.height // 2 : glyphs.height // 2 + 2] = 255
        self._neighbours = [*(glyphs.strip(row).ink[:, :_TIPS].copy() for row in (text, dashes)), solid]
        return self._neighbours


@lru_cache(maxsize=4)
def snippet_styles(name: str, profile_name: str, seed: int, number: int) -> tuple[SnippetStyle, ...]:
    """Draw the looks that serve the snippets of a set from ``number * LOOKS_SERVE`` on."""
    made = snippet_set(name).value
    drawn = []
    for place in range(STYLES):
        dice = Dice(key_of(seed, made.name, profile_name, "looks", number, place))
        used = profile(profile_name).value.draw(dice)
        style = used.draw_style(dice)
        drawn.append(SnippetStyle(next(_printer(made, used, dice).settings({style: set()}, dice)), style, used))
    return tuple(drawn)


def preload(drawn: Sequence[SnippetStyle]) -> None:
    """Draw the characters of some looks."""
    for look in drawn:
        look.glyphs.prepare(ASCII)


def choose_style(drawn: Sequence[SnippetStyle], made: SnippetSet, text: str, dice: Dice) -> SnippetStyle:
    """Choose a look that draws a text with no character that looks like another.

    Raises:
        FontError: The text has characters that no face of the set's draws apart.
    """
    chars = set(text)
    start = dice.integer(0, len(drawn) - 1)
    for place in range(len(drawn)):
        if _draws(drawn[start - place], chars):
            return drawn[start - place]
    # A rare text: any face of the set will do, or the error says what is missing.
    look = drawn[start]
    texts: Texts = {look.style: chars}
    printer = _printer(made, look.profile, dice)
    for setting in printer.settings(texts, dice):
        found = SnippetStyle(setting, look.style, look.profile)
        if _draws(found, chars):
            return found
    raise FontError(
        f"no face among {', '.join(printer.faces)} draws {text!r} without two characters looking alike; name more "
        "faces, or larger sizes"
    )


def _draws(look: SnippetStyle, chars: set[str]) -> bool:
    face = look.setting.display if look.style.display else look.setting.face
    return face.covers(chars) and look.glyphs.lookalikes.isdisjoint(chars)


def _printer(made: SnippetSet, used: Profile, dice: Dice) -> Printer:
    """Return one of the profile's printers, or one with the set's faces."""
    if used.printers:
        return draw_printer(used.printers, dice)
    return Printer(dots=(1600,), margin=made.margin, size=made.size, ink=made.draw_ink(dice), faces=made.faces)
