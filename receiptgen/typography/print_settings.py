"""Print settings of one receipt: paper, fonts, sizes, pitch."""

from collections.abc import Iterable
from typing import NamedTuple

from receiptgen.typography.blocks import PLAIN, Run, Style
from receiptgen.typography.glyph_atlas import Atlas, atlas
from receiptgen.typography.ink_style import Ink
from receiptgen.typography.typeface import Face

# Sizes of a driver's fonts relative to the body's, by (wide, tall): drivers scale points instead of doubling dots.
_SCALES = {(False, False): 1.0, (True, False): 1.25, (False, True): 1.35, (True, True): 1.7}
# Size of a cash register's second font relative to its first: Font B of ESC/POS is 9 dots wide, Font A 12.
_SMALL = 0.75
# Tangent of twelve degrees, by which Windows slants a font without italics.
_LEAN = 0.21
# Share of an em that separates characters that are spaced, where the font has its own widths; in a pitch, it is that.
_SPACED = 0.3


class PrintSettings(NamedTuple):
    """Print settings of one receipt.

    Attributes:
        width: Printable width in dots.
        margin: Margin at the left and right in dots.
        ink: One bit or 256 levels.
        face: Body font.
        size: Size of the body in pixels per em.
        pitch: Dots from character to character, or None for a proportional font.
        leading: Dots from line to line.
        display: Font of the shop's name.
        display_scale: Its size relative to the body's.
        stretch: Width of the body's characters relative to the font's own.
        pen: Settings of what is written by hand, or None where nothing is.
        clear: Least dots between the ink of two lines; at 0, letters of one may touch those of the next.
        spread: Share of the paper that a table leaves empty by which its columns are set apart, 0 to 1.
    """

    width: int
    margin: int
    ink: Ink
    face: Face
    size: int
    pitch: int | None
    leading: int
    display: Face
    display_scale: float
    stretch: float = 1.0
    pen: "PrintSettings | None" = None
    clear: int = 2
    spread: float = 0.0

    @property
    def unit(self) -> int:
        """Width of a column in dots: the pitch, or a digit's advance."""
        return self.pitch or round(self.face.digit * self.size * self.stretch)

    @property
    def columns(self) -> int:
        """Number of columns of the paper."""
        return self.width // self.unit

    def with_whole_words(self, runs: Iterable[Run]) -> "PrintSettings":
        """Return settings in which no word of runs in large print is wider than the paper, where it is broken.

        Large print stays larger than the body, in which a word that is still too wide is broken.
        """
        large = [(self.atlas(run.style), run.text) for run in runs if run.style.display]
        widest = max((glyphs.measure(word) for glyphs, text in large for word in text.split()), default=0)
        if widest <= self.width:
            return self
        size = max(self.size, int(self.size * self.display_scale * self.width / widest))
        return self._replace(display_scale=size / self.size)

    def glyphs(self, run: Run) -> Atlas:
        """Return the glyphs of a run, which are the pen's where it is written by hand."""
        return self.pen.atlas(PLAIN) if run.by_hand and self.pen else self.atlas(run.style)

    def atlas(self, style: Style) -> Atlas:
        """Return the glyphs of a style."""
        lean = _LEAN if style.italic else 0.0
        if style.display:
            size = round(self.size * self.display_scale)
            spacing = round(_SPACED * size) if style.spaced else 0
            return atlas(self.display, size, self.ink, lean=lean, outline=style.outline, spacing=spacing)
        face, overstrike = self.face, style.bold
        if overstrike and face.bold is not None and self.ink == "smooth":
            face, overstrike = face.bold, False
        if self.pitch is None:
            size = round(self.size * _SCALES[style.wide, style.tall] * (0.85 if style.small else 1))
            pitch, wide, tall, gap = None, False, False, round(_SPACED * size)
        else:
            size, pitch, wide, tall = self.size, self.pitch, style.wide, style.tall
            if style.small:
                pitch = max(6, round(self.pitch * _SMALL))
                size = max(10, int(pitch / face.width / self.stretch))
            gap = pitch
        spacing = gap if style.spaced else 0
        return atlas(face, size, self.ink, pitch, overstrike, wide, tall, self.stretch, lean, style.outline, spacing)
