"""Sheets of lines that were read: picture, label and what was read of each, coloured by edit."""

from collections.abc import Sequence
from functools import lru_cache
from itertools import groupby
from pathlib import Path
from typing import Literal, NamedTuple

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont
from rapidfuzz.distance import Levenshtein

from receiptgen.core.assets import font_folder
from receiptgen.core.files import write_atomic
from receiptgen.imaging.geometry import Pixels

Colour = tuple[int, int, int]
Edit = Literal["equal", "wrong", "case", "missing", "extra"]

_GROUND, _CARD, _INK, _QUIET, _GOOD = (226, 228, 231), (255, 255, 255), (36, 41, 47), (110, 116, 124), (26, 127, 55)
# Ink and ground of the characters of an edit.
_COLOURS: dict[Edit, tuple[Colour, Colour]] = {
    "equal": (_INK, _CARD),
    "wrong": ((190, 18, 28), (255, 218, 217)),
    "case": ((105, 55, 190), (234, 224, 252)),
    "missing": ((190, 18, 28), _CARD),
    "extra": ((176, 84, 0), (255, 234, 205)),
}
_LEGEND: dict[Edit, str] = {
    "wrong": "wrong",
    "case": "wrong in case only",
    "missing": "not read",
    "extra": "not there",
}
_GAP, _PAD = 14, 9
_HIGH, _MOST = 38, 2.0  # pixels of a line's picture, and how far a low one is enlarged to reach them
_NARROWEST, _MOST_COLUMNS = 280, 5
_MONO, _MONO_SIZE, _ROW = "DejaVuSansMono.ttf", 15, 23
_SANS, _SANS_SIZE, _CAPTION = "OpenSans_400Regular.ttf", 12, 19
_TAG = 42  # pixels before the characters, for `label` and `read`
_BLANK = "␣"  # a blank that is edited has to be seen


class SheetRow(NamedTuple):
    """One line of a sheet.

    Attributes:
        image: uint8 (H, W), gray, black 0, or (H, W, 3), RGB.
        text: What the line says.
        prediction: What was read.
        name: Path-like.
    """

    image: Pixels
    text: str
    prediction: str
    name: str


class Cell(NamedTuple):
    """One place of a label and of what was read, laid side by side.

    Attributes:
        edit: ``missing`` was not read, ``extra`` is not there; of what is ``wrong``, ``case`` is so only in that.
        text: Character of the label; empty if ``extra``.
        prediction: Character that was read; empty if ``missing``.
    """

    edit: Edit
    text: str
    prediction: str


class _Card(NamedTuple):
    """A line made ready: the picture at its size, the cells in rows."""

    image: Pixels
    rows: list[list[Cell]]
    edits: int
    name: str
    height: int


def cells(text: str, prediction: str) -> list[Cell]:
    """Lay a label and what was read side by side, with as few edits as can be (Levenshtein)."""
    laid: list[Cell] = []
    for code in Levenshtein.opcodes(text, prediction):
        left, right = text[code.src_start : code.src_end], prediction[code.dest_start : code.dest_end]
        if code.tag == "delete":
            laid += [Cell("missing", char, "") for char in left]
        elif code.tag == "insert":
            laid += [Cell("extra", "", char) for char in right]
        else:
            laid += [Cell(_compared(*pair), *pair) for pair in zip(left, right, strict=True)]
    return laid


def _compared(text: str, prediction: str) -> Edit:
    if text == prediction:
        return "equal"
    return "case" if text.casefold() == prediction.casefold() else "wrong"


def draw_sheet(rows: Sequence[SheetRow], width: int = 1600) -> Pixels:
    """Draw a sheet of lines, in as many columns as the lines' widths allow.

    Beneath each picture stands what was read; where that is wrong, below its label, character under character. Wrong
    characters are red, those wrong in case only violet, missing ones boxed in the label, extra ones underlined.

    Args:
        rows: The lines; they fill the columns from the left, the shortest next.
        width: Pixels of the sheet, at least 400.

    Returns:
        uint8 (H, width, 3), RGB.
    """
    columns, room = _columns(rows, width)
    cards = [_card(row, room - 2 * _PAD) for row in rows]
    head = _GAP + _CAPTION + _GAP // 2
    ends = [head] * columns
    places = []
    for card in cards:
        column = ends.index(min(ends))
        places.append((_GAP + column * (room + _GAP), ends[column]))
        ends[column] += card.height + _GAP
    pen = _Pen(width, max(ends))
    right = sum(not card.edits for card in cards)
    pen.legend(_GAP, _GAP, f"{right:,} of {len(cards):,} lines are read without fault")
    for card, (left, top) in zip(cards, places, strict=True):
        pen.card(card, left, top, room)
    return pen.pixels()


def save_sheet(image: Pixels, path: Path) -> None:
    """Write a picture as PNG.

    Raises:
        TrainingError: The file can't be written.
    """
    write_atomic(path, png(image))


def png(image: Pixels) -> bytes:
    """Return a picture, uint8 (H, W, 3), RGB, as the bytes of a PNG file."""
    return bytes(cv2.imencode(".png", image[:, :, ::-1])[1])


def _columns(rows: Sequence[SheetRow], width: int) -> tuple[int, int]:
    """Return how many columns nine in ten lines fit unshrunk, and the pixels of each."""
    advance = _advance()
    wanted = [max(_size(row.image)[0], _TAG + round(advance * max(len(row.text), len(row.prediction)))) for row in rows]
    need = max(_NARROWEST, round(float(np.percentile(wanted, 90))) + 2 * _PAD if wanted else 0)
    columns = max(1, min(_MOST_COLUMNS, len(rows), (width - _GAP) // (need + _GAP)))
    return columns, (width - _GAP) // columns - _GAP


def _size(image: Pixels) -> tuple[int, int]:
    """Return the width and height at which a line's picture is shown where there is room."""
    height, width = image.shape[:2]
    scale = min(_MOST, _HIGH / height)
    return max(1, round(width * scale)), max(1, round(height * scale))


def _card(row: SheetRow, room: int) -> _Card:
    width, height = _size(row.image)
    if width > room:
        width, height = room, max(1, round(height * room / width))
    shrinks = width < row.image.shape[1]
    image = cv2.resize(row.image, (width, height), interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_CUBIC)
    laid = cells(row.text, row.prediction)
    edits = sum(cell.edit != "equal" for cell in laid)
    most = max(1, int((room - _TAG) / _advance()))
    parts = [laid[start : start + most] for start in range(0, len(laid), most)] or [[]]
    texts = len(parts) * _ROW * (2 if edits else 1)
    return _Card(np.asarray(image, np.uint8), parts, edits, row.name, 2 * _PAD + _CAPTION + height + 4 + texts)


class _Pen:
    """Draws cards on a sheet."""

    def __init__(self, width: int, height: int) -> None:
        self._image = Image.new("RGB", (width, height), _GROUND)
        self._draw = ImageDraw.Draw(self._image)
        self._sans, self._mono = _font(_SANS, _SANS_SIZE), _font(_MONO, _MONO_SIZE)
        self._advance = _advance()

    def pixels(self) -> Pixels:
        return np.asarray(self._image, np.uint8)

    def legend(self, left: int, top: int, title: str) -> None:
        self._draw.text((left, top), title, _INK, self._sans)
        left += round(self._sans.getlength(title)) + 2 * _GAP
        for edit, name in _LEGEND.items():
            self._run([Cell(edit, "a", "a")], 0 if edit == "missing" else 1, left, top - 2)
            left += round(self._advance) + 5
            self._draw.text((left, top), name, _QUIET, self._sans)
            left += round(self._sans.getlength(name)) + _GAP + 4

    def card(self, card: _Card, left: int, top: int, room: int) -> None:
        self._draw.rounded_rectangle((left, top, left + room - 1, top + card.height - 1), 5, _CARD)
        left, top = left + _PAD, top + _PAD
        note, colour = (
            (f"{card.edits} edit{'s' * (card.edits > 1)}", _COLOURS["wrong"][0]) if card.edits else ("right", _GOOD)
        )
        size = round(self._sans.getlength(note))
        self._draw.text((left, top - 3), self._cut(card.name, room - 2 * _PAD - size - _GAP), _QUIET, self._sans)
        self._draw.text((left + room - 2 * _PAD - size, top - 3), note, colour, self._sans)
        top += _CAPTION
        self._image.paste(Image.fromarray(card.image), (left, top))
        top += card.image.shape[0] + 4
        for row in card.rows:
            for side, tag in enumerate(("label", "read")):
                if side or card.edits:
                    self._draw.text((left, top + 3), tag, _QUIET, self._sans)
                    self._side(row, side, left + _TAG, top)
                    top += _ROW

    def _cut(self, text: str, room: int) -> str:
        """Return the end of a name, which tells most, as far as it has room."""
        if self._sans.getlength(text) <= room:
            return text
        while text and self._sans.getlength(f"…{text}") > room:
            text = text[1:]
        return f"…{text}"

    def _side(self, row: Sequence[Cell], side: int, left: int, top: int) -> None:
        place = 0
        for _, group in groupby(row, key=lambda cell: cell.edit):
            run = list(group)
            self._run(run, side, left + round(place * self._advance), top)
            place += len(run)

    def _run(self, run: Sequence[Cell], side: int, left: int, top: int) -> None:
        """Draw cells of one edit: of the label if ``side`` is 0, else of what was read."""
        edit = run[0].edit
        ink, ground = _COLOURS[edit]
        text = "".join(cell.prediction if side else cell.text for cell in run)
        right, bottom = left + round(len(run) * self._advance) - 1, top + _ROW - 3
        if edit == "missing" and not side:
            self._draw.rectangle((left - 1, top + 1, right, bottom), ground, ink)
        elif edit == "missing":
            # A caret beneath the gap.
            middle = (left + right) // 2
            self._draw.line([(middle - 4, bottom), (middle, bottom - 6), (middle + 4, bottom)], ink, 2)
        elif edit != "equal" and (side or edit != "extra"):
            self._draw.rectangle((left, top + 1, right, bottom), ground)
        if edit == "extra" and side:
            self._draw.line([(left, bottom), (right, bottom)], ink, 2)
        self._draw.text((left, top + 1), text if edit == "equal" else text.replace(" ", _BLANK), ink, self._mono)


@lru_cache(maxsize=2)
def _font(file: str, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(font_folder() / file, size, layout_engine=ImageFont.Layout.BASIC)


def _advance() -> float:
    """Return the pixels from one character of the labels to the next."""
    return _font(_MONO, _MONO_SIZE).getlength("0")
