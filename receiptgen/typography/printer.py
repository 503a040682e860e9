"""Printers: what kind of machine prints, and which face at what size it settles on for some texts."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, Field, ValidationInfo

from receiptgen.config.records import Record, beside
from receiptgen.core.dice import Dice
from receiptgen.core.distributions import Range, Spread, Weights, between
from receiptgen.core.errors import FontError, ReceiptgenError
from receiptgen.typography.blocks import Style
from receiptgen.typography.glyph_atlas import Ink
from receiptgen.typography.print_settings import PrintSettings
from receiptgen.typography.typeface import Face, draw_faces, face, face_groups, faces, is_font_file

# Texts by the style they are struck in; what a face is chosen for.
Texts = dict[Style, set[str]]


def _known_faces(weights: Weights, info: ValidationInfo) -> Weights:
    """Check that the faces exist; the path of a font file counts from the YAML file."""
    found = Weights()
    for name, weight in weights.items():
        known = name in face_groups() or name in faces()
        full = name if known or not is_font_file(name) else str(beside(Path(name), info))
        if not known:
            try:
                face(full)
            except ReceiptgenError as error:
                raise ValueError(str(error)) from error
        found[full] = weight
    return found


Faces = Annotated[Weights, AfterValidator(_known_faces)]


class Printer(Record):
    """A kind of printer: a till's own font on a grid of dots, or a driver's proportional one.

    Attributes:
        weight: How often it is met among the template's printers.
        dots: Printable widths to choose from; 384 is 58 mm paper at 203 dpi, 576 is 80 mm.
        margin: Blank dots at either side.
        columns: Numbers of characters in a row to choose from, for a font of the till's own; each character then
            has the same pitch. Empty: the font is as wide as it is.
        size: Pixels an em, where ``columns`` is empty.
        ink: One bit a pixel (``dots``), or 256 levels (``smooth``).
        faces: Face groups, faces or font files for the body, with weights.
        display: The same for a shop's name that is drawn large.
        display_scale: Size of that, against the body's.
        leading: Line to line, against the size of the body.
        stretch: Width of the body's characters against their face's own, 0.5 to 2, in steps of a twentieth: in a pitch,
            slim ones are the higher for it, and wide ones the lower. Bitmap faces stay as they are.
    """

    weight: float = Field(default=1.0, gt=0)
    dots: tuple[int, ...] = Field(default=(576,), min_length=1)
    margin: Range = Range(16, 48)
    columns: tuple[int, ...] = ()
    size: Range = Range(19, 25)
    ink: Ink = "dots"
    faces: Faces = Weights({"bitmap": 4, "terminal": 2, "mono": 3, "typewriter": 0.5})
    display: Faces = Weights({"sans": 3, "condensed": 2, "serif": 1, "typewriter": 1})
    display_scale: Range = Range(1.5, 2.4)
    leading: Range = Range(1.15, 1.45)
    stretch: Annotated[Spread, between(0.5, 2)] = Spread(1)

    def draw(self, texts: Texts, dice: Dice) -> PrintSettings:
        """Settle on sizes and faces for one receipt, the faces after its texts.

        Raises:
            FontError: No face of the printer's draws the texts.
        """
        for setting in self.settings(texts, dice):
            if all(setting.atlas(style).lookalikes.isdisjoint(chars) for style, chars in texts.items()):
                for style, chars in texts.items():
                    setting.atlas(style).prepare(sorted(chars))
                return setting
        raise FontError(
            f"no face among {', '.join(self.faces)} draws the receipt at its size without two characters looking "
            "alike; name more faces, or a larger size or fewer columns"
        )

    def settings(self, texts: Texts, dice: Dice) -> Iterator[PrintSettings]:
        """Yield settings that have all characters of some texts, as first drawn first.

        Raises:
            FontError: None has.
        """
        width, margin = dice.choose(self.dots), dice.count(self.margin)
        pitch = width // dice.choose(self.columns) if self.columns else None
        size, leading = dice.count(self.size), dice.within(self.leading)
        display_scale = dice.within(self.display_scale)
        stretch = round(dice.spread(self.stretch) * 20) / 20
        display_chars = set().union(*(chars for style, chars in texts.items() if style.display))
        display = next(draw_faces(self.display, display_chars, dice.fork("display")))
        body_chars = set().union(*(chars for style, chars in texts.items() if not style.display)) | {"0"}
        for body in draw_faces(self.faces, body_chars, dice.fork("face")):
            drawn = 1.0 if body.native else stretch
            fitted = fit(body, size, pitch, drawn)
            if fitted is not None:
                yield PrintSettings(
                    width,
                    margin,
                    self.ink,
                    body,
                    fitted,
                    pitch,
                    round(fitted * leading),
                    display,
                    display_scale,
                    drawn,
                )


def draw_printer(printers: Sequence[Printer], dice: Dice) -> Printer:
    """Draw one of some printers by weight."""
    return printers[dice.weigh_index([printer.weight for printer in printers])]


def fit(face: Face, size: int, pitch: int | None = None, stretch: float = 1.0) -> int | None:
    """Return the size in pixels an em at which a face is drawn, or None where it would look wrong.

    A bitmap-like face is crisp at multiples of its native size only. In a pitch, the face is as large as
    its characters allow; a native one must fill three quarters of it.
    """
    if pitch is None:
        return face.native * max(1, round(size / face.native)) if face.native else size
    largest = int((pitch + 0.49) / (face.width * stretch))
    if not face.native:
        return largest
    native = face.native * (largest // face.native)
    return native if native * face.width >= 0.75 * pitch else None
