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

    @property
    def unit(self) -> int:
        """Width of a column in dots: the pitch, or a digit's advance."""
        return self.pitch or round(self.face.digit * self.size * self.stretch)

    @property
    def columns(self) -> int:
        """Number of columns of the paper."""
        return self.width // self.unit

    def with_whole_words(self, texts: Iterable[str]) -> "PrintSettings":
        """Return settings in which no word of some large texts is wider than the paper, where it would be broken.

        Large print stays larger than the body, in which a word that is still too wide is broken.
        """
        words = [word for text in texts for word in text.split()]
        widest = max(map(self.atlas(Style(display=True)).measure, words), default=0)
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
            return atlas(self.display, round(self.size * self.display_scale), self.ink, lean=lean)
        face, overstrike = self.face, style.bold
        if overstrike and face.bold is not None and self.ink == "smooth":
            face, overstrike = face.bold, False
        if self.pitch is None:
            scale = _SCALES[style.wide, style.tall] * (0.85 if style.small else 1)
            return atlas(face, round(self.size * scale), self.ink, None, overstrike, False, False, self.stretch, lean)
        if not style.small:
            return atlas(face, self.size, self.ink, self.pitch, overstrike, style.wide, style.tall, self.stretch, lean)
        pitch = max(6, round(self.pitch * _SMALL))
        size = max(10, int(pitch / face.width / self.stretch))
        return atlas(face, size, self.ink, pitch, overstrike, style.wide, style.tall, self.stretch, lean)
