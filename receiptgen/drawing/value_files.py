"""Values of receipts from files and programs: JSON, JSON lines and tables; every fault with its row."""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from os import PathLike
from pathlib import Path
from typing import Any, NamedTuple, get_args

from pydantic import BaseModel, ValidationError

from receiptgen.commerce.given.given_receipt import GivenReceipt
from receiptgen.config.diagnostics import MOST_CHOICES, describe, details_of, quote
from receiptgen.config.tables import parse_table
from receiptgen.core.errors import ConfigError
from receiptgen.core.files import read_regular, reason_of
from receiptgen.core.suggestions import hint

# Faults of a file that are told at once.
_MOST_FAULTS = 20
_BETWEEN = re.compile(r"[\s,]*")
_INDEX = re.compile("[0-9]{1,6}")
Given = GivenReceipt | Mapping[str, Any]


class GivenRow(NamedTuple):
    """Values of one receipt.

    Attributes:
        place: Where they stand, as ``bills.jsonl:12``.
        given: The values.
    """

    place: str
    given: GivenReceipt


def read_values(path: Path) -> tuple[GivenRow, ...]:
    """Read the values of receipts, one a row.

    Args:
        path: A file of JSON (a list, or the values of one receipt), of JSON lines, or a table whose columns are paths
            of values, as ``merchant.name``, ``items.0.name`` and ``total``; its name ends in ``.json``, ``.jsonl`` or
            ``.csv``.

    Raises:
        ConfigError: It can't be read, or a row is wrong; each fault has its line.
    """
    readers = {".jsonl": _json_lines, ".ndjson": _json_lines, ".json": _json_entries, ".csv": _table, ".tsv": _table}
    reader = readers.get(path.suffix.lower())
    if reader is None:
        raise ConfigError([f"{path}: values come from .jsonl, .json or .csv, which the name tells"])
    try:
        text = read_regular(path).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ConfigError([f"{path}: is not UTF-8 text"]) from None
    except OSError as error:
        raise ConfigError([f"{path}: {reason_of(error)}"]) from None
    return _checked(reader(text, str(path)), str(path))


def values_of(values: "Sequence[Given | GivenRow] | Given | str | PathLike[str]") -> tuple[GivenRow, ...]:
    """Read values that a program gives: of one receipt, of several, or a file's.

    Raises:
        ConfigError: Some are wrong.
    """
    if isinstance(values, str | PathLike):
        return read_values(Path(values))
    if isinstance(values, GivenReceipt | Mapping):
        return _checked([("values", values)], "values")
    if not values or all(isinstance(each, GivenRow) for each in values):
        return tuple([each for each in values if isinstance(each, GivenRow)])
    return _checked([(f"values[{index}]", each) for index, each in enumerate(values)], "values")


def _checked(rows: "Iterator[tuple[str, Any]] | list[tuple[str, Any]]", source: str) -> tuple[GivenRow, ...]:
    found: list[GivenRow] = []
    faults: list[str] = []
    for place, values in ((place, _values(row)) for place, row in rows):
        try:
            found.append(GivenRow(place, GivenReceipt.model_validate(_given(values))))
        except ValidationError as error:
            details = [detail for detail in details_of(error) if not _miscounted(detail)]
            faults += dict.fromkeys(f"{place}: {_fault(detail, values)}" for detail in details)
        if len(faults) >= _MOST_FAULTS:
            raise ConfigError([*faults[:_MOST_FAULTS], f"{source}: and so on"])
    if faults:
        raise ConfigError(faults)
    if not found:
        raise ConfigError([f"{source}: holds no values"])
    return tuple(found)


def _values(row: Any) -> Any:
    """Return the values of a row: of what ``receiptgen read --fields`` tells of a receipt, those alone."""
    return row["values"] if isinstance(row, Mapping) and row.keys() >= {"values", "fields"} else row


def _given(values: Any) -> Any:
    """Return values without what is null, which is not given: as what was not read of a receipt."""
    if isinstance(values, Mapping):
        return {key: value for key, value in values.items() if value is not None}
    return values


def _miscounted(detail: Mapping[str, Any]) -> bool:
    """Tell whether a list counts as too short only because pydantic left out its wrong entries."""
    short = detail["type"] == "too_short" and isinstance(detail["input"], list | tuple)
    return short and len(detail["input"]) >= detail["ctx"]["min_length"]


def _fault(detail: Mapping[str, Any], values: Any) -> str:
    """Say what is wrong with a value, after its path."""
    steps, here = [], values
    for step in detail["loc"]:
        listed = isinstance(here, list | tuple) and isinstance(step, int) and step < len(here)
        # Other steps name branches of unions.
        if listed or (isinstance(here, Mapping) and step in here):
            here = here[step]
            steps.append(step)
    text = describe(detail)
    if detail["type"] == "extra_forbidden":
        text += _help(steps.pop(), _record_at(steps))
    return ": ".join([*([".".join(map(str, steps))] if steps else []), text])


def _help(key: Any, record: type[BaseModel]) -> str:
    return hint(str(key), record.model_fields, 0) or hint("", sorted(record.model_fields), MOST_CHOICES)


def _record_at(steps: Sequence[Any]) -> type[BaseModel]:
    """Return the record whose keys stand at a path."""
    record: type[BaseModel] = GivenReceipt
    for step in steps:
        if not isinstance(step, int):
            record = next(_records(record.model_fields[step].annotation), record)
    return record


def _records(annotation: Any) -> Iterator[type[BaseModel]]:
    return (each for each in _types(annotation) if isinstance(each, type) and issubclass(each, BaseModel))


def _json(text: str, place: str) -> Any:
    try:
        return json.loads(text, parse_float=Decimal, parse_constant=_refusal(place), object_pairs_hook=_unique(place))
    except json.JSONDecodeError as error:
        raise ConfigError([f"{place}: not JSON: {error.msg.lower()} at character {error.pos + 1}"]) from None
    except RecursionError:
        raise ConfigError([f"{place}: nested too deep"]) from None
    except ValueError:
        raise ConfigError([f"{place}: a number has more digits than can be read"]) from None


def _refusal(place: str) -> Callable[[str], Any]:
    def refuse(constant: str) -> Any:
        raise ConfigError([f"{place}: {constant} is not a number of JSON"])

    return refuse


def _unique(place: str) -> Callable[[list[tuple[str, Any]]], dict[str, Any]]:
    """Return a hook that refuses a key that stands in an object twice, of which JSON would keep the last."""

    def mapping(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) < len(pairs):
            keys = [key for key, _ in pairs]
            twice = next(key for key in keys if keys.count(key) > 1)
            raise ConfigError([f"{place}: the key {quote(twice)} stands there twice"])
        return found

    return mapping


def _json_lines(text: str, source: str) -> Iterator[tuple[str, Any]]:
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            yield f"{source}:{number}", _json(line, f"{source}:{number}")


def _json_entries(text: str, source: str) -> Iterator[tuple[str, Any]]:
    """Yield the entries of a list with the lines in which they begin, or the one value that there is.

    Of several entries in a line each is told by its index, too.
    """
    if not text.lstrip().startswith("["):
        yield source, _json(text, source)
        return
    spans = _spans(text, source)
    counts = Counter(line for line, _ in spans)
    for index, (line, entry) in enumerate(spans):
        place = f"{source}:{line}: [{index}]" if counts[line] > 1 else f"{source}:{line}"
        yield place, _json(entry, place)


def _spans(text: str, source: str) -> list[tuple[int, str]]:
    """Return the entries of a list as text, each with its line."""
    try:
        json.loads(text, parse_float=Decimal, parse_constant=_refusal(source))
    except ValueError:
        _json(text, source)
    except RecursionError:
        raise ConfigError([f"{source}: nested too deep"]) from None
    decoder, position, line = json.JSONDecoder(), text.index("[") + 1, 1
    line += text.count("\n", 0, position)
    found: list[tuple[int, str]] = []
    while True:
        start = position
        position += len(_BETWEEN.match(text, position)[0])  # type: ignore[index]  # it matches nothing, too
        line += text.count("\n", start, position)
        if text[position] == "]":
            return found
        start = position
        _, position = decoder.raw_decode(text, position)
        found.append((line, text[start:position]))
        line += text.count("\n", start, position)


def _table(text: str, source: str) -> Iterator[tuple[str, Any]]:
    table = parse_table(text, source)
    paths = [tuple(int(step) if _INDEX.fullmatch(step) else step for step in name.split(".")) for name in table.header]
    _check_header(table.header, paths, f"{source}:1")
    numbers = [table.decimal_comma and _is_number(path) for path in paths]
    for line, row in table.rows:
        cells = [cell.replace(",", ".") if number else cell for cell, number in zip(row, numbers, strict=True)]
        yield f"{source}:{line}", _nested(zip(paths, cells, strict=True))


def _is_number(path: Sequence[Any]) -> bool:
    """Tell whether a value is a decimal number, by its path."""
    field = _record_at(path[:-1]).model_fields.get(str(path[-1]))
    return field is not None and Decimal in _types(field.annotation)


def _types(annotation: Any) -> Iterator[Any]:
    yield annotation
    for part in get_args(annotation):
        yield from _types(part)


def _check_header(header: Sequence[str], paths: Sequence[tuple[Any, ...]], place: str) -> None:
    if len({*header}) < len(header):
        twice = next(name for name in header if header.count(name) > 1)
        raise ConfigError([f"{place}: the column {quote(twice)} stands there twice"])
    _check_gaps(header, paths, place)
    try:
        GivenReceipt.model_validate(_nested((path, "0") for path in paths))
    except ValidationError as error:
        unknown = [detail for detail in details_of(error) if detail["type"] == "extra_forbidden"]
        faults = []
        for detail in unknown:
            *steps, key = [step for step in detail["loc"] if isinstance(step, str | int)]
            faults.append(f"{place}: column {quote('.'.join(map(str, (*steps, key))))}: unknown key {key!r}")
            faults[-1] += _help(key, _record_at(steps))
        if faults:
            raise ConfigError(faults) from None


def _check_gaps(header: Sequence[str], paths: Sequence[tuple[Any, ...]], place: str) -> None:
    """Check that the entries of lists are numbered without gaps."""
    entries = {path[: step + 1] for path in paths for step in range(len(path)) if isinstance(path[step], int)}
    for name, path in zip(header, paths, strict=True):
        for step, index in enumerate(path):
            if isinstance(index, int) and index and (*path[:step], index - 1) not in entries:
                before = ".".join(map(str, (*path[:step], index - 1)))
                raise ConfigError([f"{place}: column {quote(name)}: there is no column of {before}"])


def _nested(cells: Any) -> dict[str, Any]:
    """Return values by path as they stand in JSON; empty cells are left out."""
    tree: dict[Any, Any] = {}
    for path, cell in cells:
        if cell.strip():
            here = tree
            for step in path[:-1]:
                here = here.setdefault(step, {})
                if not isinstance(here, dict):
                    break
            else:
                here[path[-1]] = cell.strip()
    nested = _lists(tree)
    return nested if isinstance(nested, dict) else {}


def _lists(tree: Any) -> Any:
    """Turn what has numbers for keys to lists; entries that lack before others are empty."""
    if not isinstance(tree, dict):
        return tree
    if tree and all(isinstance(key, int) for key in tree):
        return [_lists(tree.get(index, {})) for index in range(min(max(tree) + 1, 1000))]
    return {key: _lists(value) for key, value in tree.items()}
