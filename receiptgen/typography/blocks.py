"""Blocks of a receipt before they have positions: rows of text, rules, graphics, gaps, frames."""

from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from receiptgen.config.records import Record

Align = Literal["left", "center", "right"]


class Style(Record):
    """How a text is printed; the escape codes of a cash register.

    Attributes:
        wide: Double width.
        tall: Double height.
        bold: Emphasised.
        small: The printer's smaller font.
        underline: Underlined.
        inverse: White on black.
        display: In the receipt's second font, in which some print the shop's name.
        italic: Slanted to the right, as drivers and dot matrix printers derive it from the upright font.
        spaced: With a space's width between its characters, as in ``T O T A L``, which is one word still.
        outline: As outlines, where strokes are thick enough to be hollow.
    """

    wide: bool = False
    tall: bool = False
    bold: bool = False
    small: bool = False
    underline: bool = False
    inverse: bool = False
    display: bool = False
    italic: bool = False
    spaced: bool = False
    outline: bool = False


PLAIN = Style()


class PrintedValue(NamedTuple):
    """A value that a text says.

    Attributes:
        path: Where it stands among the values of the receipt, as ``("items", 3, "amount")``.
        value: The value as the text says it: as exactly, and a text letter by letter.
    """

    path: tuple[str | int, ...]
    value: object


class Run(NamedTuple):
    """A text of one role in a row.

    Attributes:
        text: Text to print; empty prints nothing but keeps its columns.
        role: Role of the text, such as ``item.price``.
        align: Alignment in its columns.
        columns: Width: a number of columns; 0 for its own width; a name, as wide as the widest of all runs
            of that name, so that they are aligned; None for all that is left, where it wraps.
        item: Index of the item it belongs to, or -1.
        style: Print style.
        indent: Indent in columns.
        values: Values that the text says.
        by_hand: Whether it is written by a pen, not printed. Underlined, it stands on a line as wide as its columns.
        short: Text of the same values for paper on which the rows of its table would be broken; empty for none.
    """

    text: str
    role: str = "text"
    align: Align = "left"
    columns: int | str | None = None
    item: int = -1
    style: Style = PLAIN
    indent: int = 0
    values: tuple[PrintedValue, ...] = ()
    by_hand: bool = False
    short: str = ""


class Row(NamedTuple):
    """Runs on one baseline, left to right.

    Attributes:
        runs: The runs.
        leader: Character that fills the paper between two runs, as dots between a label and its amount; empty for none.
    """

    runs: tuple[Run, ...]
    leader: str = ""


class Rule(NamedTuple):
    """A line across the paper.

    Attributes:
        pattern: A character that is repeated, such as ``-``, or ``solid``, ``double``, ``dotted``.
        share: Share of the paper's width; if below 1, the rule stands at the right, as over a total.
    """

    pattern: str = "-"
    share: float = 1.0


class Graphic(NamedTuple):
    """A barcode, QR code or image.

    Attributes:
        kind: ``ean13``, ``code128``, ``qr``, ``image`` ...
        text: Text that it decodes to; empty for an image.
        modules: Modules bool (H, W), True is black; H is 1 for a barcode. Those of an image are dots.
        height: Height of a barcode's bars in dots; 0 where modules are square.
        largest: Most dots of a module's width; it is as wide as the paper has room for.
        align: Alignment on the paper.
        values: Values of the receipt that its text says.
        picture: What pages in colour have in place of an image's dots, RGB uint8 (H, W, 3); None for these.
    """

    kind: str
    text: str
    modules: NDArray[np.bool_]
    height: int = 0
    largest: int = 6
    align: Align = "center"
    values: tuple[PrintedValue, ...] = ()
    picture: NDArray[np.uint8] | None = None


class Gap(NamedTuple):
    """Empty paper, in lines."""

    lines: float = 1.0


class Frame(NamedTuple):
    """Rows inside a rectangle: a drawn one, one of characters, or a black one.

    Attributes:
        rows: The rows.
        pattern: Character of which the rectangle is made, as ``*``; empty for a drawn one.
        filled: Whether it is black; what is in it is to be printed ``inverse``.
    """

    rows: tuple["Block", ...]
    pattern: str = ""
    filled: bool = False

    @property
    def side(self) -> str:
        """Character of its sides: a bar beside a pattern that lies flat."""
        return "|" if self.pattern in {"-", "=", "_"} else self.pattern


Block = Row | Rule | Graphic | Gap | Frame
