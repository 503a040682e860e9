"""Tables of records: rows of a CSV file or a list of a YAML file, every fault of them at its place."""

import csv
import re
from collections.abc import Iterator, Sequence
from io import StringIO
from pathlib import Path
from typing import Any, Final, Generic, TypeVar

from pydantic import TypeAdapter, ValidationError

from receiptgen.config.diagnostics import describe, quote
from receiptgen.config.named_files import Loaded
from receiptgen.config.records import Record
from receiptgen.config.yaml_nodes import Fault, position_after
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


class _Reader(Generic[R]):
    """Reads the rows of one file."""

    def __init__(self, path: Path, text: str, model: type[R]) -> None:
        self._path, self._model = path, model
        self._lines = list(StringIO(text.removeprefix("\ufeff"), newline=""))
        self._columns: list[str] = []

    def fail(self, line: int, text: str) -> ConfigError:
        return ConfigError([self._fault(line, text)])

    def _fault(self, line: int, text: str) -> str:
        return f"{self._path}:{line}: {text}" if line else f"{self._path}: {text}"

    def read(self) -> tuple[R, ...]:
        """Return all rows; raises ConfigError."""
        self._check_lines()
        header = self._lines[0]
        bare = _QUOTED.sub("", header)
        separator = max(_SEPARATORS, key=bare.count)
        rows = csv.reader(self._lines, delimiter=separator, strict=True)
        self._read_header(next(rows))
        numbers: list[int] = []
        values: list[dict[str, str]] = []
        for line, row in self._rows(rows):
            values.append({name: field for name, field in zip(self._columns, row, strict=True) if field})
            numbers.append(line)
        if not values:
            raise self.fail(0, "has no rows after its header")
        return self._validated(values, numbers, separator)

    def _check_lines(self) -> None:
        if not any(line.strip() for line in self._lines):
            raise self.fail(0, "the file is empty")
        if not self._lines[0].strip():
            raise self.fail(1, "expected the names of the columns, got an empty line")
        if max(map(len, self._lines)) > LONGEST_ROW:
            number, length = max(enumerate(map(len, self._lines), 1), key=lambda found: found[1])
            raise self.fail(number, f"a line of {length:,} characters; the longest has {LONGEST_ROW:,}")

    def _read_header(self, header: Sequence[str]) -> None:
        known = [*self._model.model_fields]
        self._columns = [name.strip().lower().replace(" ", "_") for name in header]
        while self._columns and not self._columns[-1]:  # a separator ends each row
            self._columns.pop()
        faults = []
        for index, name in enumerate(self._columns):
            if name not in known:
                help_ = hint(name, known, 0) or hint("", known, len(known))
                faults.append(f"unknown column {quote(name)}{help_}" if name else "a column has no name")
            elif name in self._columns[:index]:
                faults.append(f"column {name!r} stands twice; keep one")
        required = [name for name, field in self._model.model_fields.items() if field.is_required()]
        if not faults:
            faults = [f"missing column {name!r}" for name in required if name not in self._columns]
        if faults:
            raise ConfigError([self._fault(1, fault) for fault in faults[:_MOST_FAULTS]])

    def _rows(self, rows: Any) -> Iterator[tuple[int, list[str]]]:
        """Yield the number of the first line of each row that is not empty, and its fields."""
        count, last = len(self._columns), rows.line_num
        try:
            for row in rows:
                line, last = last + 1, rows.line_num
                fields = [field.strip() for field in row]
                if not any(fields):
                    continue
                if len(fields) > count and not any(fields[count:]):
                    del fields[count:]
                if len(fields) != count:
                    raise self.fail(line, f"expected {count} fields as in the header, got {len(fields)}")
                yield line, fields
        except csv.Error as error:
            raise self.fail(last + 1, f"not a row of a table: {error}") from None

    def _validated(self, values: list[dict[str, str]], numbers: list[int], separator: str) -> tuple[R, ...]:
        adapter: TypeAdapter[tuple[R, ...]] = TypeAdapter(tuple[self._model, ...])  # type: ignore[name-defined]
        try:
            return adapter.validate_python(values, context={DECIMAL_COMMA: separator == ";"})
        except ValidationError as error:
            told = []
            for detail in error.errors(include_url=False):
                row, *steps = detail["loc"]
                column = "" if detail["type"] == "missing" else Fault.path_of(steps[:1])
                told.append(self._fault(numbers[int(row)], f"{column}{describe(detail)}"))
        more = [self._fault(0, f"and {len(told) - _MOST_FAULTS:,} more")] if len(told) > _MOST_FAULTS else []
        raise ConfigError(told[:_MOST_FAULTS] + more)


def read_rows(path: Path, model: type[R]) -> Loaded[tuple[R, ...]]:
    """Read the rows of a CSV file: UTF-8, a header, fields parted by ``,``, ``;`` or tabs, quoted by ``"``.

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
    rows = _Reader(path, text, model).read()
    return Loaded(rows, file.digest, (), (file,))
