"""Styles of snippets: font, size, printer style and profile, drawn for thousands of snippets at a time."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from itertools import product

import numpy as np
from numpy.typing import NDArray

from receiptgen.core.assets import word_list
from receiptgen.core.dice import Dice, key_of
from receiptgen.core.errors import FontError
from receiptgen.core.inputs import cache_of_files
from receiptgen.drawing.profile import CropMargins, Profile
from receiptgen.drawing.profile import profile as load_profile
from receiptgen.drawing.template import SnippetSet, snippet_set
from receiptgen.typography.blocks import PLAIN, Style
from receiptgen.typography.face_choice import missing_fonts, script_fonts, upright_for
from receiptgen.typography.glyph_atlas import Atlas
from receiptgen.typography.ink_style import INKS, Ink
from receiptgen.typography.print_settings import PrintSettings
from receiptgen.typography.printer import Printer, Texts, draw_printer
from receiptgen.typography.raster import Tip
from receiptgen.typography.shaping import check_shaping
from receiptgen.typography.typeface import Face

# Styles in use at a time, and snippets of each kind that they serve before others are drawn: their glyphs are drawn
# once for thousands of snippets, and memory stays flat. Small sets still meet all fonts.
STYLES, STYLES_SERVE = 96, 8192
# Pixels of the row that stands for a snippet's neighbours.
_TIPS = 640


class SnippetStyle:
    """How a snippet is printed.

    Attributes:
        settings: Font, size and pitch.
        style: Style in which the printer prints it.
        profile: Effects on it, and how it is boxed.
    """

    __slots__ = ("_neighbours", "profile", "settings", "style")

    def __init__(self, settings: PrintSettings, style: Style, profile: Profile) -> None:
        self.settings, self.style, self.profile = settings, style, profile
        self._neighbours: list[NDArray[np.uint8]] = []

    @property
    def glyphs(self) -> Atlas:
        """Return its characters."""
        return self.settings.atlas(self.style)

    def draws(self, chars: set[str]) -> bool:
        """Tell whether its font has some characters, and no two of them look alike."""
        glyphs = self.glyphs
        return glyphs.face.covers(chars) and glyphs.tells_apart(chars)

    def draw_tip(self, width: int, side: int, crop: CropMargins, dice: Dice) -> Tip | None:
        """Draw what stands above (side -1) or below (side 1) of a text, if anything does, over a width in pixels."""
        if not dice.chance(crop.leak):
            return None
        text, dashes, solid = self._neighbours or self._draw_neighbours()
        row = text
        if dice.chance(crop.rules):
            row = dashes if dice.chance(0.6) else solid
        start = dice.integer(0, max(0, row.shape[1] - width))
        rows = round(dice.spread(crop.leading) * self.settings.size * (2 if self.style.tall else 1))
        return Tip(row[:, start : start + width], side * rows)

    def _draw_neighbours(self) -> list[NDArray[np.uint8]]:
        """Draw rows that stand for any neighbour: words and prices, dashes, a line."""
        glyphs = self.glyphs
        dice = Dice(key_of("neighbours", self.settings.face.name, self.settings.size))
        words, text = word_list("english"), ""
        known, some = glyphs.face.chars, glyphs.face.some
        while glyphs.measure(text) < _TIPS:
            word = dice.choose(words) if dice.chance(0.6) else f"{dice.integer(0, 99)}.{dice.digits(2)}"
            word = word.upper() if dice.chance(0.5) else word
            text += "".join([char if char in known else dice.choose(some) for char in word]) + " "
        dash = "-" if "-" in known else some[0]
        dashes = dash * (_TIPS // max(1, glyphs[dash].advance) + 1)
        solid = np.zeros((glyphs.height, _TIPS), np.uint8)
        solid[glyphs.height // 2 : glyphs.height // 2 + 2] = 255
        self._neighbours = [*(glyphs.strip(row).ink[:, :_TIPS].copy() for row in (text, dashes)), solid]
        return self._neighbours


@cache_of_files(maxsize=4)
def snippet_styles(name: str, profile_name: str, seed: int, number: int) -> tuple[SnippetStyle, ...]:
    """Draw the styles that serve the snippets of a set from ``number * STYLES_SERVE`` on."""
    snippets = snippet_set(name).value
    styles = []
    for index in range(STYLES):
        dice = Dice(key_of(seed, snippets.name, profile_name, "looks", number, index))
        profile = load_profile(profile_name).value.draw(dice)
        style = profile.draw_style(dice)
        settings = next(_printer(snippets, profile, dice).settings({style: set()}, dice))
        styles.append(SnippetStyle(settings, style, profile))
    return tuple(styles)


def preload(styles: Sequence[SnippetStyle]) -> None:
    """Draw the characters of some styles."""
    for style in styles:
        style.glyphs.prepare(style.glyphs.ascii)


def every_style(
    snippets: SnippetSet, profile: Profile, draws: Callable[[Face], bool], others: Sequence[Face] = ()
) -> Iterator[SnippetStyle]:
    """Yield styles of each font of a set that is asked for, the largest first, until no characters look alike in them.

    What none of them draws can't be drawn.

    Args:
        snippets: The set.
        profile: Profile of all snippets.
        draws: Tells whether a font is asked for.
        others: Fonts that the set doesn't name, to be asked for last.
    """
    for leaf in profile.leaves:
        for style, printer in product(leaf.every_style, _printers(snippets, leaf)):
            for settings in printer.every_settings(style, draws, others):
                yield SnippetStyle(settings, style, leaf)


def printing_fonts(snippets: SnippetSet, profile: Profile) -> dict[str, Face]:
    """Return all fonts that print the snippets of a set, by name."""
    return {
        font.name: font
        for leaf in profile.leaves
        for printer in _printers(snippets, leaf)
        for style in leaf.every_style
        for font in printer.printing_fonts(style)
    }


def upright_fonts(snippets: SnippetSet, profile: Profile) -> dict[str, Face]:
    """Return the fonts of a set of hands, by name, that write what none of the hands does."""
    return {
        font.name: font
        for leaf in profile.leaves
        for printer in _upright(_printers(snippets, leaf))
        for font in printer.printing_fonts(PLAIN)
    }


def choose_style(
    styles: Sequence[SnippetStyle], snippets: SnippetSet, profile: Profile, text: str, dice: Dice, language: str = ""
) -> SnippetStyle:
    """Choose a style that draws a text, in a language of two letters, without two characters that look alike.

    Raises:
        FontError: No font of the set draws all characters of the text apart, or Pillow can't shape it.
    """
    check_shaping(text)
    chars = set(text)
    start = dice.integer(0, len(styles) - 1)
    for offset in range(len(styles)):
        if styles[start - offset].draws(chars):
            return styles[start - offset]
    # A rare text: any font of the set will do, or the error says what is missing.
    first = styles[start]
    texts: Texts = {first.style: chars}
    drawn = _printer(snippets, first.profile, dice)
    for printer in (drawn, *_upright([drawn])):
        with suppress(FontError):
            for settings in printer.settings(texts, dice, language):
                style = SnippetStyle(settings, first.style, first.profile)
                if style.draws(chars):
                    return style
    # None in the sizes that were drawn: then in any.
    others = (*script_fonts(chars), *upright_fonts(snippets, profile).values())
    for style in every_style(snippets, profile, lambda face: face.covers(chars), others):
        if style.draws(chars):
            return style
    known = frozenset().union(*(font.chars for font in (*printing_fonts(snippets, profile).values(), *others)))
    if lacking := "".join(sorted(chars - known)):
        help_ = missing_fonts(lacking) or "name another font or group"
        raise FontError(f"no font of this set draws {lacking!r}, as in {text!r}; {help_}")
    raise FontError(
        f"no single font of this set draws all of {text!r} without two characters looking alike; name more fonts, or "
        "larger sizes"
    )


def _printer(snippets: SnippetSet, profile: Profile, dice: Dice) -> Printer:
    """Return one of the profile's printers, or one with the fonts of the set."""
    if profile.printers and not snippets.keep_faces:
        return draw_printer(profile.printers, dice)
    return _own_printer(snippets, snippets.draw_ink(dice))


def _printers(snippets: SnippetSet, profile: Profile) -> Sequence[Printer]:
    """Return all printers of a profile, or those with the fonts of the set."""
    if profile.printers and not snippets.keep_faces:
        return profile.printers
    return [_own_printer(snippets, ink) for ink in INKS if snippets.ink.get(ink)]


def _own_printer(snippets: SnippetSet, ink: Ink) -> Printer:
    return Printer(dots=(1600,), margin=snippets.margin, size=snippets.size, ink=ink, faces=snippets.faces)


def _upright(printers: Sequence[Printer]) -> list[Printer]:
    """Return the printers that have hands alone, with fonts that write what the hands don't."""
    upright = [(printer, upright_for(printer.faces)) for printer in printers]
    return [printer.model_copy(update={"faces": faces}) for printer, faces in upright if faces]
