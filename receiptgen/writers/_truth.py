"""The truth of a sample as JSON: everything known about it, in one shape for snippets and receipts."""

import json
from collections.abc import Mapping
from typing import Any

import numpy as np

from receiptgen.core.scripts import clusters, needs_shaping
from receiptgen.imaging.page import Page
from receiptgen.imaging.regions import Regions, Span
from receiptgen.imaging.sample import Sample

# One encoder for all: building one costs as much as encoding a price.
_ENCODE = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False).encode

# Dots of the flat page from point to point of the grid that rectifies it: 4 mm, shorter than any bend of paper.
_GRID_STEP = 32

# Types of parameters that are told as they are.
_TOLD = frozenset({float, str})

# Whatever any reader takes for the end of a line or of a cell.
_BREAKS = dict.fromkeys(map(ord, "\t\n\v\f\r\x1c\x1d\x1e\x85\u2028\u2029"), " ")


def is_receipt(sample: Sample) -> bool:
    """Return whether the sample is a whole receipt, or else a snippet."""
    return sample.kind == "receipt"


def one_line(text: str) -> str:
    """Return the text with tabs and line breaks turned to spaces, for files of one sample a line."""
    return text if text.isprintable() else text.translate(_BREAKS)


def compact(value: Any) -> str:
    """Return JSON without unnecessary spaces or escapes."""
    return _ENCODE(value)


def flat_quads(quads: np.ndarray[Any, Any]) -> list[list[float]]:
    """Return quads (N, 4, 2) as lists ``x0, y0, .., x3, y3``: ints as drawn, rounded to 0.01 once moved."""
    flat = quads.reshape(-1, 8)
    if flat.dtype.kind == "f":
        # Adding 0 turns -0.0 into 0.0.
        flat = flat.round(2) + 0.0
    listed: list[list[float]] = flat.tolist()
    return listed


def as_floats(value: Any) -> Any:
    """Return parameters with every number as a float, so that a parameter has one type in all samples.

    Readers that infer a type from the first rows, as those of ``datasets``, refuse a later 0.5 where they saw 1.
    """
    kind = type(value)
    if kind is int:
        return float(value)
    if kind is dict or isinstance(value, Mapping):
        # Most members stay as they are, and a call for each would double the time.
        return {name: member if type(member) in _TOLD else as_floats(member) for name, member in value.items()}
    return [as_floats(member) for member in value] if isinstance(value, list | tuple) else value


def _span(span: Span, quad: list[float]) -> dict[str, Any]:
    if span.item < 0:
        return {"text": span.text, "role": span.role, "quad": quad}
    return {"text": span.text, "role": span.role, "item": span.item, "quad": quad}


def _rectify_grid(page: Page) -> dict[str, Any]:
    """Return the grid that rectifies a page."""
    (height, width), points = page.grid(_GRID_STEP)
    rows, columns = points.shape[:2]
    listed = (points.reshape(-1).round(2) + 0.0).tolist()
    return {"width": width, "height": height, "step": _GRID_STEP, "rows": rows, "columns": columns, "points": listed}


def _mark_hidden(record: dict[str, Any], page: Page) -> None:
    """Enter which share of lines, fields, words and characters lies under something, where any does."""
    shares = page.regions.split(page.hidden().round(3).tolist())
    words = [word for line in record["lines"] for word in line["words"]]
    for level, found in ((record["lines"], shares.lines), (record["fields"], shares.fields), (words, shares.words)):
        for region, share in zip(level, found, strict=True):
            if share:
                region["hidden"] = share
    for word, span in zip(words, page.regions.words, strict=True):
        if any(chars := shares.chars[span.start : span.stop]):
            word["chars_hidden"] = chars


def _enter_directions(record: dict[str, Any], regions: Regions) -> None:
    """Enter what is read from right to left, the visual order of words where it is another, and clusters."""
    every = (*regions.lines, *regions.fields, *regions.words)
    if not any(span.direction == "rtl" or needs_shaping(span.text) for span in every):
        return
    words = [word for line in record["lines"] for word in line["words"]]
    for level, spans in (
        (record["lines"], regions.lines), (record["fields"], regions.fields), (words, regions.words)
    ):  # fmt: skip
        for region, span in zip(level, spans, strict=True):
            if span.direction == "rtl":
                region["direction"] = "rtl"
    for word, span in zip(words, regions.words, strict=True):
        if needs_shaping(span.text):
            lengths = [len(part) for part in clusters(span.text)]
            if len(lengths) < len(span.text):
                word["clusters"] = lengths
    for line, span, quad in zip(record["lines"], regions.lines, regions.line_quads, strict=True):
        inside = slice(span.start, span.stop)
        if "rtl" in {span.direction, *(word.direction for word in regions.words[inside])}:
            along = regions.word_quads[inside].mean(axis=1) @ (quad[1] - quad[0])
            order = np.argsort(along, kind="stable").tolist()
            if order != sorted(order):
                line["visual"] = order


def truth(sample: Sample, file: str) -> dict[str, Any]:
    """Return all that is known of a sample, JSON-ready.

    Args:
        sample: The sample.
        file: Path of its image relative to the part's folder.

    Returns:
        ``file kind index group text template profile locale face size width height page lines fields marks``, for
        receipts ``values``, ``unprinted`` and ``contradictions`` if they have any, ``color`` of a page in colour, and
        ``effects`` if there were any.
        Receipts that were moved have
        ``rectify_grid``; what lies under a stamp, pen or hole has ``hidden``, and a word ``chars_hidden``. A line has
        ``text quad words``, a word ``text role item quad chars``, a field ``text role item quad line values``, a mark
        ``kind text quad``; ``item`` and ``values`` are left out where there are none. What is read from right to left
        has ``direction``, a line whose words stand in another order than they are read ``visual``, and a word with
        clusters of several characters ``clusters``. Quads are flat: ``x0, y0, .., x3, y3``, clockwise from the text's
        top left.
    """
    regions = sample.page.regions
    quads = regions.split(flat_quads(regions.quads))
    words = []
    for span, quad in zip(regions.words, quads.words, strict=True):
        word = _span(span, quad)
        word["chars"] = quads.chars[span.start : span.stop]
        words.append(word)
    line_of: list[int] = []
    lines = []
    for number, (span, quad) in enumerate(zip(regions.lines, quads.lines, strict=True)):
        lines.append({"text": span.text, "quad": quad, "words": words[span.start : span.stop]})
        line_of += [number] * (span.stop - span.start)
    fields = []
    for span, quad in zip(regions.fields, quads.fields, strict=True):
        field = _span(span, quad)
        field["line"] = line_of[span.start]
        fields.append(field)
    marks = [
        {"kind": mark.kind, "text": mark.text, "quad": quad} if mark.text else {"kind": mark.kind, "quad": quad}
        for mark, quad in zip(regions.marks, quads.marks, strict=True)
    ]
    height, width = sample.page.size
    record = {
        "file": file,
        "kind": sample.kind,
        "index": sample.index,
        "group": sample.group,
        "text": sample.text,
        "template": sample.template,
        "profile": sample.profile,
        "locale": sample.locale,
        "face": sample.face,
        "size": sample.size,
        "width": width,
        "height": height,
        "page": quads.page[0],
        "lines": lines,
        "fields": fields,
        "marks": marks,
    }
    if is_receipt(sample):
        record["values"], record["unprinted"] = dict(sample.values), dict(sample.unprinted)
        for field, paths in zip(fields, sample.printed, strict=False):
            if paths:
                field["values"] = list(paths)
        if sample.contradictions:
            record["contradictions"] = list(sample.contradictions)
        if sample.page.maps:
            record["rectify_grid"] = _rectify_grid(sample.page)
    _enter_directions(record, regions)
    if sample.page.cover is not None:
        _mark_hidden(record, sample.page)
    if sample.colors:
        record["color"] = dict(sample.colors)
    if sample.effects:
        record["effects"] = [as_floats(effect) for effect in sample.effects]
    return record


def truth_line(sample: Sample, file: str) -> bytes:
    """Return the truth as one line of compact JSON, UTF-8, with its line feed."""
    return (_ENCODE(truth(sample, file)) + "\n").encode()
