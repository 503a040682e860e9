"""Texts that are not the cash register's: written or typed onto a receipt, drawn as patches."""

import datetime
import re
from decimal import Decimal
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from receiptgen.commerce.countries.locales import Locale
from receiptgen.commerce.sale.money import rounded
from receiptgen.core.dice import Dice
from receiptgen.imaging.noise import field
from receiptgen.typography.shaping import check_shaping
from receiptgen.typography.typeface import Face, face_groups

# First names and initials of nobody in particular.
_NAMES = ("anna", "bilal", "chen", "dora", "emil", "farah", "hugo", "ines", "jonas", "kim", "lena", "mira", "nils",
          "omar", "petra", "ravi", "sofia", "tomas", "umar", "vera", "yusuf", "zoe")  # fmt: skip
_NOTES = ("for staff", "staff meal", "petrol", "lunch", "office", "travel", "parts", "ok", "paid", "claim", "toll",
          "project", "stationery", "parking", "refund", "petty cash", "meeting", "no GST", "urgent")  # fmt: skip
# Language of these; letters of an initial with its point; drawn dates and amounts, and the parts of a country's dates.
_LANGUAGE, _INITIAL = "en", 2
_DATE = re.compile(r"([0-9]{1,2})([/.-])([0-9]{1,2})\2([0-9]{2})")
_AMOUNT = re.compile(r"[0-9]{1,3}\.[0-9]{2}")
_PARTS, _PART_OF = re.compile("%[-E]?([dmbyY])"), {"b": "m", "Y": "y"}


def reference(dice: Dice) -> str:
    """Draw a reference such as ``A06069``."""
    return dice.letters("ABCDEFGHJKLMNPRSTVWXYZ", 1) + dice.digits(dice.integer(4, 6))


def number(dice: Dice) -> str:
    """Draw a number such as ``3180301``."""
    return str(dice.integer(1, 9)) + dice.digits(dice.integer(3, 7))


def date(dice: Dice) -> str:
    """Draw a short date such as ``23/12/17``."""
    mark = dice.choose("//.-")
    return mark.join((str(dice.integer(1, 28)), str(dice.integer(1, 12)), str(dice.integer(14, 26))))


def name(dice: Dice) -> str:
    """Draw a first name, or with a second or an initial."""
    first, second = dice.sample(_NAMES, 2)
    return dice.choose((first, f"{first} {second}", f"{first} {second[0]}."))


def note(dice: Dice) -> str:
    """Draw a word or two of why the receipt is kept."""
    return dice.choose(_NOTES)


def amount(dice: Dice) -> str:
    """Draw an amount such as ``327.00``."""
    return f"{dice.integer(1, 999)}.{dice.choose(('00', '50', dice.digits(2)))}"


def soon_after(day: datetime.date, dice: Dice) -> datetime.date:
    """Draw a day on which a receipt is handled: its own, or one of the two weeks after it, the first of them mostly."""
    days = int(15 * dice.fork("soon after").random() ** 2)
    return day + datetime.timedelta(days=min(days, (datetime.date.max - day).days))


def in_country(
    text: str, country: Locale, groups: tuple[str, ...], dice: Dice, day: datetime.date | None = None
) -> str:
    """Return a drawn text as people of a country write it; as it is where no face of some groups has its letters.

    Args:
        text: A text of ``WORDING``.
        country: Country.
        groups: Groups of faces.
        dice: Dice of these words.
        day: Day of the receipt, which a date follows soon.
    """
    if day is not None and (found := _DATE.fullmatch(text)):
        later = soon_after(day, dice)
        text = f"{later.day}{found[2]}{later.month}{found[2]}{later:%y}"
    said = _said_in(text, country, dice)
    return (
        said if any(face.native is None and face.covers(said) for group in groups for face in _faces()[group]) else text
    )


def _said_in(text: str, country: Locale, dice: Dice) -> str:
    if text in _NOTES:
        own = country.jottings or (() if country.language == _LANGUAGE else country.words["paid"])
        return dice.choose(own) if own else text
    if all(word.rstrip(".") in _NAMES or len(word) <= _INITIAL for word in text.split()):
        return " ".join([dice.choose(country.firstnames), *text.split()[1:]])
    if found := _DATE.fullmatch(text):
        parts = {"d": found[1], "m": found[3], "y": found[4]}
        order = [_PART_OF.get(sign, sign) for sign in _PARTS.findall(next(iter(country.dates)))]
        return found[2].join([parts[sign] for sign in order]) if {*order} == {*parts} else text
    if _AMOUNT.fullmatch(text):
        return country.number(rounded(Decimal(text), country.currency.quantum))
    return text


WORDING = {"reference": reference, "number": number, "date": date, "name": name, "note": note, "amount": amount}


@lru_cache(maxsize=1)
def _faces() -> dict[str, tuple[Face, ...]]:
    return dict(face_groups())


def face_for(text: str, groups: tuple[str, ...], dice: Dice) -> Face | None:
    """Draw an outline face of some groups that has every character of a text; None where none has."""
    fit = [face for group in groups for face in _faces()[group] if face.native is None and face.covers(text)]
    return dice.choose(fit) if fit else None


@lru_cache(maxsize=256)
def _font(face: Face, size: int) -> ImageFont.FreeTypeFont:
    return face.open(size, layout=None)


def lettering(text: str, face: Face, height: float) -> NDArray[np.uint8]:
    """Return a text as a patch uint8 (h, w), 255 where it is inked, cut off at its ink.

    Args:
        text: One line of characters that the face covers, one of them not a space.
        face: Face of the text.
        height: Height of a capital, in pixels.

    Raises:
        FontError: Pillow can't shape it.
    """
    check_shaping(text)
    font = _font(face, max(5, round(height / 0.7)))
    left, top, right, bottom = (int(edge) for edge in font.getbbox(text))
    patch = Image.new("L", (max(1, right - left), max(1, bottom - top)), 0)
    ImageDraw.Draw(patch).text((-left, -top), text, 255, font)
    ink = np.asarray(patch)
    x, y, across, down = cv2.boundingRect(ink)
    return ink[y : y + down, x : x + across]


def warped_by_hand(patch: NDArray[np.uint8], slant: float, stray: float, offset: int) -> NDArray[np.uint8]:
    """Return lettering that leans and wavers as if a hand had written it, cut off at its ink.

    Args:
        patch: uint8 (h, w).
        slant: Lean to the right, as a share of its height.
        stray: Deviation of its strokes, as a share of its height.
        offset: Position in the noise.
    """
    height, width = patch.shape
    margin = int(np.ceil(height * (0.2 + abs(slant) / 2 + 3 * stray)))
    shape = (height + 2 * margin, width + 2 * margin)
    scale = max(2.0, 0.55 * height)
    x = np.arange(shape[1], dtype=np.float32)[None] - margin
    y = np.arange(shape[0], dtype=np.float32)[:, None] - margin
    map_x = x + np.float32(slant) * (y - height / 2) + np.float32(stray * height) * _soft(shape, scale, offset)
    # The line of writing wanders up and down over some letters.
    line = _soft((1, shape[1]), 2 * scale, offset + 2) * np.float32(2 * stray * height)
    map_y = y + line + np.float32(stray * height) * _soft(shape, scale, offset + 1)
    moved = cv2.remap(patch, map_x, map_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=(0.0,))
    left, top, across, down = cv2.boundingRect(moved)
    return np.asarray(moved[top : top + down, left : left + across], np.uint8)


def _soft(shape: tuple[int, int], scale: float, offset: int) -> NDArray[np.float32]:
    """Return noise without the kinks of ``noise.field``, which would show in strokes."""
    step = max(1.0, scale / 4)
    coarse = field((int(shape[0] / step) + 2, int(shape[1] / step) + 2), 4, offset)
    coarse = np.asarray(cv2.blur(coarse, (3, 3)), np.float32)
    grown = cv2.resize(coarse, (round(coarse.shape[1] * step) + 1, round(coarse.shape[0] * step) + 1))
    return np.asarray(grown[: shape[0], : shape[1]], np.float32)
