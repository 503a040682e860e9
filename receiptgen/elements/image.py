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
from receiptgen.imaging.printed_images import Dither, printed_dots
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
    """

    file: FilePath
    width: int = Field(default=240, ge=8, le=4000)
    dither: Dither = "floyd_steinberg"
    align: Align = "center"
    invert: bool = False
    # Dots, a bit each, and their number in a row.
    _dots: bytes = PrivateAttr(b"")

    @model_validator(mode="after")
    def _open(self) -> "Image":
        """Read the file while its place in the YAML is known; samples are drawn of what it holds now."""
        try:
            dots = printed_dots(self.file, self.width, self.dither, self.invert)
        except MissingExtraError as error:
            dots = str(error)
        if isinstance(dots, str):
            raise MemberError([misfit(("file",), self.file, f"{quote(self.file)}: {dots}")])
        self._dots = np.packbits(dots, axis=1).tobytes()
        return self

    def rows(self, context: ElementContext, dice: Dice) -> Iterator[Block]:
        """Yield the image and some air."""
        bits = np.frombuffer(self._dots, np.uint8).reshape(-1, (self.width + 7) // 8)
        dots = np.unpackbits(bits, axis=1, count=self.width).astype(bool)
        yield Graphic("image", "", dots, largest=1, align=self.align)
        yield Gap(0.3)
