"""Pages with boxed texts that people labelled in Label Studio, exported as JSON or JSON-MIN."""

from collections.abc import Iterator, Mapping
from itertools import chain
from math import cos, radians, sin
from pathlib import Path, PurePosixPath
from typing import Any

from receiptgen.config.paths import DataPath
from receiptgen.config.records import Record
from receiptgen.core.errors import DatasetError
from receiptgen.imaging.image_files import IMAGES

from . import DATASETS, Table
from ._exports import ExportFiles, find_exports, outlined_row, read_json, records, without_query
from ._files import check_images
from ._reading import BlankRows, existing, opening
from ._rows import Row, Rows

Fields = Mapping[str, Any]
_SIZE = "expected original_width and original_height, by which its shares become pixels"


@DATASETS.register
class Labelstudio(Record):
    """Lines cut out of pages by the rectangles and polygons of an export of Label Studio, JSON or JSON-MIN.

    A text without a region is that of a whole image. Predictions count where a task has no annotation.

    Attributes:
        path: The export, or a folder that holds it at any depth; images lie beside it or in a folder there, by the
            names that the export has or that they had when they were uploaded.
        blank: What becomes of rows whose text is empty: ``skip`` leaves them out, ``keep`` takes them for images of
            nothing, which a reader learns to read as nothing.
    """

    path: DataPath
    blank: BlankRows = "skip"

    def open(self, seed: int) -> Table:
        """Read the export."""
        path = existing(self.path)
        with opening(path):
            exports = find_exports(path, "labelstudio")
            if len(exports) != 1:
                reason = "several exports; name one" if exports else "no export of Label Studio, a .json of tasks"
                raise DatasetError(f"{path}: holds {reason}")
            images = ExportFiles(exports[0])
            rows = Rows(images, _rows(exports[0], images), blank=self.blank)
        if self.blank == "skip" and not any(rows.label(index).text for index in range(rows.size or 0)):
            first = f"; {rows.row(0).name}: {rows.row(0).fault}" if rows.size and rows.row(0).fault else ""
            raise DatasetError(f"{exports[0]}: no task has a text in a region{first}")
        check_images(images, rows.some_files, exports[0], images.places)
        return rows


def _rows(path: Path, images: ExportFiles) -> Iterator[Row]:
    tasks = read_json(path)
    if not isinstance(tasks, list):
        raise DatasetError(f"{path}: expected a list of tasks, as Label Studio exports JSON and JSON-MIN")
    for number, task in enumerate(tasks, 1):
        fields = task if isinstance(task, dict) else {}
        data = fields["data"] if isinstance(fields.get("data"), dict) else fields
        file = _image_of(data) or str(fields.get("file_upload") or "")
        where = f"{path.name}#{number}"
        if not file:
            yield Row(where, "", "", fault="names no image")
        elif "data" in fields:
            yield from _full_rows(fields, file, images)
        else:
            yield from _short_rows(fields, file, images)


def _image_of(data: Fields) -> str:
    """Return the image of a task: its URL or path."""
    texts = (value for value in data.values() if isinstance(value, str))
    return next((text for text in texts if PurePosixPath(without_query(text)).suffix.lower() in IMAGES), "")


def _full_rows(task: Fields, file: str, images: ExportFiles) -> Iterator[Row]:
    """Yield the rows of a task of JSON: results that share an id are one region."""
    annotations = [each for each in records(task.get("annotations")) if not each.get("was_cancelled")]
    regions: dict[str, tuple[Fields, str]] = {}
    for result in records((annotations or records(task.get("predictions")) or [{}])[-1].get("result")):
        value = result["value"] if isinstance(result.get("value"), dict) else {}
        name = str(result.get("id"))
        outlined, text = regions.get(name, ({}, ""))
        outlined = {**result, **value} if "x" in value or "points" in value else outlined
        regions[name] = outlined, _joined(value.get("text")) or text
    for number, (outlined, text) in enumerate(regions.values(), 1):
        name = f"{file}#{number}"
        yield _region_row(name, file, text, outlined, images) if outlined else Row(name, file, text)


def _short_rows(task: Fields, file: str, images: ExportFiles) -> Iterator[Row]:
    """Yield the rows of a task of JSON-MIN: lists of regions and of texts, in the same order."""
    lists = [_regions_of(value) for value in task.values()]
    # Tools of one region each list it: its box, its label.
    regions = {tuple(_outline_of(each) or [str(each)]): each for each in chain.from_iterable(lists)}
    texts = _texts_of(task, file)
    if not regions:
        yield from (Row(f"{file}#{number}", file, text) for number, text in enumerate(texts, 1))
    elif len(texts) != len(regions):
        fault = f"has {len(regions)} regions and {len(texts)} texts, of which JSON-MIN doesn't say whose they are"
        yield Row(f"{file}#1", file, "", fault=f"{fault}; export JSON")
    else:
        pairs = zip(texts, regions.values(), strict=True)
        for number, (text, each) in enumerate(pairs, 1):
            yield _region_row(f"{file}#{number}", file, text, each, images)


def _regions_of(value: Any) -> list[Fields]:
    return [each for each in records(value) if "x" in each or "points" in each] if isinstance(value, list) else []


def _texts_of(task: Fields, file: str) -> list[str]:
    """Return the texts of a task of JSON-MIN: the list, or the only text, that is none of the tool's own fields."""
    lists = [value for value in task.values() if isinstance(value, list) and value]
    found = next((each for each in lists if all(isinstance(text, str) for text in each)), None)
    if found is not None:
        return found
    for key in ("transcription", "text"):
        if isinstance(task.get(key), str) and task[key] != file:
            return [task[key]]
    return []


def _joined(text: Any) -> str:
    """Return the text of a result, which is a list of the entries of its field."""
    return " ".join(map(str, text)) if isinstance(text, list) else str(text or "")


def _region_row(name: str, file: str, text: str, region: Fields, images: ExportFiles) -> Row:
    if region.get("image_rotation"):
        return Row(name, file, text, fault="its page was turned in Label Studio; turn the image and export again")
    sides = region.get("original_width"), region.get("original_height")
    images.note_size(file, *sides)
    if None in sides:
        return Row(name, file, text, fault=_SIZE)
    return outlined_row(name, file, text, _outline_of(region))


def _outline_of(region: Fields) -> list[float] | None:
    """Return the outline of a region in pixels; None for an ellipse and the like, or where its page's size is not said.

    Shares are per cent of width and height; a rectangle is turned clockwise round its top left corner.
    """
    try:
        across, down = (float(region[f"original_{side}"]) / 100 for side in ("width", "height"))
        if "points" in region:
            return [each * scale for x, y in region["points"] for each, scale in ((x, across), (y, down))]
        left, top, width, height = (
            float(region[key]) * scale
            for key, scale in (("x", across), ("y", down), ("width", across), ("height", down))
        )
        angle = radians(float(region.get("rotation") or 0))
    except (KeyError, TypeError, ValueError):
        return None
    corners = [(0.0, 0.0), (width, 0.0), (width, height), (0.0, height)]
    return [
        each
        for x, y in corners
        for each in (left + x * cos(angle) - y * sin(angle), top + x * sin(angle) + y * cos(angle))
    ]
