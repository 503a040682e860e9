"""Data sets as people name them on the command line."""

import re
from pathlib import Path
from typing import NamedTuple

from receiptgen.core.errors import DatasetError
from receiptgen.core.suggestions import hint

from .sources import DATASETS, DataSource

_WEIGHT = re.compile(r"([0-9]+(?:\.[0-9]+)?)\*(.+)", re.DOTALL)
_FORM = re.compile(r"([a-z_]+):(.+)", re.DOTALL)
_LIVE = "live"


class Named(NamedTuple):
    """A data set as it was named.

    Attributes:
        weight: Compared with the others; 1 unless ``3*`` stands before the name.
        data: Where its lines come from.
    """

    weight: float
    data: DataSource


def named(text: str) -> Named:
    """Return the data set of ``[WEIGHT*][FORM:]PATH``, or of ``[WEIGHT*]live:SET[:KIND+KIND...][@PROFILE]``.

    Raises:
        DatasetError: There is nothing at the path, no such form, or the form needs more than a path.
    """
    found = _WEIGHT.fullmatch(text)
    weight, rest = (float(found[1]), found[2]) if found else (1.0, text)
    if weight <= 0:
        raise DatasetError(f"{text!r}: the weight must be above 0")
    form = _FORM.fullmatch(rest)
    if form is None or (form[1] not in DATASETS and Path(rest).exists()):
        from .sources._guess import guess

        return Named(weight, _at(guess(Path(rest)), rest))
    if form[1] not in DATASETS:
        raise DatasetError(f"{text!r}: unknown form {form[1]!r}{hint(form[1], DATASETS)}")
    return Named(weight, _live(form[2]) if form[1] == _LIVE else _at(form[1], form[2]))


def _at(form: str, path: str) -> DataSource:
    return DATASETS.get(form).model_validate({"path": Path(path)})  # type: ignore[attr-defined,no-any-return]  # a record


def _live(text: str) -> DataSource:
    source, at, profile = text.partition("@")
    name, colon, kinds = source.partition(":")
    settings = {"source": name, "profile": profile if at else ""}
    chosen = {"kinds": [kind for kind in kinds.split("+") if kind]} if colon else {}
    return DATASETS.get(_LIVE).model_validate(settings | chosen)  # type: ignore[attr-defined,no-any-return]  # a record
