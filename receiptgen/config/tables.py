"""Tables of records: rows of a CSV file or a list of a YAML file, every fault of them at its place."""

import csv
import re
from collections.abc import Sequence
from io import StringIO
from pathlib import Path
from typing import Any, Final, NamedTuple, TypeVar
from unicodedata import normalize

from pydantic import TypeAdapter, ValidationError, ValidationInfo

from receiptgen.config.diagnostics import describe, quote
from receiptgen.config.named_files import Loaded, is_table, load_named, locate
from receiptgen.config.records import Record
from receiptgen.config.yaml_nodes import Fault, position_after
from receiptgen.core.counts import counted
from receiptgen.core.errors import ConfigError
from receiptgen.core.files import LARGEST, read_regular, reason_of
from receiptgen.core.inputs import InputFile, remember
from receiptgen.core.suggestions import hint

R = TypeVar("R", bound=Record)

# Key of the validation context: whether numbers may have a comma before their decimals.
DECIMAL_COMMA: Final = "decimal comma"
# Characters of a row; of more, its quotes do not match or it is no table.
LONGEST_ROW: Final = 20_000
# Characters that may part fields; the one that stands most often in the header does.
_SEPARATORS: Final = (";", "\t", ",")
_QUOTED: Final = re.compile(r'"[^"]*"')
_MOST_FAULTS: Final = 50


def with_point(value: Any, info: ValidationInfo) -> Any:
    """Return the text of a number with a point before its decimals, where those of its table have a comma."""
    commas = info.context and info.context.get(DECIMAL_COMMA)
    return value.replace(",", ".") if commas and isinstance(value, str) else value


class Table(NamedTuple):
    """A table of text, as read.

    Attributes:
        header: Names of the columns as they stand there.
        rows: For each row that is not empty, its first line in the file and its fields, one a column.
        decimal_comma: Whether numbers may have a comma before their decimals, as semicolons part the fields.
    """

    header: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]
    decimal_comma: bool


def parse_table(text: str, source: str) -> Table:
    """Read a table of CSV: a header, fields parted by ``,``, ``;`` or tabs, quoted by ``"``.

    Args:
        text: The text.
        source: Name of the file in faults.

    Raises:
        ConfigError: It is none, or has no rows.
    """
    lines = list(StringIO(normalize("NFC", text.removeprefix("\ufeff")), newline=""))
    _check_lines(lines, source)
    separator = max(_SEPARATORS, key=_QUOTED.sub("", lines[0]).count)
    reader = csv.reader(lines, delimiter=separator, strict=True)
    last = 0
    try:
        header = [name.strip() for name in next(reader)]
        while header and not header[-1]:  # a separator ends each row
            header.pop()
        rows = []
        last = reader.line_num
        for row in reader:
            line, last = last + 1, reader.line_num
            fields = [field.strip() for field in row]
            if not any(fields):
                continue
            if len(fields) > len(header) and not any(fields[len(header) :]):
                del fields[len(header) :]
            if len(fields) != len(header):
                fault = f"expected {counted(len(header), 'field')} as in the header, got {len(fields)}"
                raise ConfigError([_at(source, line, fault)])
            rows.append((line, tuple(fields)))
    except csv.Error as error:
        raise ConfigError([_at(source, last + 1, f"not a row of a table: {error}")]) from None
    if not rows:
        raise ConfigError([_at(source, 0, "has no rows after its header")])
    return Table(tuple(header), tuple(rows), separator == ";")


def _at(source: str, line: int, text: str) -> str:
    return f"{source}:{line}: {text}" if line else f"{source}: {text}"


def _check_lines(lines: Sequence[str], source: str) -> None:
    if not any(line.strip() for line in lines):
        raise ConfigError([_at(source, 0, "the file is empty")])
    if not lines[0].strip():
        raise ConfigError([_at(source, 1, "expected the names of the columns, got an empty line")])
    if max(map(len, lines)) > LONGEST_ROW:
        number, length = max(enumerate(map(len, lines), 1), key=lambda found: found[1])
        raise ConfigError([_at(source, number, f"a line of {length:,} characters; the longest has {LONGEST_ROW:,}")])


def _columns(table: Table, model: type[Record], source: str) -> list[str]:
    """Return the names of the columns as the record has them; raises ConfigError where it has others."""
    known = [*model.model_fields]
    columns = [name.lower().replace(" ", "_") for name in table.header]
    faults = []
    for index, name in enumerate(columns):
        if name not in known:
            help_ = hint(name, known, 0) or hint("", known, len(known))
            faults.append(f"unknown column {quote(name)}{help_}" if name else "a column has no name")
        elif name in columns[:index]:
            faults.append(f"column {name!r} stands twice; keep one")
    required = [name for name, field in model.model_fields.items() if field.is_required()]
    faults = faults or [f"missing column {name!r}" for name in required if name not in columns]
    if faults:
        raise ConfigError([_at(source, 1, fault) for fault in faults[:_MOST_FAULTS]])
    return columns


def _validated(table: Table, model: type[R], source: str) -> tuple[R, ...]:
    columns = _columns(table, model, source)
    values = [{name: field for name, field in zip(columns, row, strict=True) if field} for _, row in table.rows]
    adapter: TypeAdapter[tuple[R, ...]] = TypeAdapter(tuple[model, ...])  # type: ignore[valid-type]
    try:
        return adapter.validate_python(values, context={DECIMAL_COMMA: table.decimal_comma})
    except ValidationError as error:
        told = []
        for detail in error.errors(include_url=False):
            row, *steps = detail["loc"]
            column = "" if detail["type"] == "missing" else Fault.path_of(steps[:1])
            told.append(_at(source, table.rows[int(row)][0], f"{column}{describe(detail)}"))
    more = [_at(source, 0, f"and {len(told) - _MOST_FAULTS:,} more")] if len(told) > _MOST_FAULTS else []
    raise ConfigError(told[:_MOST_FAULTS] + more)


def read_rows(path: Path, model: type[R]) -> Loaded[tuple[R, ...]]:
    """Read the rows of a CSV file of UTF-8, see ``parse_table``.

    Args:
        path: The file.
        model: Record of a row; its fields are the columns, in any order. An empty field counts as left out.

    Raises:
        ConfigError: The file can't be read, or is wrong.
    """
    try:
        file = InputFile.read(path)  # with stamps, so that a long table is not read again for each chunk of a data set
        data = read_regular(path, LARGEST)
        text = data.decode()
    except OSError as error:
        raise ConfigError([f"{path}: {reason_of(error)}"]) from None
    except UnicodeDecodeError as error:
        position = position_after(data[: error.start].decode(), str(path))
        byte = data[error.start]
        raise ConfigError([f"{position}: byte {byte:#04x} is not UTF-8; save the file as UTF-8"]) from None
    remember(file)
    rows = _validated(parse_table(text, str(path)), model, str(path))
    return Loaded(rows, file.digest, (), (file,))


def load_rows(name: str, folder: str, model: type[R], whole: type[Record]) -> Loaded[tuple[R, ...]]:
    """Load the rows of a table or a YAML file by packaged name or path.

    Args:
        name: The name or path.
        folder: Folder of ``configs``, and the key of the YAML file under which its rows stand.
        model: Record of a row.
        whole: Record of the YAML file.

    Raises:
        UnknownNameError: There is no packaged file of that name.
        ConfigError: The file is wrong.
    """
    path = locate(name, folder)
    if is_table(path):
        return read_rows(path, model)
    file = load_named(name, folder, whole)
    return Loaded(getattr(file.value, folder), file.digest, file.inputs, file.files)
