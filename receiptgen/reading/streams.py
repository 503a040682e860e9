"""Tables and lists of JSON, written one entry after the other."""

import csv
import json
from collections.abc import Iterable, Iterator
from io import StringIO
from typing import Any


def table_stream(rows: Iterable[Iterable[str]], separator: str, ending: str) -> Iterator[str]:
    """Yield one row after the other, its cells quoted as spreadsheets expect it (RFC 4180)."""
    for row in rows:
        text = StringIO()
        csv.writer(text, delimiter=separator, lineterminator=ending).writerow(row)
        yield text.getvalue()


def json_stream(entries: Iterable[Any]) -> Iterator[str]:
    """Yield the parts of a list of JSON-ready entries, each of which has a line."""
    separator = "[\n"
    for entry in entries:
        yield separator + json.dumps(entry, ensure_ascii=False)
        separator = ",\n"
    yield "[]\n" if separator == "[\n" else "\n]\n"
