"""Records of parameters: how the fields of one are drawn, found out once for each effect."""

from bisect import bisect_right
from collections.abc import Sequence
from functools import cache
from inspect import get_annotations
from typing import Any, NamedTuple

from pydantic import BaseModel

from receiptgen.core.dice import Dice
from receiptgen.core.distributions import Spread, Weights
from receiptgen.imaging.noise import OFFSETS

# What the first entry of a field's row says where it is not the number of a spread's gaps.
_OFFSET, _WEIGHTS, _COLOR = -1, -2, -3
# Effects whose fields are known; there are some hundred in all packaged profiles.
_MOST = 2000


class FieldRow(NamedTuple):
    """What a field is drawn from, looked up already: a snippet draws forty.

    Attributes:
        gaps: Gaps of its spread; or what else the field is.
        source: Knots of the spread; its only number, where there are no gaps; or names and sums of weights.
        whole: Whether what was drawn is rounded to an int.
    """

    gaps: int
    source: Any
    whole: bool = False


# By the record and the effect's identity; the effect is kept, so that no other can have its identity.
_ROWS: dict[tuple[type[Any], int], tuple[BaseModel, tuple[FieldRow, ...]]] = {}


def draw_values(kind: type[Any], effect: BaseModel, dice: Dice) -> list[Any]:
    """Draw the values of a record's fields, one after the other as the record declares them; see ``draw_record``."""
    known = _ROWS.get((kind, id(effect)))
    if known is None:
        known = _note(kind, effect)
    random, values = dice.random, []
    for gaps, source, whole in known[1]:
        # The arithmetic of ``Dice``, without its calls, which cost as much as all pixels of a short text.
        if gaps > 0:
            at = random() * gaps
            low = int(at)
            start = source[low]
            value = start + (at - low) * (source[low + 1] - start)
            scaled = value * 1e5
            rounded = round(scaled) if -1e11 < scaled < 1e11 else 0
            value = rounded / 1e5 if rounded and -0.4999 < scaled - rounded < 0.4999 else round(value, 5)
            values.append(round(value) if whole else value)
        elif gaps == 0:
            random()
            values.append(source)
        elif gaps == _OFFSET:
            values.append(int(random() * (OFFSETS + 1)))
        elif gaps == _WEIGHTS:
            names, sums = source
            values.append(names[bisect_right(sums, random() * sums[-1])])
        else:
            values.append(source)
    return values


def _note(kind: type[Any], effect: BaseModel) -> tuple[BaseModel, tuple[FieldRow, ...]]:
    """Look up what a record's fields are drawn from, and keep it."""
    if len(_ROWS) >= _MOST:
        _ROWS.clear()
    known = effect, tuple([_row_of(name, wanted, effect) for name, wanted in get_annotations(kind).items()])
    return _ROWS.setdefault((kind, id(effect)), known)


def _row_of(name: str, wanted: Any, effect: BaseModel) -> FieldRow:
    if name == "offset":
        return FieldRow(_OFFSET, None)
    if name == "color":
        return FieldRow(_COLOR, "")
    choice: Spread | Weights = getattr(effect, name)
    if isinstance(choice, Weights):
        return FieldRow(_WEIGHTS, choice.table)
    whole, only = wanted is int, choice.knots[0]
    return FieldRow(choice.gaps, choice.knots if choice.gaps else round(only) if whole else only, whole)


class RecordKind(NamedTuple):
    """How the records of an effect are told.

    Attributes:
        keys: ``effect`` and the names of the fields.
        optional: Names of fields that are left out where they are empty: those of pages in colour.
    """

    keys: Sequence[str]
    optional: Sequence[str]


@cache
def record_kind(drawn: type[Any]) -> RecordKind:
    """Return how the records of a NamedTuple are told."""
    return RecordKind(("effect", *drawn._fields), tuple(drawn._field_defaults))
