"""What a reader makes of printed words: letters misread, words lost, joined and parted, rows that lean.

The rates are those of the packaged weights on drawn photographs and scans; each page has its own, from none to one
that is hardly legible.
"""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from receiptgen.core.dice import Dice
from receiptgen.extraction.labelling.page_words import PageWord
from receiptgen.extraction.labelling.roles import OTHER, ROLE_NUMBERS

from .labelled_words import UNKNOWN, LabelledWords
from .printed_words import PrintedWord

# What characters are read for, the likeliest first.
_LOOKALIKES = {
    "0": "OoDQ869", "O": "0QDCo", "o": "0ce", "1": "lIi7|!", "l": "1Ii|t", "I": "1l|TJ", "i": "l1jt", "5": "S36s",
    "S": "5s8$", "s": "5S", "8": "B3690", "B": "8ER3", "6": "85G0b", "9": "g8q04", "2": "Z7z1", "Z": "2z", "7": "1T2?",
    "3": "8S95", "4": "A91", "G": "6CO", "C": "GO(c", "D": "0O", "E": "FBL", "F": "EP", "M": "NWH", "N": "MHW",
    "H": "NM", "U": "VO0", "V": "UY", "Y": "V", "W": "MV", "R": "PKB", "P": "RF", "K": "X", "X": "K", "A": "4R",
    "T": "I7", "e": "ca", "c": "eo", "a": "oe", "u": "vn", "v": "u", "n": "ru", "m": "nr", "r": "nt", "t": "fl",
    "f": "t", "g": "9q", "b": "6h", "h": "bn", "d": "oa", ".": ",:-", ",": ".;", ":": ".;i", "-": "~._", "/": "1l7I",
    "(": "CL[", ")": "J]1", "$": "S8", "%": "8x*", "#": "*H",
}  # fmt: skip
# Thin characters, which are lost most often.
_THIN = frozenset(".,:;-'`|!il1/")
# Cells are parted by gaps wider than this many heights of words.
_CELL_GAP = 0.9


class ReadingErrors(NamedTuple):
    """How badly a page is read.

    Attributes:
        misread: Share of the characters that are read for others.
        lost: Share of thin characters that are lost; of others a quarter of it.
        missed: Share of words that are not found.
        joined: Share of narrow gaps that are not seen.
        parted: Share of words with a gap that is not there.
        noise: Number of words that are made up, for each hundred.
        jitter: Error of edges, in heights of words.
        slant: Rise of rows across the page, in heights of words, that is left after it was made level.
        split_rows: Share of rows whose right part is told as a row of its own.
    """

    misread: float
    lost: float
    missed: float
    joined: float
    parted: float
    noise: float
    jitter: float
    slant: float
    split_rows: float


def draw_errors(dice: Dice) -> ReadingErrors:
    """Draw how badly a page is read: most of them well."""
    level = dice.random() ** 3
    part = dice.random
    return ReadingErrors(
        0.12 * level * part(), 0.1 * level * part(), 0.05 * level * part(), 0.12 * part() ** 2, 0.06 * level * part(),
        6 * level * part(), 0.02 + 0.1 * part(), 0.5 * (part() - 0.5), 0.04 * level * part(),
    )  # fmt: skip


def read_printed(printed: Sequence[PrintedWord], errors: ReadingErrors, dice: Dice) -> LabelledWords | None:
    """Return words as a reader may read them; None where none is left.

    Args:
        printed: What is printed, in reading order.
        errors: How badly it is read.
        dice: Dice of the reading.
    """
    words = [word for word in printed if not dice.chance(errors.missed)]
    words = _with_noise(words, errors, dice)
    words = _joined(_parted(words, errors, dice), errors, dice)
    # Words of which nothing is left, and with them whole rows, are gone before rows are numbered.
    words = [word._replace(text=text) for word in words if (text := _misread(word.text, errors, dice))]
    return _labelled(_in_rows(words, errors, dice), errors, dice) if words else None


def with_heading(printed: Sequence[PrintedWord], dice: Dice) -> list[PrintedWord]:
    """Return words with one or two rows above them that say nothing: numbers, or words of what else is printed.

    Args:
        printed: What is printed, at least one word.
        dice: Dice of the heading.
    """
    first = printed[0]
    height = first.bottom - first.top
    others = [word.text for word in printed if word.role == ROLE_NUMBERS[OTHER]] or ["WELCOME"]
    top = min(word.top for word in printed)
    found: list[PrintedWord] = []
    rows = dice.integer(1, 2)
    for row in range(rows):
        left = first.left + (dice.random() - 0.3) * 8 * height
        for _ in range(dice.integer(1, 3)):
            number = "".join(str(dice.integer(0, 9)) for _ in range(dice.integer(1, 7)))
            text = number if dice.chance(0.5) else others[dice.integer(0, len(others) - 1)]
            right = left + 0.5 * height * len(text)
            above = top - (rows - row) * 1.4 * height
            found.append(
                PrintedWord(
                    text, left, above, right, above + height, row, ROLE_NUMBERS[OTHER], -1, UNKNOWN
                )
            )  # fmt: skip
            left = right + 0.5 * height
    return [*found, *(word._replace(row=word.row + rows) for word in printed)]


def _with_noise(words: list[PrintedWord], errors: ReadingErrors, dice: Dice) -> list[PrintedWord]:
    """Add words that are not there, in the place of others' neighbours."""
    found: list[PrintedWord] = []
    for word in words:
        found.append(word)
        if dice.chance(errors.noise / 100):
            letters = "".join("iIl1.,-:;rnoeaO0"[dice.integer(0, 15)] for _ in range(dice.integer(1, 4)))
            height = word.bottom - word.top
            left = word.right + (0.5 + dice.random()) * height
            found.append(
                word._replace(
                    text=letters, left=left, right=left + 0.5 * height * len(letters), role=ROLE_NUMBERS[OTHER],
                    item=-1, month_first=UNKNOWN,
                )
            )  # fmt: skip
    return found


def _parted(words: Iterable[PrintedWord], errors: ReadingErrors, dice: Dice) -> list[PrintedWord]:
    """Part some words in two."""
    found: list[PrintedWord] = []
    for word in words:
        if len(word.text) > 2 and dice.chance(errors.parted):
            place = dice.integer(1, len(word.text) - 1)
            middle = word.left + (word.right - word.left) * place / len(word.text)
            found.append(word._replace(text=word.text[:place], right=middle))
            found.append(word._replace(text=word.text[place:], left=middle))
        else:
            found.append(word)
    return found


def _joined(words: Iterable[PrintedWord], errors: ReadingErrors, dice: Dice) -> list[PrintedWord]:
    """Join some words that stand close; the role is that of the longer one."""
    found: list[PrintedWord] = []
    for word in words:
        last = found[-1] if found else None
        height = word.bottom - word.top
        if last and last.row == word.row and word.left - last.right < 0.7 * height and dice.chance(errors.joined):
            longer = word if len(word.text) > len(last.text) else last
            found[-1] = last._replace(
                text=last.text + word.text, right=max(last.right, word.right), role=longer.role,
                item=max(last.item, word.item), month_first=longer.month_first,
            )  # fmt: skip
        else:
            found.append(word)
    return found


def _in_rows(words: Sequence[PrintedWord], errors: ReadingErrors, dice: Dice) -> list[PrintedWord]:
    """Number the rows that are left from 0, and part some in two at their widest gap."""
    rows: dict[int, list[PrintedWord]] = {}
    for word in words:
        rows.setdefault(word.row, []).append(word)
    found: list[PrintedWord] = []
    number = 0
    for _, row in sorted(rows.items()):
        gaps = [after.left - before.right for before, after in pairwise(row)]
        parts = [row]
        if gaps and dice.chance(errors.split_rows):
            place = 1 + int(np.argmax(gaps))
            parts = [row[:place], row[place:]]
        for part in parts:
            found += [word._replace(row=number) for word in part]
            number += 1
    return found


def _misread(text: str, errors: ReadingErrors, dice: Dice) -> str:
    """Return what a word is read as."""
    if not errors.misread and not errors.lost:
        return text
    found = []
    for char in text:
        if dice.chance(errors.lost * (1 if char in _THIN else 0.25)):
            continue
        if dice.chance(errors.misread):
            others = _LOOKALIKES.get(char, "")
            # The first is read half the time, the second a quarter, and so on.
            place = min(int(-np.log2(max(dice.random(), 1e-9))), len(others) - 1) if others else -1
            char = others[place] if others else char.swapcase()
        found.append(char)
    return "".join(found)


def _labelled(kept: Sequence[PrintedWord], errors: ReadingErrors, dice: Dice) -> LabelledWords:
    """Return words with what is true of them, on a page that leans a little."""
    width = max(word.right for word in kept) or 1.0
    words: list[PageWord] = []
    seen: set[int] = set()
    starts: list[int] = []
    cell = -1
    before: PrintedWord | None = None
    for word in kept:
        height = word.bottom - word.top
        if before is None or before.row != word.row or word.left - before.right > _CELL_GAP * height:
            cell += 1
        before = word
        left, top, right, bottom = (
            edge + errors.jitter * height * (dice.random() - 0.5)
            for edge in (word.left, word.top, word.right, word.bottom)
        )
        rise = errors.slant * height * (left + right) / (2 * width)
        sure = 1.02 - (errors.misread + errors.lost) * 2 * dice.random() - 0.1 * dice.random() ** 2
        confidence = min(max(sure, 0.0), 1.0)
        words.append(PageWord(word.text, confidence, left, top + rise, right, bottom + rise, word.row, cell))
        starts.append(UNKNOWN if word.item < 0 else int(word.item not in seen))
        seen.add(word.item)
    return LabelledWords(
        tuple(words), np.array([word.role for word in kept], np.int16), np.array(starts, np.int8),
        np.array([word.month_first for word in kept], np.int8),
    )  # fmt: skip
