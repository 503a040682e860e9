"""Specifications of data sets on the command line."""

import re
from pathlib import Path
from typing import NamedTuple

from receiptgen.core.errors import DatasetError
from receiptgen.core.suggestions import hint

from .sources import DATASETS, DataSource

_WEIGHT = re.compile(r"([0-9]+(?:\.[0-9]+)?)\*(.+)", re.DOTALL)
_FORMAT = re.compile(r"([a-z_]+):(.+)", re.DOTALL)
_LIVE = "live"


class DataSpec(NamedTuple):
    """A specified data set.

    Attributes:
        weight: Weight against other data sets; 1 unless ``3*`` stands before the name.
        data: The data set.
    """

    weight: float
    data: DataSource


def parse_spec(text: str) -> DataSpec:
    """Return the data set of ``[WEIGHT*][FORMAT:]PATH``, or of ``[WEIGHT*]live:SET[:KIND+KIND...][@PROFILE]``.

    Raises:
        DatasetError: There is no such path or format, or the format needs more than a path.
    """
    weighted = _WEIGHT.fullmatch(text)
    weight, rest = (float(weighted[1]), weighted[2]) if weighted else (1.0, text)
    if weight <= 0:
        raise DatasetError(f"{text!r}: the weight must be above 0")
    format = _FORMAT.fullmatch(rest)
    if format is None or (format[1] not in DATASETS and Path(rest).exists()):
        from .sources._guess import guess_format

        return DataSpec(weight, _source_at(guess_format(Path(rest)), rest))
    if format[1] not in DATASETS:
        raise DatasetError(f"{text!r}: unknown format {format[1]!r}{hint(format[1], DATASETS)}")
    return DataSpec(weight, _live_source(format[2]) if format[1] == _LIVE else _source_at(format[1], format[2]))


def _source_at(format: str, path: str) -> DataSource:
    return DATASETS.get(format).model_validate({"path": Path(path)})  # type: ignore[attr-defined,no-any-return]


def _live_source(text: str) -> DataSource:
    source, at, profile = text.partition("@")
    name, colon, kinds = source.partition(":")
    settings = {"source": name, "profile": profile if at else ""}
    kinds_setting = {"kinds": [kind for kind in kinds.split("+") if kind]} if colon else {}
    return DATASETS.get(_LIVE).model_validate(settings | kinds_setting)  # type: ignore[attr-defined,no-any-return]
