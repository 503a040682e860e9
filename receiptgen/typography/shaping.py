"""Texts that need shaping, in pieces from left to right: what is drawn whole, and what character by character."""

import unicodedata
from functools import lru_cache
from itertools import groupby
from typing import NamedTuple

from PIL import features

from receiptgen.core.bidi import Direction, levels_of, reordered
from receiptgen.core.errors import FontError
from receiptgen.core.scripts import JOINER, NON_JOINER, clusters, needs_shaping, script_of, shaped_scripts

# Letters of Arabic that join to neither side, and the range of characters that are composed of letters by their form.
_APART, _FORMS = frozenset("\u0621\u0674"), range(0xFB50, 0xFF00)


class Piece(NamedTuple):
    """A stretch of a text, in visual order.

    Attributes:
        start: Index of its first character in the text.
        text: Its characters in logical order, spaces alone or none.
        direction: Direction in which they run.
        whole: Whether it is shaped and drawn whole, or character by character.
    """

    start: int
    text: str
    direction: Direction
    whole: bool


class Form(NamedTuple):
    """A cluster of a piece in its joining context.

    Attributes:
        start: Index of its first character in the piece.
        stop: Index after its last one.
        text: The cluster, with joiners where its neighbours join it.
        joins: Whether it joins the next one.
    """

    start: int
    stop: int
    text: str
    joins: bool


@lru_cache(maxsize=4096)
def pieces_of(text: str) -> tuple[Piece, ...]:
    """Part a text into pieces from left to right, each of one word, one level and one way of being drawn."""
    levels = _levels(text)
    whole = _shaped_whole(text, levels)
    keys = [(char == " ", level, shaped) for char, level, shaped in zip(text, levels, whole, strict=True)]
    pieces: list[Piece] = []
    of_level = []
    for (_, level, shaped), group in groupby(range(len(text)), keys.__getitem__):
        indices = [*group]
        part = text[indices[0] : indices[-1] + 1]
        pieces.append(Piece(indices[0], part, "rtl" if level % 2 else "ltr", shaped))
        of_level.append(level)
    return tuple([pieces[index] for index in reordered(of_level)])


def _levels(text: str) -> list[int]:
    """Return the level of each character, the same all through a cluster."""
    levels, start = levels_of(text), 0
    for part in clusters(text):
        levels[start : start + len(part)] = [levels[start]] * len(part)
        start += len(part)
    return levels


def _shaped_whole(text: str, levels: list[int]) -> list[bool]:
    """Tell of each character whether it is drawn with its neighbours.

    Digits, and letters of scripts that need no shaping, are drawn as ever; punctuation goes with the letters that it
    stands beside, to which fonts kern it.
    """
    whole: list[bool] = []
    for part in clusters(text):
        shaped = needs_shaping(part) and not (len(part) == 1 and unicodedata.category(part) == "Nd")
        whole += [shaped] * len(part)
    lone = [not shaped and char != " " and not char.isalnum() for shaped, char in zip(whole, text, strict=True)]
    start = 0
    for (alone, _), group in groupby(range(len(text)), lambda index: (lone[index], levels[index])):
        stop = start + len([*group])
        before = start > 0 and whole[start - 1] and levels[start - 1] == levels[start]
        after = stop < len(text) and whole[stop] and levels[stop] == levels[start]
        if alone and (before or after):
            whole[start:stop] = [True] * (stop - start)
        start = stop
    return whole


def forms_of(text: str) -> list[Form]:
    """Return the clusters of a piece, each in the joining context that it has there."""
    parts, forms, start, joined = clusters(text), [], 0, False
    for index, part in enumerate(parts):
        joins = index + 1 < len(parts) and _joins_next(part) and _joins_previous(parts[index + 1])
        form = f"{JOINER if joined else ''}{part}{JOINER if joins else ''}"
        forms.append(Form(start, start + len(part), form, joins))
        start, joined = start + len(part), joins
    return forms


def _letter(cluster: str) -> str:
    """Return the letter of a cluster that may join the next one, which is its last one."""
    return next((char for char in reversed(cluster) if unicodedata.category(char)[0] == "L"), "")


def _joins_next(cluster: str) -> bool:
    letter = _letter(cluster)
    if not letter or cluster.endswith(NON_JOINER) or script_of(letter) != "arabic":
        return False
    return letter not in _APART and _takes_forms(letter) != frozenset({"<isolated>", "<final>"})


def _joins_previous(cluster: str) -> bool:
    return script_of(cluster[0]) == "arabic" and cluster[0] not in _APART and unicodedata.category(cluster[0]) != "Po"


def _takes_forms(letter: str) -> frozenset[str]:
    """Return the forms that a letter of Arabic has; none where Unicode encodes none, as for its rarer letters."""
    return _encoded_forms().get(letter, frozenset())


@lru_cache(maxsize=1)
def _encoded_forms() -> dict[str, frozenset[str]]:
    """Return the presentation forms that Unicode encodes, by letter: right-joining letters have two, others four."""
    found: dict[str, set[str]] = {}
    for code in _FORMS:
        form, *letters = unicodedata.decomposition(chr(code)).split() or [""]
        if len(letters) == 1 and form.startswith("<"):
            found.setdefault(chr(int(letters[0], 16)), set()).add(form)
    return {letter: frozenset(forms) for letter, forms in found.items()}


def can_shape() -> bool:
    """Tell whether this installation of Pillow shapes texts."""
    return features.check("raqm") is True


def unshaped(text: str) -> str:
    """Return why a text can't be drawn by this installation of Pillow, in a line; empty where it can be.

    Args:
        text: Text, or characters.
    """
    if not needs_shaping(text) or can_shape():
        return ""
    scripts = " and ".join(shaped_scripts(text)) or "text with combining marks"
    return f"{scripts} needs Pillow with raqm, which shapes it: pip install --force-reinstall pillow"


def check_shaping(text: str) -> None:
    """Check that a text can be shaped, where it needs to be; raises FontError as ``unshaped`` tells."""
    if fault := unshaped(text):
        raise FontError(fault)
