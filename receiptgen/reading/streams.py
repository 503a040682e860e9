"""Tables and lists of JSON, written one entry after the other."""

import csv
import json
import re
from collections.abc import Iterable, Iterator
from io import StringIO
from typing import Any

from receiptgen.core.files import readable

# Bytes of the name of a file that are not UTF-8, as Python has them; halves of characters, as a broken PDF may have.
_BYTES, _HALVES = re.compile("[\udc80-\udcff]+"), re.compile("[\ud800-\udfff]")

# What spreadsheets take for the beginning of a formula, full-width signs too, and numbers, which are none.
# https://owasp.org/www-community/attacks/CSV_Injection
_FORMULA, _NUMBER = re.compile("[-=+@\t\r\n\uff1d\uff0b\uff0d\uff20]"), re.compile(r"[-+]?[0-9]+(?:[.,'][0-9]+)*%?")


def inert(text: str) -> str:
    """Return a text as a cell that is no formula: before one that spreadsheets take for such stands an apostrophe.

    >>> [inert(text) for text in ("=1+1", "-3.50", "-3.50 A", "a=b")]
    ["'=1+1", '-3.50', "'-3.50 A", 'a=b']
    """
    return f"'{text}" if _FORMULA.match(text) and not _NUMBER.fullmatch(text) else text


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
        yield separator + json_text(entry)
        separator = ",\n"
    yield "[]\n" if separator == "[\n" else "\n]\n"


def json_text(entry: Any) -> str:
    """Return a JSON-ready entry on one line, which can be written as UTF-8 whatever the names of files are."""
    text = json.dumps(entry, ensure_ascii=False)
    # Names stand in several places of an entry, as in those of photos; the backslashes of what is readable are escaped.
    text = _BYTES.sub(lambda found: json.dumps(readable(found[0]))[1:-1], text)
    return _HALVES.sub("\N{REPLACEMENT CHARACTER}", text)
