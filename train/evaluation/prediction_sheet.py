"""Sheets of lines that were read: image, label and prediction of each, coloured by edit."""

from collections.abc import Sequence
from itertools import groupby
from pathlib import Path
from typing import Literal, NamedTuple

import cv2
import numpy as np
from PIL import Image, ImageDraw
from rapidfuzz.distance import Levenshtein

from receiptgen.core.files import write_atomic
from receiptgen.imaging.captions import MONO, caption_font
from receiptgen.imaging.geometry import Pixels

Colour = tuple[int, int, int]
Edit = Literal["equal", "wrong", "case", "missing", "extra"]

_GROUND, _CARD, _INK, _QUIET, _GOOD = (226, 228, 231), (255, 255, 255), (36, 41, 47), (110, 116, 124), (26, 127, 55)
# Colours of the characters of an edit and of their background.
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
_HIGH, _MOST = 38, 2.0  # height of a line's image in pixels, and the largest factor that enlarges a lower one to it
_NARROWEST, _MOST_COLUMNS = 280, 5
_MONO_SIZE, _ROW = 15, 23
_SANS_SIZE, _CAPTION = 12, 19
_TAG = 42  # pixels to the left of the characters, for `label` and `read`
_SPACE = "␣"  # stands for an edited space, which would be invisible


class SheetRow(NamedTuple):
    """A line of a sheet.

    Attributes:
        image: Grey image uint8 (H, W), black 0, or RGB (H, W, 3).
        text: Ground truth.
        prediction: Text that was read.
        name: Name like a path.
    """

    image: Pixels
    text: str
    prediction: str
    name: str


class AlignedChar(NamedTuple):
    """A character of a label aligned with one of the prediction.

    Attributes:
        edit: ``missing`` was not read, ``extra`` is not in the label, ``case`` is wrong in case only.
        text: Character of the label; empty if ``extra``.
        prediction: Character that was read; empty if ``missing``.
    """

    edit: Edit
    text: str
    prediction: str


class _Card(NamedTuple):
    """A line ready to be drawn: the image at its size, the aligned characters in rows."""

    image: Pixels
    rows: list[list[AlignedChar]]
    edits: int
    name: str
    height: int


def align_texts(text: str, prediction: str) -> list[AlignedChar]:
    """Align a label and a prediction with as few edits as possible (Levenshtein)."""
    aligned: list[AlignedChar] = []
    for code in Levenshtein.opcodes(text, prediction):
        left, right = text[code.src_start : code.src_end], prediction[code.dest_start : code.dest_end]
        if code.tag == "delete":
            aligned += [AlignedChar("missing", char, "") for char in left]
        elif code.tag == "insert":
            aligned += [AlignedChar("extra", "", char) for char in right]
        else:
            aligned += [AlignedChar(_edit_of(*pair), *pair) for pair in zip(left, right, strict=True)]
    return aligned


def _edit_of(text: str, prediction: str) -> Edit:
    if text == prediction:
        return "equal"
    return "case" if text.casefold() == prediction.casefold() else "wrong"


def draw_sheet(rows: Sequence[SheetRow], width: int = 1600) -> Pixels:
    """Draw a sheet of lines, in as many columns as their widths allow.

    Below each image stands the prediction; where it is wrong, below the label, character under character. Wrong
    characters are red, those wrong in case only violet, missing ones boxed in the label, extra ones underlined.

    Args:
        rows: The lines; each goes to the column that is shortest so far.
        width: Width of the sheet in pixels, at least 400.

    Returns:
        RGB image uint8 (H, width, 3).
    """
    columns, room = _columns(rows, width)
    cards = [_card(row, room - 2 * _PAD) for row in rows]
    head = _GAP + _CAPTION + _GAP // 2
    ends = [head] * columns
    corners = []
    for card in cards:
        column = ends.index(min(ends))
        corners.append((_GAP + column * (room + _GAP), ends[column]))
        ends[column] += card.height + _GAP
    pen = _Pen(width, max(ends))
    right = sum(not card.edits for card in cards)
    pen.legend(_GAP, _GAP, f"{right:,} of {len(cards):,} lines are an exact match")
    for card, (left, top) in zip(cards, corners, strict=True):
        pen.card(card, left, top, room)
    return pen.pixels()


def save_sheet(image: Pixels, path: Path) -> None:
    """Write an image as PNG.

    Raises:
        FileError: The file can't be written.
    """
    write_atomic(path, png(image))


def png(image: Pixels) -> bytes:
    """Return an RGB image uint8 (H, W, 3) as the bytes of a PNG file."""
    return bytes(cv2.imencode(".png", image[:, :, ::-1])[1])


def _columns(rows: Sequence[SheetRow], width: int) -> tuple[int, int]:
    """Return the number of columns in which nine of ten lines keep their size, and the width of each in pixels."""
    advance = _advance()
    widths = [max(_size(row.image)[0], _TAG + round(advance * max(len(row.text), len(row.prediction)))) for row in rows]
    column = max(_NARROWEST, round(float(np.percentile(widths, 90))) + 2 * _PAD if widths else 0)
    columns = max(1, min(_MOST_COLUMNS, len(rows), (width - _GAP) // (column + _GAP)))
    return columns, (width - _GAP) // columns - _GAP


def _size(image: Pixels) -> tuple[int, int]:
    """Return the width and height of a line's image in pixels where there is enough space."""
    height, width = image.shape[:2]
    scale = min(_MOST, _HIGH / height)
    return max(1, round(width * scale)), max(1, round(height * scale))


def _card(row: SheetRow, room: int) -> _Card:
    width, height = _size(row.image)
    if width > room:
        width, height = room, max(1, round(height * room / width))
    shrinks = width < row.image.shape[1]
    image = cv2.resize(row.image, (width, height), interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_CUBIC)
    aligned = align_texts(row.text, row.prediction)
    edits = sum(char.edit != "equal" for char in aligned)
    most = max(1, int((room - _TAG) / _advance()))
    parts = [aligned[start : start + most] for start in range(0, len(aligned), most)] or [[]]
    texts = len(parts) * _ROW * (2 if edits else 1)
    return _Card(np.asarray(image, np.uint8), parts, edits, row.name, 2 * _PAD + _CAPTION + height + 4 + texts)


class _Pen:
    """Draws the cards of a sheet."""

    def __init__(self, width: int, height: int) -> None:
        self._image = Image.new("RGB", (width, height), _GROUND)
        self._draw = ImageDraw.Draw(self._image)
        self._sans, self._mono = caption_font(_SANS_SIZE), caption_font(_MONO_SIZE, MONO)
        self._advance = _advance()

    def pixels(self) -> Pixels:
        return np.asarray(self._image, np.uint8)

    def legend(self, left: int, top: int, title: str) -> None:
        self._draw.text((left, top), title, _INK, self._sans)
        left += round(self._sans.getlength(title)) + 2 * _GAP
        for edit, name in _LEGEND.items():
            self._run([AlignedChar(edit, "a", "a")], 0 if edit == "missing" else 1, left, top - 2)
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
        self._draw.text((left, top - 3), self._shorten(card.name, room - 2 * _PAD - size - _GAP), _QUIET, self._sans)
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

    def _shorten(self, text: str, room: int) -> str:
        """Return as much of a name as fits; its end, which is the most specific."""
        if self._sans.getlength(text) <= room:
            return text
        while text and self._sans.getlength(f"…{text}") > room:
            text = text[1:]
        return f"…{text}"

    def _side(self, row: Sequence[AlignedChar], side: int, left: int, top: int) -> None:
        position = 0
        for _, group in groupby(row, key=lambda char: char.edit):
            run = list(group)
            self._run(run, side, left + round(position * self._advance), top)
            position += len(run)

    def _run(self, run: Sequence[AlignedChar], side: int, left: int, top: int) -> None:
        """Draw characters of one edit: of the label if ``side`` is 0, else of the prediction."""
        edit = run[0].edit
        ink, ground = _COLOURS[edit]
        text = "".join(char.prediction if side else char.text for char in run)
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
        self._draw.text((left, top + 1), text if edit == "equal" else text.replace(" ", _SPACE), ink, self._mono)


def _advance() -> float:
    """Return the advance width of the labels' font in pixels."""
    return caption_font(_MONO_SIZE, MONO).getlength("0")
