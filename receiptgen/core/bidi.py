"""Directions of texts: from logical (reading) order to the order on paper, by the Unicode Bidirectional Algorithm.

UAX #9 without explicit embeddings, overrides and isolates, whose controls no text that is drawn has: rules P2 and P3,
W1 to W7, N0 to N2, I1 and I2, L1 and L2.
"""

import unicodedata
from collections.abc import Sequence
from itertools import groupby
from typing import Literal

from receiptgen.core.scripts import needs_shaping

Direction = Literal["ltr", "rtl"]
_STRONG = frozenset({"L", "R", "AL"})
_NEUTRAL = frozenset({"B", "S", "WS", "ON", "BN"})
# Pairs of brackets (BidiBrackets.txt), and other characters that are printed as their mirror image from right to left.
_PAIRS = (
    "()[]{}\u0f3a\u0f3b\u0f3c\u0f3d\u169b\u169c\u2045\u2046\u207d\u207e\u208d\u208e\u2308\u2309\u230a\u230b\u2329\u232a"
    "\u2768\u2769\u276a\u276b\u276c\u276d\u276e\u276f\u2770\u2771\u2772\u2773\u2774\u2775\u27e6\u27e7\u27e8\u27e9"
    "\u27ea\u27eb\u3008\u3009\u300a\u300b\u300c\u300d\u300e\u300f\u3010\u3011\u3014\u3015\u3016\u3017\u3018\u3019"
    "\u301a\u301b\uff08\uff09\uff3b\uff3d\uff5b\uff5d\uff5f\uff60\uff62\uff63"
)
_MIRRORED = "<>\u00ab\u00bb\u2039\u203a\u2264\u2265\u226a\u226b"
_CLOSING = dict(zip(_PAIRS[::2], _PAIRS[1::2], strict=True))
_OPENING = {close: opening for opening, close in _CLOSING.items()}
_MIRROR = {**_CLOSING, **_OPENING} | {
    one: other
    for left, right in zip(_MIRRORED[::2], _MIRRORED[1::2], strict=True)
    for one, other in ((left, right), (right, left))
}
# Brackets that are the same as others by canonical equivalence.
_SAME = {"\u2329": "\u3008", "\u232a": "\u3009"}


def direction_of(text: str) -> Direction:
    """Return the direction of a text by its first strong letter (rules P2 and P3); ``ltr`` where it has none."""
    if not needs_shaping(text):
        return "ltr"
    strong = next((kind for char in text if (kind := unicodedata.bidirectional(char)) in _STRONG), "L")
    return "ltr" if strong == "L" else "rtl"


def mirrored(char: str) -> str:
    """Return the character whose picture stands for another one from right to left, as ``(`` for ``)``."""
    return _MIRROR.get(char, char)


def levels_of(text: str, direction: Direction | None = None) -> list[int]:
    """Return the level of each character: even from left to right, odd from right to left.

    Args:
        text: Text in logical order, a line as it is printed.
        direction: Direction of the line; that of its first strong letter unless given.
    """
    base = int((direction or direction_of(text)) == "rtl")
    edge = "R" if base else "L"
    original = [unicodedata.bidirectional(char) or "L" for char in text]
    kinds = _resolve_weak(original, edge)
    _resolve_brackets(text, original, kinds, edge)
    _resolve_neutral(kinds, edge)
    levels = [base + _raised(kind, base) for kind in kinds]
    # L1: spaces at the end of the line, and separators with those before them, take the level of the line.
    trailing = True
    for index in range(len(text) - 1, -1, -1):
        separates = original[index] in {"B", "S"}
        trailing = separates or (trailing and original[index] in {"WS", "BN"})
        if trailing:
            levels[index] = base
    return levels


def _raised(kind: str, base: int) -> int:
    """Return by how much a resolved character lies above the level of the line (I1 and I2)."""
    if base:
        return 0 if kind == "R" else 1
    return {"L": 0, "R": 1}.get(kind, 2)


def _resolve_weak(original: Sequence[str], edge: str) -> list[str]:
    """Resolve marks, numbers and their separators (W1 to W7)."""
    kinds: list[str] = []
    strong = edge
    for kind in original:
        if kind == "NSM":  # W1
            kind = kinds[-1] if kinds else edge
        elif kind in _STRONG:
            strong = kind
        elif kind == "EN" and strong == "AL":  # W2
            kind = "AN"
        kinds.append(kind)
    kinds = ["R" if kind == "AL" else kind for kind in kinds]  # W3
    for index in range(1, len(kinds) - 1):  # W4
        before, kind, after = kinds[index - 1 : index + 2]
        if before == after and ((kind in {"ES", "CS"} and before == "EN") or (kind == "CS" and before == "AN")):
            kinds[index] = before
    _resolve_terminators(kinds)
    strong = edge
    for index, kind in enumerate(kinds):  # W7
        if kind in {"L", "R"}:
            strong = kind
        elif kind == "EN" and strong == "L":
            kinds[index] = "L"
    return kinds


def _resolve_terminators(kinds: list[str]) -> None:
    """Make signs beside numbers part of them, and all other separators neutral (W5 and W6)."""
    start = 0
    for kind, group in groupby(list(kinds)):
        stop = start + len(list(group))
        if kind == "ET":
            beside = "EN" in {*kinds[max(0, start - 1) : start], *kinds[stop : stop + 1]}
            kinds[start:stop] = ["EN" if beside else "ON"] * (stop - start)
        elif kind in {"ES", "CS"}:
            kinds[start:stop] = ["ON"] * (stop - start)
        start = stop


def _strength(kind: str) -> str:
    """Return the direction that a resolved character lends to neutral ones beside it; empty for a neutral one."""
    return "" if kind in _NEUTRAL else "L" if kind == "L" else "R"


def _resolve_brackets(text: str, original: Sequence[str], kinds: list[str], edge: str) -> None:
    """Give both brackets of a pair the direction of what they hold (N0)."""
    for opening, closing in _bracket_pairs(text, kinds):
        inside = {_strength(kind) for kind in kinds[opening + 1 : closing]} - {""}
        if not inside:
            continue
        direction = edge
        if edge not in inside:
            before = next((s for kind in reversed(kinds[:opening]) if (s := _strength(kind))), edge)
            direction = before if before in inside else edge
        for place in (opening, closing):
            kinds[place] = direction
            mark = place + 1
            while mark < len(text) and original[mark] == "NSM":
                kinds[mark] = direction
                mark += 1


def _bracket_pairs(text: str, kinds: Sequence[str]) -> list[tuple[int, int]]:
    """Return the places of opening and closing brackets that belong together (BD16), by the opening one."""
    waiting: list[tuple[str, int]] = []
    pairs = []
    for place, char in enumerate(text):
        if kinds[place] != "ON":
            continue
        if close := _CLOSING.get(char):
            waiting.append((_SAME.get(close, close), place))
        elif char in _OPENING:
            wanted = _SAME.get(char, char)
            found = next((i for i in range(len(waiting) - 1, -1, -1) if waiting[i][0] == wanted), None)
            if found is not None:
                pairs.append((waiting[found][1], place))
                del waiting[found:]
    return sorted(pairs)


def _resolve_neutral(kinds: list[str], edge: str) -> None:
    """Give neutral characters the direction of both sides where these agree, or else that of the line (N1 and N2)."""
    start = 0
    for neutral, group in groupby([not _strength(kind) for kind in kinds]):
        stop = start + len(list(group))
        if neutral:
            before = _strength(kinds[start - 1]) if start else edge
            after = _strength(kinds[stop]) if stop < len(kinds) else edge
            kinds[start:stop] = [before if before == after else edge] * (stop - start)
        start = stop


def visual_order(text: str, direction: Direction | None = None) -> list[int]:
    """Return the indices of a text's characters from left to right (L2); arguments as of ``levels_of``."""
    return reordered(levels_of(text, direction))


def reordered(levels: Sequence[int]) -> list[int]:
    """Return the indices of characters, or of stretches, from left to right by their levels (L2)."""
    order = list(range(len(levels)))
    for level in range(max(levels, default=0), 0, -1):
        start = 0
        for inside, group in groupby([levels[index] >= level for index in order]):
            stop = start + len(list(group))
            if inside:
                order[start:stop] = order[start:stop][::-1]
            start = stop
    return order


def prevailing_direction(text: str) -> Direction:
    """Return the direction of most letters of a text; ``ltr`` where it has none."""
    if not needs_shaping(text):
        return "ltr"
    kinds = [unicodedata.bidirectional(char) for char in text]
    leftward = sum(kind in {"R", "AL"} for kind in kinds)
    return "rtl" if leftward and leftward >= kinds.count("L") else "ltr"


def to_visual(text: str, direction: Direction | None = None) -> str:
    """Return the characters of a text from left to right, as its picture shows them, each letter before its marks.

    Args:
        text: Text in logical order.
        direction: As of ``levels_of``.
    """
    return _said(_visual(_numbered(text), direction)) if needs_shaping(text) else text


def to_logical(visual: str) -> str:
    """Return the text whose picture shows some characters from left to right: ``to_visual`` backwards.

    Several texts may have the same picture, as a word of either direction beside another has: the text's direction is
    taken to be that of most of its letters.
    """
    return _said(_logical(visual)) if needs_shaping(visual) else visual


def logical_order(visual: str) -> list[int]:
    """Return the indices of characters that stand from left to right, in the order in which ``to_logical`` has them."""
    return [index for index, _ in _logical(visual)] if needs_shaping(visual) else list(range(len(visual)))


# Characters with their indices in the text that they come from.
_Numbered = list[tuple[int, str]]


def _numbered(text: str) -> _Numbered:
    return list(enumerate(text))


def _said(chars: _Numbered) -> str:
    return "".join([char for _, char in chars])


def _visual(chars: _Numbered, direction: Direction | None) -> _Numbered:
    """Return characters in logical order from left to right."""
    levels, units = levels_of(_said(chars), direction), _units(chars)
    order = reordered([levels[start] for start, _ in units])
    return [
        (place, mirrored(char) if levels[units[index][0]] % 2 else char)
        for index in order
        for place, char in chars[slice(*units[index])]
    ]


def _logical(visual: str) -> _Numbered:
    """Return characters that stand from left to right in logical order."""
    first = prevailing_direction(visual)
    directions: tuple[Direction, Direction] = (first, "ltr" if first == "rtl" else "rtl")
    candidates = [_logical_if(visual, direction) for direction in directions]
    return next((chars for chars in candidates if to_visual(_said(chars)) == visual), candidates[0])


def _logical_if(visual: str, direction: Direction) -> _Numbered:
    """Return the text of a direction whose picture shows some characters, as far as its levels can be told from it."""
    if direction == "ltr":
        return _visual(_numbered(visual), "ltr")
    backwards = _reversed(_numbered(visual))
    levels = levels_of(_said(backwards), "rtl")
    chars: _Numbered = []
    for raised, group in groupby(range(len(backwards)), lambda index: levels[index] > 1):
        part = [backwards[index] for index in group]
        chars += _reversed(part) if raised else part
    return chars


def _reversed(chars: _Numbered) -> _Numbered:
    """Return characters backwards, each letter before its marks, with mirrored brackets."""
    units = reversed(_units(chars))
    return [(place, mirrored(char)) for start, stop in units for place, char in chars[start:stop]]


def _units(chars: _Numbered) -> list[tuple[int, int]]:
    """Return start and stop of each character with the marks after it."""
    starts = [index for index, (_, char) in enumerate(chars) if not index or unicodedata.category(char)[0] != "M"]
    return list(zip(starts, [*starts[1:], len(chars)], strict=True))
