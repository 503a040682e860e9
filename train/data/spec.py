"""Specifications of data sets on the command line."""

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, NamedTuple, get_args, get_origin

from pydantic import BaseModel, ValidationError

from receiptgen.config.diagnostics import describe, details_of
from receiptgen.core.errors import DatasetError
from receiptgen.core.suggestions import hint

from .sources import DATASETS, DataSource
from .sources._reading import BlankRows
from .streamed.shard_list import refuse_secrets

_WEIGHT = re.compile(r"([0-9]+(?:\.[0-9]+)?)\*(.+)", re.DOTALL)
_FORMAT = re.compile(r"([a-z_]+):(.+)", re.DOTALL)
_LIVE = "live"
# What is named by an address instead of a path, which needs no name of a form.
_SHARDS = "shards"
# Keys of paths and addresses.
_PLACES = ("path", "url")
_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*://")
# A setting begins with a lower-case letter, so that the rest of C:\data and C:/data is none.
_SETTING = r"[a-z]\w*(?:=[^+]*)?"
_SETTINGS = re.compile(rf"(.+?):({_SETTING}(?:\+{_SETTING})*)", re.DOTALL)


class DataSpec(NamedTuple):
    """A specified data set.

    Attributes:
        weight: Weight against other data sets; 1 unless ``3*`` stands before the name.
        data: The data set.
    """

    weight: float
    data: DataSource


def weighted(text: str) -> tuple[float, str]:
    """Return the weight of ``[W*]REST``, 1 where none is named, and the rest.

    Raises:
        DatasetError: The weight is 0.
    """
    found = _WEIGHT.fullmatch(text)
    weight, rest = (float(found[1]), found[2]) if found else (1.0, text)
    if weight <= 0:
        raise DatasetError(f"{text!r}: the weight must be above 0")
    return weight, rest


def parse_spec(text: str) -> DataSpec:
    """Return the data set of ``[W*][FORMAT:]PATH[:SETTING+SETTING...]`` or ``[W*]live:SET[:KIND+KIND...][@PROFILE]``.

    An address such as ``s3://bucket/set`` is one of shards.

    A setting is ``KEY=VALUE``, or the value alone of a key that takes only certain words, such as ``iam:PATH:words``.

    Raises:
        DatasetError: There is no such path, format or setting, or the format needs more than a path.
    """
    weight, rest = weighted(text)
    if _ADDRESS.search(rest):
        refuse_secrets(rest)
    if _ADDRESS.match(rest):
        return DataSpec(weight, _source_at(_SHARDS, rest))
    format = _FORMAT.fullmatch(rest)
    if format is None or (format[1] not in DATASETS and Path(rest).exists()):
        return DataSpec(weight, _source_at(None, rest))
    if format[1] not in DATASETS:
        raise DatasetError(f"{text!r}: unknown format {format[1]!r}{hint(format[1], DATASETS)}")
    return DataSpec(weight, _live_source(format[2]) if format[1] == _LIVE else _source_at(format[1], format[2]))


def is_on_disk(data: DataSource) -> bool:
    """Tell whether a data set is read from files, here or in a store, which are the same for every seed."""
    return bool(location_of(data))


def location_of(data: DataSource) -> str:
    """Return the path or address of a data set; empty for one that is generated on the fly."""
    return next((str(found) for name in _PLACES if (found := getattr(data, name, ""))), "")


def data_title(data: DataSource) -> str:
    """Return the name of a data set in reports: its format, its path or set of snippets, and settings of its path."""
    format = DATASETS.name_of(type(data))
    if format == _LIVE or not isinstance(data, BaseModel):
        return f"{format}:{getattr(data, 'source', None) or location_of(data)}"
    settings = [
        str(value) if value in _words(data)[name] else f"{name}={value}"
        for name, value in data.model_dump(exclude_defaults=True).items()
        if name not in _PLACES
    ]
    return ":".join([format, location_of(data), *(["+".join(settings)] if settings else [])])


def with_blank(sources: Sequence[DataSource], blank: BlankRows) -> list[DataSource]:
    """Return data sets whose rows with an empty text are all kept, or all left out, where their forms have such rows.

    Raises:
        DatasetError: None of their forms has.
    """
    if not any(map(_has_blanks, sources)):
        forms = ", ".join(dict.fromkeys(DATASETS.name_of(type(data)) for data in sources))
        raise DatasetError(f"--blank {blank}: data of the form {forms} has no rows with an empty text; leave it out")
    return [
        data.model_copy(update={"blank": blank}) if isinstance(data, BaseModel) and _has_blanks(data) else data
        for data in sources
    ]


def _has_blanks(data: DataSource) -> bool:
    return isinstance(data, BaseModel) and "blank" in type(data).model_fields


def _source_at(format: str | None, text: str) -> DataSource:
    """Return the data set at a path, with settings after it; of a format that its files tell where none is named."""
    path, settings = text, ""
    if not Path(text).exists() and (found := _SETTINGS.fullmatch(text)):
        path, settings = found.groups()
    if format is None:
        from .sources._guess import guess_format

        path, settings = (path, settings) if Path(path).exists() else (text, "")
        format = guess_format(Path(path))
    source: Any = DATASETS.get(format)
    try:
        values = dict(_settings(source, settings, text))
    except DatasetError:
        if Path(path).exists():
            raise
        path, values = text, {}  # a path with a colon in it, which does not exist
    try:
        place = {"url": path} if "url" in source.model_fields else {"path": Path(path)}
        return source.model_validate(place | values)  # type: ignore[no-any-return]
    except ValidationError as error:
        first = details_of(error)[0]
        raise DatasetError(f"{text}: {first['loc'][0]}: {describe(first)}") from None


def _settings(source: type[BaseModel], settings: str, text: str) -> Iterator[tuple[str, str]]:
    """Yield the settings of a format by key.

    Raises:
        DatasetError: The format has no such setting.
    """
    words = _words(source)
    keys = [key for key in words if key not in _PLACES]
    for setting in settings.split("+") if settings else ():
        key, equals, value = setting.partition("=")
        if not equals:
            key, value = next((key for key in keys if setting in words[key]), setting), setting
        if key not in keys or not (equals or value in words[key]):
            known = [word for key in keys for word in words[key] or (f"{key}=",)]
            raise DatasetError(f"{text}: unknown setting {setting!r}{hint(setting, known, len(known))}")
        yield key, value


def _words(source: type[BaseModel] | BaseModel) -> Mapping[str, tuple[str, ...]]:
    """Return the keys of a format, each with the words that it takes; none where it takes others too."""
    fields = (source if isinstance(source, type) else type(source)).model_fields
    return {name: _choices(field.annotation) for name, field in fields.items()}


def _choices(annotation: Any) -> tuple[str, ...]:
    if get_origin(annotation) is Literal:
        return get_args(annotation)
    return next((found for part in get_args(annotation) if (found := _choices(part))), ())


def _live_source(text: str) -> DataSource:
    source, at, profile = text.partition("@")
    name, colon, kinds = source.partition(":")
    settings = {"source": name, "profile": profile if at else ""}
    kinds_setting = {"kinds": [kind for kind in kinds.split("+") if kind]} if colon else {}
    return DATASETS.get(_LIVE).model_validate(settings | kinds_setting)  # type: ignore[attr-defined,no-any-return]
