"""A barcode with its digits."""

from collections.abc import Iterator
from functools import lru_cache
from typing import Annotated, Literal

import barcode
import numpy as np
from numpy.typing import NDArray

from receiptgen.config.records import Record
from receiptgen.core.dice import Dice
from receiptgen.core.distributions import Range, counts
from receiptgen.elements import ELEMENTS, ElementContext
from receiptgen.elements._print import text_row
from receiptgen.elements._values import Phrase
from receiptgen.typography.blocks import PLAIN, Block, Gap, Graphic


@lru_cache(maxsize=1)
def _symbologies() -> dict[str, type]:
    return {name: barcode.get_barcode_class(name) for name in ("ean13", "code128")}


def _modules(symbology: str, text: str) -> tuple[str, NDArray[np.bool_]]:
    """Return what the bars decode to, and the bars as bool (1, W)."""
    code = _symbologies()[symbology](text)
    bars = code.build()[0]
    return code.get_fullcode(), np.frombuffer(bars.encode(), np.uint8)[None] == ord("1")


@ELEMENTS.register
class Barcode(Record):
    """EAN-13 of random digits, or Code 128 of a parcel's tracking number or a number that begins with the date.

    Attributes:
        symbology: Kind of barcode.
        height: Length of the bars in dots.
        digits: Whether the text is printed under the bars.
    """

    symbology: Literal["ean13", "code128"] = "code128"
    height: Annotated[Range, counts(8, 1000)] = Range(50, 90)
    digits: bool = True

    def rows(self, context: ElementContext, dice: Dice) -> Iterator[Block]:
        """Yield bars and text."""
        receipt, tracking = context.receipt, context.receipt.facts.get("tracking")
        if self.symbology == "ean13":
            # 2 in front marks numbers of a shop's own.
            wanted = "2" + dice.digits(11)
        else:
            wanted = str(tracking or f"{receipt.moment:%y%m%d}{dice.digits(8)}")
        text, modules = _modules(self.symbology, wanted)
        said = context.values.text("facts", "tracking") if text == tracking else Phrase(text)
        yield Graphic(self.symbology, text, modules, dice.count(self.height), largest=3, values=said.values)
        if self.digits:
            yield text_row(said, "barcode.text", "center", PLAIN)
        yield Gap(0.3)
