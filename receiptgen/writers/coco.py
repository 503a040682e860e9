"""One ``coco.json``, as ``pycocotools``, Detectron2, MMDetection and ultralytics' converter read it.

``COCO("coco.json")``: an image a sample; an annotation a field, with its role as category, its upright
``bbox`` (x, y, width, height), its quad as ``segmentation``, and its text as the further attribute
``text``. Ids count from 1. ``.coco.images`` beside it holds the images' part, from which a set can go on
growing; readers don't need it.
"""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar, NamedTuple

import numpy as np

from receiptgen.core.errors import DatasetError
from receiptgen.imaging.geometry import boxes_of_quads
from receiptgen.imaging.sample import Sample
from receiptgen.writers import WRITERS, Encoded, Extras, Opener, State
from receiptgen.writers._images import ImageFile
from receiptgen.writers._lines import Tail, committed
from receiptgen.writers._truth import compact, flat_quads

_OPENING = b'{"annotations":['
# How the lines of both files begin; the rest is the sample's own.
_ANNOTATION = re.compile(rb'\{"id":(\d+),"image_id":(\d+),"category_id":(\d+),')
_IMAGE = re.compile(rb'\{"id":(\d+),')


class Entry(NamedTuple):
    """A sample's part of the document, without ids, which its neighbours decide.

    Attributes:
        image: JSON of its image after the id, with the closing brace.
        roles: Category of each annotation.
        annotations: JSON of each annotation after the ids, with the closing brace.
    """

    image: str
    roles: tuple[str, ...]
    annotations: tuple[str, ...]


class Coco:
    """The growing document: annotations first, then, known only at the end, images and categories.

    Args:
        folder: Folder of the file.
        state: Lengths of both files, counts, and the ``categories`` so far, or None.
    """

    def __init__(self, folder: Path, state: State | None) -> None:
        self._tail = Tail(folder / "coco.json", state["bytes"] if state else None)
        self._images = Tail(folder / ".coco.images", state["image_bytes"] if state else None)
        self._records: int = state["records"] if state else 0
        self._annotations: int = state["annotations"] if state else 0
        names = state["categories"] if state else []
        self._categories: dict[str, int] = {name: number for number, name in enumerate(names, 1)}
        if not state:
            self._tail.write(_OPENING)

    def append(self, record: Entry) -> None:
        """Add a sample under the next ids."""
        image = self._records + 1
        pieces = []
        for number, (role, rest) in enumerate(
            zip(record.roles, record.annotations, strict=True), self._annotations + 1
        ):
            category = self._categories.setdefault(role, len(self._categories) + 1)
            comma = "," if number > 1 else ""
            pieces.append(f'{comma}\n{{"id":{number},"image_id":{image},"category_id":{category},{rest}')
        self._tail.write("".join(pieces).encode())
        self._images.write(f'{"," if self._records else ""}\n{{"id":{image},{record.image}'.encode())
        self._annotations += len(pieces)
        self._records = image

    def extend(self, path: Path, state: State) -> None:
        """Append another document's samples under the next ids; see ``Extensible``."""
        names: list[str] = state["categories"]
        # In the order in which the other met them, so that new ones get the numbers that one run gives them.
        numbers = [self._categories.setdefault(name, len(self._categories) + 1) for name in names]
        for line in _entries(path, len(_OPENING), state["bytes"]):
            found = _ANNOTATION.match(line)
            if not found:
                raise DatasetError(f"{path}: is not as it was written; clear that data set and draw it again")
            number, image, category = map(int, found.groups())
            head = (
                f'{{"id":{number + self._annotations},"image_id":{image + self._records},'
                f'"category_id":{numbers[category - 1]},'
            )
            comma = "," if number + self._annotations > 1 else ""
            self._tail.write(f"{comma}\n{head}".encode() + line[found.end() :])
        images = path.with_name(self._images.path.name)
        for line in _entries(images, 0, state["image_bytes"]):
            found = _IMAGE.match(line)
            if not found:
                raise DatasetError(f"{images}: is not as it was written; clear that data set and draw it again")
            number = int(found[1]) + self._records
            self._images.write(f'{"," if number > 1 else ""}\n{{"id":{number},'.encode() + line[found.end() :])
        self._annotations += state["annotations"]
        self._records += state["records"]

    def commit(self) -> State:
        """Flush; the state leaves out images and categories, which ``finish`` appends."""
        self._tail.flush()
        self._images.flush()
        return {
            "bytes": self._tail.size,
            "image_bytes": self._images.size,
            "records": self._records,
            "annotations": self._annotations,
            "categories": list(self._categories),
        }

    def finish(self) -> None:
        """Append images and categories, and close."""
        self._images.flush()
        self._tail.write(b'\n],"images":[')
        with self._images.path.open("rb") as images:
            shutil.copyfileobj(images, self._tail)
        categories = [
            {"id": number, "name": name, "supercategory": "text"} for name, number in self._categories.items()
        ]
        self._tail.write(f'\n],"categories":{compact(categories)}}}\n'.encode())
        self._tail.flush()
        self.close()

    def close(self) -> None:
        """Close both files."""
        self._tail.close()
        self._images.close()


def _entries(path: Path, first: int, stop: int) -> Iterator[bytes]:
    """Yield the entries of one of the files between two bytes, without the commas and line breaks between them."""
    rest = b""
    for piece in committed(path, first, stop):
        *lines, rest = (rest + piece).split(b"\n")
        yield from (line.removesuffix(b",") for line in lines if line)
    if rest:
        yield rest


@WRITERS.register
class CocoWriter:
    """One COCO document."""

    images: ClassVar[bool] = True
    extras: ClassVar[Extras] = (re.compile(r"\.coco\.images"),)

    def encode(self, sample: Sample, file: str, image: ImageFile) -> Encoded:
        """Return the sample's entry."""
        regions = sample.page.regions
        height, width = sample.page.size
        entry = compact({"file_name": file, "width": width, "height": height})[1:]
        quads = regions.field_quads
        boxes = boxes_of_quads(quads).astype(np.float64)
        boxes[:, 2:] -= boxes[:, :2]
        x, y = quads[..., 0], quads[..., 1]
        # The shoelace formula.
        areas = np.abs((x * np.roll(y, -1, axis=1) - np.roll(x, -1, axis=1) * y).sum(axis=1)) / 2
        annotations = [
            compact({"bbox": box, "area": area, "segmentation": [quad], "iscrowd": 0, "text": field.text})[1:]
            for field, box, area, quad in zip(
                regions.fields,
                boxes.round(2).tolist(),
                areas.round(2).tolist(),
                flat_quads(quads),
                strict=True,
            )
        ]
        roles = tuple(field.role for field in regions.fields)
        return Encoded({}, {"coco.json": Entry(entry, roles, tuple(annotations))})

    def sinks(self, receipts: bool) -> dict[str, Opener]:
        """Return the one document."""
        return {"coco.json": Coco}
