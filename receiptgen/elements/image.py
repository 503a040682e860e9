"""A picture, such as the shop's logo."""

from collections.abc import Iterator

import numpy as np
from pydantic import Field, PrivateAttr, model_validator

from receiptgen.config.diagnostics import MemberError, misfit, quote
from receiptgen.config.paths import FilePath
from receiptgen.config.records import Record
from receiptgen.core.dice import Dice
from receiptgen.core.errors import MissingExtraError
from receiptgen.elements import ELEMENTS, ElementContext
from receiptgen.imaging.printed_images import Dither, printed_colors, printed_dots
from receiptgen.typography.blocks import Align, Block, Gap, Graphic


@ELEMENTS.register
class Image(Record):
    """An image file, such as a logo, in dots of the printer; what is transparent is paper.

    Attributes:
        file: PNG, JPEG or SVG (which needs the extra ``svg``), counted from the folder of the YAML file.
        width: Width in dots, most of which are 1/8 mm; the height follows.
        dither: How grey becomes black dots: ``floyd_steinberg`` for photos, ``ordered`` as older printers do it,
            ``none`` for line art: black is what is darker than middle grey.
        align: Alignment.
        invert: Whether black and white change places, as for a logo that is white.
        color: Whether pages in colour have its colours, as laser and ink-jet printers print them, and not its dots.
    """

    file: FilePath
    width: int = Field(default=240, ge=8, le=4000)
    dither: Dither = "floyd_steinberg"
    align: Align = "center"
    invert: bool = False
    color: bool = False
    # Dots, a bit each; and the picture in colour, three bytes a dot, if that is kept.
    _dots: bytes = PrivateAttr(b"")
    _picture: bytes = PrivateAttr(b"")

    @model_validator(mode="after")
    def _open(self) -> "Image":
        """Read the file while its place in the YAML is known; samples are drawn of what it holds now."""
        if self.color and self.invert:
            raise MemberError([misfit(("invert",), True, "'color' keeps colours as they are; leave 'invert' out")])
        try:
            dots = printed_dots(self.file, self.width, self.dither, self.invert)
            picture = printed_colors(self.file, self.width) if self.color else np.empty(0, np.uint8)
        except MissingExtraError as error:
            dots = picture = str(error)
        if isinstance(dots, str) or isinstance(picture, str):
            fault = dots if isinstance(dots, str) else picture
            raise MemberError([misfit(("file",), self.file, f"{quote(self.file)}: {fault}")])
        self._dots, self._picture = np.packbits(dots, axis=1).tobytes(), picture.tobytes()
        return self

    def rows(self, context: ElementContext, dice: Dice) -> Iterator[Block]:
        """Yield the image and some air."""
        bits = np.frombuffer(self._dots, np.uint8).reshape(-1, (self.width + 7) // 8)
        dots = np.unpackbits(bits, axis=1, count=self.width).astype(bool)
        picture = np.frombuffer(self._picture, np.uint8).reshape(-1, self.width, 3) if self._picture else None
        yield Graphic("image", "", dots, largest=1, align=self.align, picture=picture)
        yield Gap(0.3)
