"""Printers: kinds of printers, and their choice of font and size for given texts."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from itertools import islice, product
from typing import Annotated, Self

from pydantic import AfterValidator, Field, ValidationInfo, model_validator

from receiptgen.config.paths import input_file, note_file
from receiptgen.config.records import Record
from receiptgen.core.assets import is_own
from receiptgen.core.dice import Dice
from receiptgen.core.distributions import HEAVIEST, Range, Spread, Weights, between, counts
from receiptgen.core.errors import FontError, ReceiptgenError
from receiptgen.typography.blocks import Style
from receiptgen.typography.face_choice import draw_faces, writes_script
from receiptgen.typography.font_files.names import font_name, is_font_file
from receiptgen.typography.ink_style import Ink
from receiptgen.typography.print_settings import PrintSettings
from receiptgen.typography.shaping import check_shaping
from receiptgen.typography.typeface import Face, is_known, members

# Characters by the style that they are printed in; the font is chosen for them.
Texts = dict[Style, set[str]]


def _known_faces(weights: Weights, info: ValidationInfo) -> Weights:
    """Check that the fonts exist; the path of a font file is relative to the YAML file."""
    checked = Weights()
    for name, weight in weights.items():
        full = name
        try:
            if not is_known(name) and is_font_file(name):
                font = font_name(name)
                full = str(font._replace(path=input_file(font.path, info)))
            for member in members(full):
                if full == name and not is_own(member.path):
                    note_file(member.path, info)
        except ReceiptgenError as error:
            raise ValueError(str(error)) from error
        checked[full] = weight
    return checked


Faces = Annotated[Weights, AfterValidator(_known_faces)]
# Width of the print in dots: A4 at 600 dpi has 4960.
Dots = Annotated[int, Field(ge=64, le=5000)]
Columns = Annotated[int, Field(ge=8, le=250)]
# Dots that a character is wide; the largest is that of sizes, too, in pixels per em.
_NARROWEST, _LARGEST = 4, 200


class Printer(Record):
    """A kind of printer: a cash register's own font on a grid of dots, or a driver's proportional one.

    Attributes:
        weight: Weight among the template's printers.
        dots: Printable widths to choose from, in dots; 384 is 58 mm paper at 203 dpi, 576 is 80 mm.
        margin: Empty dots at either side.
        columns: Numbers of characters per row to choose from, for a font of the cash register; each character then
            has the same pitch. Empty: the font has its own widths, as have fonts of other scripts than Latin, Greek and
            Cyrillic that are not of one pitch.
        size: Pixels per em, where ``columns`` is empty.
        ink: One bit per pixel (``dots``), or 256 levels (``smooth``).
        faces: Font groups, fonts or font files for the body, with weights.
        display: The same for a shop's name in large print.
        display_scale: Size of large print, relative to the body's.
        leading: Distance of lines, relative to the size of the body.
        stretch: Width of the body's characters relative to their font's own, 0.5 to 2, in steps of a twentieth: in a
            pitch,
            narrow ones are higher, and wide ones lower. Bitmap fonts stay as they are.
    """

    weight: float = Field(default=1.0, gt=0, le=HEAVIEST)
    dots: tuple[Dots, ...] = Field(default=(576,), min_length=1, max_length=100)
    margin: Annotated[Range, counts(0, 1000)] = Range(16, 48)
    columns: tuple[Columns, ...] = Field(default=(), max_length=100)
    size: Annotated[Range, counts(6, _LARGEST)] = Range(19, 25)
    ink: Ink = "dots"
    faces: Faces = Weights({"bitmap": 4, "terminal": 2, "mono": 3, "typewriter": 0.5})
    display: Faces = Weights({"sans": 3, "condensed": 2, "serif": 1, "typewriter": 1})
    display_scale: Annotated[Range, between(0.5, 8)] = Range(1.5, 2.4)
    leading: Annotated[Range, between(0.5, 5)] = Range(1.15, 1.45)
    stretch: Annotated[Spread, between(0.5, 2)] = Spread(1)

    @model_validator(mode="after")
    def _check_pitch(self) -> Self:
        for dots, columns in product(self.dots, self.columns):
            if not _NARROWEST <= dots // columns <= _LARGEST:
                raise ValueError(
                    f"{columns} columns on {dots} dots make characters {dots // columns} dots wide; "
                    f"expected {_NARROWEST} to {_LARGEST}"
                )
        return self

    def draw(self, texts: Texts, dice: Dice, language: str = "") -> PrintSettings:
        """Draw sizes and fonts for one receipt; fonts must cover its texts, which are in a language of two letters.

        Raises:
            FontError: No font of the printer draws the texts.
        """
        for settings in self.settings(texts, dice, language):
            if all(settings.atlas(style).tells_apart(chars) for style, chars in texts.items()):
                for style, chars in texts.items():
                    settings.atlas(style).prepare(sorted(chars))
                return settings
        raise FontError(
            f"no font among {', '.join(self.faces)} draws the receipt at its size without two characters looking "
            "alike; name more fonts, or a larger size or fewer columns"
        )

    def settings(self, texts: Texts, dice: Dice, language: str = "") -> Iterator[PrintSettings]:
        """Yield settings whose fonts have all characters of some texts, in the order of the dice.

        Raises:
            FontError: There are none, or Pillow can't shape the texts.
        """
        check_shaping("".join(set().union(*texts.values())))
        width, margin = dice.choose(self.dots), dice.count(self.margin)
        pitch = width // dice.choose(self.columns) if self.columns else None
        size, leading = dice.count(self.size), dice.within(self.leading)
        display_scale = dice.within(self.display_scale)
        stretch = round(dice.spread(self.stretch) * 20) / 20
        display_chars = set().union(*(chars for style, chars in texts.items() if style.display))
        display = next(draw_faces(self.display, display_chars, dice.fork("display"), language))
        body_chars = set().union(*(chars for style, chars in texts.items() if not style.display))
        for body in draw_faces(self.faces, body_chars, dice.fork("face"), language):
            width_factor = 1.0 if body.native else stretch
            # Cash registers print scripts that their own font lacks as pictures, in a font of as large letters.
            grid = pitch if body.fixed or not writes_script(body, body_chars) else None
            fitted = fit_size(body, size, pitch, width_factor)
            if fitted is not None:
                yield PrintSettings(
                    width,
                    margin,
                    self.ink,
                    body,
                    fitted,
                    grid,
                    round(fitted * leading),
                    display,
                    display_scale,
                    width_factor,
                )

    def every_settings(
        self, style: Style, draws: Callable[[Face], bool], others: Sequence[Face] = ()
    ) -> Iterator[PrintSettings]:
        """Yield settings of each font that is asked for, the largest first, until no characters look alike in them.

        Args:
            style: Style that is printed.
            draws: Tells whether a font is asked for.
            others: Fonts that aren't the printer's, to be asked for last.
        """
        for font in (*self._fonts(style), *others):
            if not draws(self._printing(font, style)):
                continue
            alone = self.model_copy(update={"display" if style.display else "faces": Weights({font.name: 1})})
            for settings in alone._largest_first(style):
                yield settings
                if not settings.atlas(style).lookalikes:
                    break

    def printing_fonts(self, style: Style) -> list[Face]:
        """Return the fonts that print a style."""
        return [self._printing(font, style) for font in self._fonts(style)]

    def _fonts(self, style: Style) -> Iterator[Face]:
        for name, weight in (self.display if style.display else self.faces).items():
            if weight:
                yield from members(name)

    def _printing(self, font: Face, style: Style) -> Face:
        """Return the font itself, or its bold one where that prints what is bold."""
        overstrikes = style.display or not style.bold or self.ink != "smooth"
        return font if overstrikes else font.bold or font

    def _largest_first(self, style: Style) -> Iterator[PrintSettings]:
        sizes = range(int(self.size.high), int(self.size.low) - 1, -1)
        pitches = sorted(product(self.dots, self.columns), key=lambda pair: pair[0] // pair[1], reverse=True)
        grids = [{"dots": (dots,), "columns": (columns,)} for dots, columns in pitches]
        for grid, size in product(grids or [{}], sizes[:1] if grids and not style.display else sizes):
            alone = self.model_copy(update={**grid, "size": Range(size, size)})
            yield from islice(alone.settings({style: set()}, Dice(0)), 1)


def draw_printer(printers: Sequence[Printer], dice: Dice) -> Printer:
    """Draw a printer by weight."""
    return printers[dice.weigh_index([printer.weight for printer in printers])]


def draw_settings(
    printers: Sequence[Printer], texts: Texts, dice: Dice, others: Sequence[Printer] = (), language: str = ""
) -> PrintSettings:
    """Draw a printer by weight, and its settings; if it has no font for the texts, the next one that has prints them.

    Args:
        printers: The printers.
        texts: Characters by style.
        dice: Dice of the receipt.
        others: Printers to take where none of these has a font.
        language: Language of the receipt, a code of two letters.

    Raises:
        FontError: None of them has; tells why the one that was drawn has not.
    """
    drawn = draw_printer(printers, dice)
    try:
        return drawn.draw(texts, dice, language)
    except FontError:
        place = printers.index(drawn)
        for other in (*printers[place + 1 :], *printers[:place], *others):
            with suppress(FontError):
                return other.draw(texts, dice.fork("instead"), language)
        raise


def fit_size(face: Face, size: int, pitch: int | None = None, stretch: float = 1.0) -> int | None:
    """Return the size in pixels per em at which a font is drawn, or None where it would look wrong.

    A bitmap-like font is crisp at multiples of its native size only. In a pitch, the font is as large as
    its characters allow; a native one must fill three quarters of it.
    """
    if pitch is None:
        return face.native * max(1, round(size / face.native)) if face.native else size
    largest = int((pitch + 0.49) / (face.width * stretch))
    if not face.native:
        return largest
    native = face.native * (largest // face.native)
    return native if native * face.width >= 0.75 * pitch else None
