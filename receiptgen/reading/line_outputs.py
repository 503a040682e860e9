"""Output formats of images of single lines, words or characters that were read."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain
from typing import Any

from receiptgen.reading.page_reader import RecognizedLine
from receiptgen.reading.results import UNSURE
from receiptgen.reading.streams import inert, json_stream, table_stream

# Texts with their names, and the least confidence below which ``UNSURE`` replaces them, to the parts of an output.
LineOutput = Callable[[Iterable[tuple[str, RecognizedLine]], float], Iterator[str]]


def sure_text(line: RecognizedLine, least: float) -> str:
    """Return the text of a line, or ``UNSURE`` where its confidence is below ``least``."""
    return line.text if line.confidence >= least else UNSURE


def _tab_separated(lines: Iterable[tuple[str, RecognizedLine]], least: float) -> Iterator[str]:
    """Yield FILE<TAB>TEXT."""
    for name, line in lines:
        yield f"{name}\t{sure_text(line, least)}\n"


def _csv(lines: Iterable[tuple[str, RecognizedLine]], least: float) -> Iterator[str]:
    """Yield a header, then file, text and confidence, quoted as spreadsheets expect it (RFC 4180), without formulas."""
    rows = ((inert(name), inert(sure_text(line, least)), f"{line.confidence:.4f}") for name, line in lines)
    return table_stream(chain([("fname", "prediction", "confidence")], rows), ",", "\r\n")


def _json(lines: Iterable[tuple[str, RecognizedLine]], least: float) -> Iterator[str]:
    """Yield a list with an object for each: also the confidence and the place of each character, as read."""
    return json_stream(_entry(name, line, least) for name, line in lines)


def _entry(name: str, line: RecognizedLine, least: float) -> dict[str, Any]:
    return {
        "file": name,
        "text": sure_text(line, least),
        "confidence": round(line.confidence, 4),
        "chars": [
            {"text": char, "confidence": round(confidence, 4), "centre": round(centre, 4)}
            for char, confidence, centre in zip(line.text, line.chars, line.centres, strict=True)
        ],
    }


LINE_OUTPUTS: Mapping[str, LineOutput] = {"text": _tab_separated, "tsv": _tab_separated, "csv": _csv, "json": _json}
