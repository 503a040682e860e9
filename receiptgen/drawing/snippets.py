"""Snippets: short texts, each printed by itself."""

from collections.abc import Mapping, Sequence
from functools import partial
from math import ceil
from typing import NamedTuple, Protocol

from receiptgen.core.dice import Dice, key_of
from receiptgen.core.errors import TextError
from receiptgen.drawing.cropping import FLAT, Margins, crop_box, draw_margins
from receiptgen.drawing.font_turns import FontTurns
from receiptgen.drawing.overrides import NO_OVERRIDES, Overrides
from receiptgen.drawing.profile import CropMargins, Profile
from receiptgen.drawing.profile import profile as load_profile
from receiptgen.drawing.snippet_styles import STYLES_SERVE, SnippetStyle, choose_style, preload, snippet_styles
from receiptgen.drawing.snippet_texts import GeneratedTexts, ReceiptTexts, SnippetText, TextSource
from receiptgen.drawing.template import snippet_set
from receiptgen.effects import apply_effects
from receiptgen.imaging.page import Page
from receiptgen.imaging.sample import DrawnLine, Sample
from receiptgen.typography.blocks import Run
from receiptgen.typography.glyph_atlas import Atlas
from receiptgen.typography.raster import Tip, draw_blank, draw_text
from receiptgen.typography.typeface import plain

# Dots of paper beyond a crop, so that its edge is as if the paper went on; and by how much more, against its width,
# where there are neighbours: they come into the box of a sloping row at its corners.
_SLACK, _SLOPE = 3, 0.04


class ChosenSnippet(NamedTuple):
    """What a snippet says and how it is printed, before any of it is drawn.

    Attributes:
        number: Its number.
        drawn: What was drawn for it to say.
        text: What is printed of that.
        style: How it is printed.
        dice: Its dice, from which all else is drawn next.
    """

    number: int
    drawn: SnippetText
    text: str
    style: SnippetStyle
    dice: Dice


class SnippetSource:
    """Snippets of one kind of a set.

    Args:
        name: The set, by name or path.
        kind: One of its kinds.
        seed: Seed of the data set.
        profile_name: Profile of all, by name or path; empty for the set's own.
        overrides: Locales of all, and colour; what else is said counts for the receipts that texts are taken from.
        in_turn: Whether a kind of ``order: each`` draws its texts in turn, or by chance, too.
    """

    def __init__(
        self, name: str, kind: str, seed: int, profile_name: str = "", overrides: Overrides = NO_OVERRIDES,
        in_turn: bool = True,
    ) -> None:  # fmt: skip
        self.kind = kind
        self._set = snippet_set(name).value
        profile_name = profile_name or self._set.profile
        self._texts: TextSource = (
            ReceiptTexts(name, kind, seed, overrides)
            if kind in self._set.cuts
            else GeneratedTexts(name, kind, profile_name, overrides.countries, in_turn)
        )
        self._seed, self._overrides = seed, overrides
        self._profile = load_profile(profile_name).value
        self._styles = partial(snippet_styles, name, profile_name, seed)
        self._kept: _CleanSnippet | None = None
        self._font_turns = FontTurns(self._set, self._profile, partial(self._styles, 0), (seed, kind))

    def preload(self, index: int) -> None:
        """Load what texts are made of, and draw the characters of the styles."""
        self._texts.preload()
        preload(self._styles(index // STYLES_SERVE))

    def draw(self, index: int, copy: int = 0) -> Sample:
        """Draw snippet number ``index``, or a copy: its text in the same style, with neighbours as near to it.

        Copies are drawn fastest right after their snippet.
        """
        kept = self._kept
        clean = kept if copy and kept and kept.number == index else self._draw_clean(index)
        self._kept = clean
        drawn, glyphs, profile = clean.drawn, clean.style.glyphs, clean.profile
        dice = clean.dice.fork(f"copy {copy}") if copy else clean.dice
        page, on_print = apply_effects((*self._set.effects, *profile.printing), clean.page, dice)
        colors: Mapping[str, str] = {}
        if printed := profile.draw_colors(clean.dice):
            page, colors = printed.print(page), printed.record
        page, on_paper = apply_effects(profile.line_paper_effects, page, dice)
        page = _cropped(page, clean.margins)
        return Sample(
            self.kind, index, drawn.group, page, self._set.name, profile.name, drawn.locale.name, glyphs.face.name,
            glyphs.size, clean.text, effects=(*on_print, *on_paper), colors=colors,
        )  # fmt: skip

    def draw_line(self, index: int, copy: int = 0) -> DrawnLine:
        """Draw image and text of a snippet, or of a copy of it."""
        sample = self.draw(index, copy)
        return DrawnLine(sample.page.image, sample.text)

    def choose(self, index: int) -> ChosenSnippet:
        """Choose what snippet number ``index`` says, and how it is printed."""
        snippets = self._set
        dice = Dice(key_of(self._seed, snippets.name, self.kind, index))
        drawn = self._texts.text(index, dice)
        text = self._printable(drawn)
        style = self._style(index, drawn, text, dice)
        if not style.glyphs:
            style.glyphs.prepare(style.glyphs.ascii)  # a style that nobody preloaded: all at once costs less
        return ChosenSnippet(index, drawn, text, style, dice)

    def draw_as(self, chosen: ChosenSnippet, profile: Profile) -> Page:
        """Draw a chosen snippet, in grey, as if another profile said what happens to it and how it is boxed.

        Every effect has dice of its own, so that profiles whose numbers differ little draw pages that differ little:
        an effect that throws them more often moves nothing that comes after it. Others than ``draw`` throws.
        """
        dice = chosen.dice.fork("as")
        margins, page = self._ink(chosen, profile, dice.fork("crop"))
        for number, effect in enumerate((*self._set.effects, *profile.line_effects)):
            page, _ = apply_effects([effect], page, dice.fork(f"effect {number}"))
        return _cropped(page, margins)

    def _draw_clean(self, index: int) -> "_CleanSnippet":
        """Draw what a snippet says, and ink it."""
        chosen = self.choose(index)
        profile = self._overrides.of_profile(chosen.style.profile)
        margins, page = self._ink(chosen, profile, chosen.dice)
        return _CleanSnippet(index, chosen.drawn, chosen.text, chosen.style, profile, margins, page, chosen.dice)

    def _ink(self, chosen: ChosenSnippet, profile: Profile, dice: Dice) -> tuple[Margins | None, Page]:
        """Ink a chosen snippet; returns how much paper its box leaves, None where it has that already, and its page."""
        drawn, style = chosen.drawn, chosen.style
        glyphs = style.glyphs
        ink: _Ink = (
            partial(_ink_blank, glyphs, drawn.room)
            if drawn.room
            else partial(draw_text, Run(chosen.text, self.kind, style=style.style), glyphs)
        )
        if profile.crop is None:
            left, top, right, bottom = [dice.count(self._set.margin) for _ in range(4)]
            return None, ink((left, top, right, bottom))
        margins = draw_margins(profile.crop, dice)
        width = drawn.room * glyphs.digit.advance or glyphs.measure(chosen.text)
        return margins, _draw_among_neighbours(ink, width, style, profile.crop, margins, dice)

    def _printable(self, drawn: SnippetText) -> str:
        """Return what is printed of a text; raises TextError where it is too long or prints nothing but should."""
        text = plain(drawn.text)
        if fault := self._set.length_fault(text):
            raise TextError(f"{self._set.name}: kind {self.kind!r}: {fault}")
        if not drawn.room and (not text or text.isspace()):
            raise TextError(
                f"{self._set.name}: kind {self.kind!r} drew a text of spaces alone; look through its settings"
            )
        return text

    def _style(self, index: int, drawn: SnippetText, text: str, dice: Dice) -> SnippetStyle:
        """Choose how a text is printed."""
        styles = self._styles(index // STYLES_SERVE)
        if drawn.room:
            # Without ink, white on black would be a black block; and neighbours of large print reach far in.
            usual = [style for style in styles if not (style.style.inverse or style.style.display)]
            return dice.choose(usual or styles)
        if drawn.turn is not None and (style := self._font_turns.choose(styles, text, drawn.turn, dice)):
            return style
        return choose_style(styles, self._set, self._profile, text, dice, drawn.locale.language)


class _CleanSnippet(NamedTuple):
    """A snippet that is inked, and to which nothing has happened yet.

    Attributes:
        number: Its number.
        drawn: What was drawn for it to say.
        text: What is printed of that.
        style: How it is printed.
        profile: What happens to it.
        margins: How much paper its box leaves; None where it has that already.
        page: Its page, with as much paper as effects need.
        dice: Its dice, from which its own effects are drawn next.
    """

    number: int
    drawn: SnippetText
    text: str
    style: SnippetStyle
    profile: Profile
    margins: Margins | None
    page: Page
    dice: Dice


def _cropped(page: Page, margins: Margins | None) -> Page:
    """Cut a page as people box it, where it has not the paper already that its box leaves."""
    if margins is None:
        return page
    # Until here the page's quad is what people box.
    x, y = page.regions.page_quad.T.tolist()
    return page.window(crop_box(page, (min(x), min(y), max(x), max(y)), margins))


class _Ink(Protocol):
    """Rasterises a text, or none, with margins, neighbours' tips, and how low a text is boxed as high as it is."""

    def __call__(
        self, margins: tuple[int, int, int, int], tips: Sequence[Tip] = (), low: float | None = None, /
    ) -> Page: ...


def _ink_blank(
    glyphs: Atlas, room: int, margins: tuple[int, int, int, int], tips: Sequence[Tip] = (), low: float | None = None
) -> Page:
    return draw_blank(glyphs, room, margins, tips, low is not None)


def _draw_among_neighbours(
    ink: _Ink, text_width: int, style: SnippetStyle, crop: CropMargins, margins: Margins, dice: Dice
) -> Page:
    """Ink a text with neighbours, and as much paper round it as the crop will leave and a little more."""
    size = style.settings.size
    left, top, right, bottom = (_SLACK + max(0, ceil(1.3 * share * size)) for share in margins)
    tips: list[Tip] = []
    if not style.style.inverse:
        width = text_width + left + right
        tips = [tip for side in (-1, 1) if (tip := style.draw_tip(width, side, crop, dice))]
        if tips:
            top, bottom = top + round(_SLOPE * width), bottom + round(_SLOPE * width)
    return ink((left, top, right, bottom), tips, FLAT if dice.chance(crop.tight) else 1.0)
